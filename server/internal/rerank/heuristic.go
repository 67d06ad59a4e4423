package rerank

import (
	"context"
	"time"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/pipeline"
)

// Heuristic is the Scorer without a model. A budget is for a model, so it has
// nothing to spend one on and leaves it alone: all documents are scored.
type Heuristic struct{ *pipeline.Heuristic }

// NewHeuristic makes a Heuristic that knows these stemmers; nil = none.
func NewHeuristic(stemmers []heuristics.Stemmer) *Heuristic {
	return &Heuristic{pipeline.NewHeuristic(stemmers)}
}

// Score implements Scorer.
func (h *Heuristic) Score(ctx context.Context, req *api.Request) (Judgement, error) {
	if ctx.Err() != nil {
		return Judgement{}, context.Cause(ctx)
	}
	start := time.Now()
	r, err := h.Rank(req)
	return judgementOf(r, start), err
}

// trimmed is a Judgement of the heuristics and what they would have a model
// look at.
type trimmed struct {
	Judgement
	kept      []int // documents, the best first
	diversity *pipeline.Diversity
}

func (h *Heuristic) trim(ctx context.Context, req *api.Request, rule heuristics.Budget) (trimmed, error) {
	return keep(ctx, req, func(req *api.Request) (pipeline.Trimmed, error) { return h.TrimBy(req, rule) })
}

// keepAll orders all documents and keeps them.
func (h *Heuristic) keepAll(ctx context.Context, req *api.Request) (trimmed, error) {
	return keep(ctx, req, h.KeepAll)
}

func keep(ctx context.Context, req *api.Request, by func(*api.Request) (pipeline.Trimmed, error)) (trimmed, error) {
	if ctx.Err() != nil {
		return trimmed{}, context.Cause(ctx)
	}
	start := time.Now()
	t, err := by(req)
	return trimmed{judgementOf(t.Ranked, start), t.Kept, t.Diversity}, err
}

func judgementOf(r pipeline.Ranked, start time.Time) Judgement {
	return Judgement{Results: r.Results, Language: r.Language, Stemmed: r.Stemmed, Heuristic: time.Since(start)}
}
