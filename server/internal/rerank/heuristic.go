package rerank

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/api"
)

// Heuristic is the Scorer without a model. A budget is for a model, so it has
// nothing to spend one on and leaves it alone: all documents are scored.
type Heuristic struct {
	stemmers []heuristics.Stemmer
	// spare holds *scratch.
	spare sync.Pool
}

// scratch is the memory of one call.
type scratch struct {
	ranker heuristics.Ranker
	docs   []heuristics.Document
}

// NewHeuristic makes a Heuristic that knows these stemmers; nil = none.
func NewHeuristic(stemmers []heuristics.Stemmer) *Heuristic {
	return &Heuristic{stemmers: stemmers}
}

// Version names the formula and the stemmers: equal versions give equal scores.
func (h *Heuristic) Version() string { return heuristics.Scorer(h.stemmers) }

// Score implements Scorer.
func (h *Heuristic) Score(ctx context.Context, req *api.Request) (Judgement, error) {
	if ctx.Err() != nil {
		return Judgement{}, context.Cause(ctx)
	}
	start := time.Now()
	s, _ := h.spare.Get().(*scratch)
	if s == nil {
		s = new(scratch)
	}
	s.read(req.Documents)
	ranking, err := s.ranker.Rank(req.Query, s.docs, h.options(req))
	if err != nil {
		return Judgement{}, refusal(err)
	}
	j := Judgement{Results: results(req, ranking.Items), Language: ranking.Language, Stemmed: ranking.Stemmed}
	s.forget()
	h.spare.Put(s) // not deferred: after a panic it is nobody's
	j.Heuristic = time.Since(start)
	return j, nil
}

func (s *scratch) read(docs []api.Document) {
	s.docs = s.docs[:0]
	for i := range docs {
		d := &docs[i]
		s.docs = append(s.docs, heuristics.Document{Title: d.Title, Text: d.Text, Rank: d.Rank})
	}
}

// forget lets go of the texts.
func (s *scratch) forget() { clear(s.docs) }

func (h *Heuristic) options(req *api.Request) heuristics.Options {
	return heuristics.Options{
		Language:   req.Language,
		Stemmers:   h.stemmers,
		FirstStage: req.FirstStage,
		Diversity:  req.Diversity,
		Explain:    req.Explain,
		Matches:    req.Explain,
	}
}

// refusal tells the caller about a language; nothing else of a valid request
// can be refused.
func refusal(err error) error {
	var option *heuristics.OptionError
	if errors.As(err, &option) && option.Field == "Language" {
		return &api.Error{Code: api.UnknownLanguage, Field: "language", Message: "language " + option.Problem}
	}
	return fmt.Errorf("ranking: %w", err)
}

// results copies what belongs to the ranker.
func results(req *api.Request, items []heuristics.Item) []api.Result {
	out := make([]api.Result, len(items))
	for i, item := range items {
		score := item.Score.Float()
		out[i] = api.Result{
			Index: item.Index, RelevanceScore: score, HeuristicScore: score, ScoredBy: string(api.Heuristic),
		}
		if req.Explain {
			out[i].Explanation = &api.Explanation{Reason: string(item.Reason), Parts: slices.Clone(item.Explanation)}
			out[i].Matches = append([]heuristics.Span{}, item.Matches...)
		}
	}
	return out
}
