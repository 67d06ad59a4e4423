package tune

import (
	"slices"

	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/eval"
	"github.com/splitrank/splitrank/shared/pipeline"
)

// depth of the measure that is held: nDCG@10.
const depth = 10

// cascade answers as a server does, from logits that are known.
type cascade struct {
	heuristic *pipeline.Heuristic
	relevance rerank.Calibration
}

func newCascade(o Options) cascade {
	return cascade{pipeline.NewHeuristic(o.Stemmers), o.Relevance}
}

// order is the answer to a query, and the number of pairs that it would take.
func (c cascade) order(j judged, keep func(*api.Request) (pipeline.Trimmed, error)) (results []api.Result, scored int, err error) {
	t, err := keep(j.req)
	if err != nil {
		return nil, 0, err
	}
	for i := range t.Results {
		r := &t.Results[i]
		if j.reads[r.Index] && slices.Contains(t.Kept, r.Index) {
			r.Logit = &j.logits[r.Index]
			scored++
		}
	}
	rerank.Order(j.req, t.Results, c.relevance, nil)
	return t.Results, scored, nil
}

// by keeps what a rule keeps.
func (c cascade) by(r Rule) func(*api.Request) (pipeline.Trimmed, error) {
	return func(req *api.Request) (pipeline.Trimmed, error) { return c.heuristic.TrimBy(req, r.Budget()) }
}

// none keeps nothing: the heuristics alone.
func (c cascade) none(req *api.Request) (pipeline.Trimmed, error) {
	ranked, err := c.heuristic.Rank(req)
	return pipeline.Trimmed{Ranked: ranked}, err
}

// quality of every query of every set, and the mean number of pairs.
type quality struct {
	ndcg   [][]float64 // set, query
	scored float64     // a query, the mean over the sets' means
}

func (c cascade) measure(sets []*Set, keep func(*api.Request) (pipeline.Trimmed, error)) (quality, error) {
	var q quality
	for _, s := range sets {
		var values, pairs []float64
		for _, one := range s.cases {
			results, scored, err := c.order(one, keep)
			if err != nil {
				return q, err
			}
			values, pairs = append(values, one.ndcg(results, s.minGrade)), append(pairs, float64(scored))
		}
		q.ndcg = append(q.ndcg, values)
		q.scored += eval.Mean(pairs) / float64(len(sets))
	}
	return q, nil
}

func (j judged) ndcg(results []api.Result, minGrade int) float64 {
	ids := make([]string, len(results))
	for i := range results {
		ids[i] = j.ids[results[i].Index]
	}
	return eval.Judge(ids, j.grades, minGrade).NDCG(depth)
}

// mean over the sets, each weighing the same.
func (q quality) mean() float64 {
	means := make([]float64, len(q.ndcg))
	for i, values := range q.ndcg {
		means[i] = eval.Mean(values)
	}
	return eval.Mean(means)
}

// against compares with another quality of the same queries: the change, with
// bounds that hold on either side with a confidence above a half.
func (q quality) against(before quality, confidence float64) (eval.Difference, error) {
	pairs := make([]eval.Pair, len(q.ndcg))
	for i := range q.ndcg {
		pairs[i] = eval.Pair{Before: before.ndcg[i], After: q.ndcg[i]}
	}
	return eval.CompareAt(2*confidence-1, pairs...)
}
