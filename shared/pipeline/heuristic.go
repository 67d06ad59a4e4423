// Package pipeline is the part of an answer that the server and the edge give
// alike: how the heuristics rank the documents of a request, which of them are
// worth an expensive score, and how results take their places. It knows no
// clock, no network and no model.
package pipeline

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/api"
)

// Heuristic ranks requests by the heuristics alone. It is safe for concurrent
// use.
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

// Ranked are all documents of a request.
type Ranked struct {
	// Results of all documents, best first, without Rank, ID and Document,
	// which Place fills in.
	Results []api.Result
	// Language of the query, given or detected, and whether it was stemmed.
	Language string
	Stemmed  bool
	// Diversity re-orders them; nil = none was asked for.
	Diversity *Diversity
}

// Rank orders all documents of a valid request, diversely if it asks for that.
// It leaves the budget alone, which is for a model. An *api.Error is for the
// caller.
func (h *Heuristic) Rank(req *api.Request) (Ranked, error) {
	t, _, err := h.rank(req, nil)
	t.Diversity.Order(t.Results)
	return t.Ranked, err
}

// rank orders all documents by their scores. With a budget it trims them too,
// and informed is what heuristics.Ranker.Informed says.
func (h *Heuristic) rank(req *api.Request, b *heuristics.Budget) (t Trimmed, informed bool, err error) {
	s, _ := h.spare.Get().(*scratch)
	if s == nil {
		s = new(scratch)
	}
	s.read(req.Documents)
	ranking, err := s.rank(req.Query, h.options(req), b)
	if err != nil {
		return t, false, refusal(err)
	}
	t.Results, t.Language, t.Stemmed = results(req, ranking.Items), ranking.Language, ranking.Stemmed
	if b != nil {
		t.Kept, informed = keptOf(ranking.Items), s.ranker.Informed()
	}
	s.forget()
	if req.Diversity > 0 {
		t.Diversity = &Diversity{ranker: &s.ranker, diversity: req.Diversity}
		return t, informed, nil
	}
	h.spare.Put(s) // not deferred: after a panic it is nobody's
	return t, informed, nil
}

func (s *scratch) rank(query string, o heuristics.Options, b *heuristics.Budget) (heuristics.Ranking, error) {
	if b == nil {
		return s.ranker.Rank(query, s.docs, o)
	}
	return s.ranker.Trim(query, s.docs, o, *b)
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
		Typing:     req.Typing,
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
