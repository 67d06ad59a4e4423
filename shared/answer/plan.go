package answer

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/api"
)

// Planner makes the Plan of one request after another. It keeps memory between
// them, and is safe for concurrent use.
type Planner struct {
	stemmers []heuristics.Stemmer
	// spare holds *scratch.
	spare sync.Pool
}

// NewPlanner makes a Planner that knows these stemmers; nil = none.
func NewPlanner(stemmers []heuristics.Stemmer) *Planner {
	return &Planner{stemmers: stemmers}
}

// Version names the formula and the stemmers: equal versions give equal
// heuristic scores.
func (p *Planner) Version() string { return heuristics.VersionWith(p.stemmers) }

// Plan is what the heuristics say about a request before a model is asked. It
// belongs to one goroutine, and its request must not change while it is in use.
type Plan struct {
	// Results of all documents by falling heuristic score, whether the request
	// asks for diversity or not. They lack what Finish fills in.
	Results []api.Result
	// Kept are the indices of the documents that are worth a model's score, the
	// best first.
	Kept []int
	// Language of the query, given or detected, and whether it was stemmed.
	Language string
	Stemmed  bool

	req *api.Request
	// earlier are the values that an earlier model's merge was ordered by, by document;
	// nil = there was none, or it has none of a document.
	earlier []*float64
	// ranker has read the documents, where the request asks for diversity.
	ranker *heuristics.Ranker
}

// Plan ranks all documents of a valid request. Pipeline api.Cascade keeps what
// heuristics.Ranker.Trim keeps within the request's number of documents, or by
// rule where it names none, and so does api.LLM; api.CrossEncoder keeps all, the best first, and
// api.Heuristic none. An *api.Error is for the caller.
func (p *Planner) Plan(req *api.Request, pipeline api.Pipeline, rule heuristics.Budget) (Plan, error) {
	s := p.scratch()
	ranking, err := s.rank(req, p.options(req), pipeline, rule)
	if err != nil {
		return Plan{}, refusal(err)
	}
	plan := Plan{
		Results: results(req, ranking.Items), Kept: kept(&s.ranker, ranking.Items, pipeline),
		Language: ranking.Language, Stemmed: ranking.Stemmed, req: req,
	}
	if req.Diversity > 0 {
		clear(s.docs) // lets go of the texts
		plan.ranker = &s.ranker
		return plan, nil
	}
	p.giveBack(s)
	return plan, nil
}

func (p *Planner) scratch() *scratch {
	if s, ok := p.spare.Get().(*scratch); ok {
		return s
	}
	return new(scratch)
}

// giveBack is not deferred: after a panic the scratch is nobody's.
func (p *Planner) giveBack(s *scratch) {
	clear(s.docs) // lets go of the texts
	p.spare.Put(s)
}

// scratch is the memory of one call.
type scratch struct {
	ranker heuristics.Ranker
	docs   []heuristics.Document
}

func (s *scratch) rank(req *api.Request, o heuristics.Options, pipeline api.Pipeline, rule heuristics.Budget) (heuristics.Ranking, error) {
	s.docs = s.docs[:0]
	for i := range req.Documents {
		d := &req.Documents[i]
		s.docs = append(s.docs, heuristics.Document{Title: d.Title, Text: d.Text, Rank: d.Rank})
	}
	if pipeline != api.Cascade && pipeline != api.LLM {
		return s.ranker.Rank(req.Query, s.docs, o)
	}
	if req.Budget.Documents > 0 {
		rule = heuristics.Budget{Documents: req.Budget.Documents}
	}
	return s.ranker.Trim(req.Query, s.docs, o, rule)
}

func (p *Planner) options(req *api.Request) heuristics.Options {
	return heuristics.Options{
		Language:   req.Language,
		Stemmers:   p.stemmers,
		FirstStage: req.FirstStage,
		Typing:     req.Typing,
		Explain:    req.Explain,
		Matches:    req.Explain,
	}
}

// refusal is for the caller where a language is at fault; nothing else of a
// valid request can be refused.
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

// kept by the last call of a ranker that answered items, the best first.
func kept(r *heuristics.Ranker, items []heuristics.Item, pipeline api.Pipeline) []int {
	switch pipeline {
	case api.Heuristic:
		return nil
	case api.Cascade, api.LLM:
		return slices.Clone(r.Kept())
	}
	all := make([]int, len(items))
	for i, item := range items {
		all[i] = item.Index
	}
	return all
}
