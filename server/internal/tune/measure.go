package tune

import (
	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/eval"
)

// depth of the measure that is held: nDCG@10.
const depth = 10

// cascade is the one that serves, with logits that are known.
type cascade struct {
	planner   *answer.Planner
	relevance answer.Calibration
}

func newCascade(o Options) cascade {
	return cascade{answer.NewPlanner(o.Stemmers), o.Relevance}
}

// plan says what a request asks for: a pipeline, and for api.Cascade its rule.
type plan struct {
	pipeline api.Pipeline
	rule     heuristics.Budget
}

// What every rule lies between.
var (
	everything = plan{pipeline: api.CrossEncoder}
	nothing    = plan{pipeline: api.Heuristic}
)

// order is the answer to a query, and the number of pairs that it would take.
func (c cascade) order(j judged, p plan) (results []api.Result, scored int, err error) {
	planned, err := c.planner.Plan(j.req, p.pipeline, p.rule)
	if err != nil {
		return nil, 0, err
	}
	scores, unread := make([]*answer.Score, len(j.ids)), make([]bool, len(j.ids))
	for _, d := range planned.Kept {
		if scores[d] = j.scores[d]; scores[d] != nil {
			scored++
		}
		unread[d] = scores[d] == nil
	}
	return planned.Merge(scores, nil, unread, c.relevance), scored, nil
}

// quality of every query of every set, and the mean number of pairs.
type quality struct {
	ndcg   [][]float64 // set, query
	scored float64     // a query, the mean over the sets' means
}

func (c cascade) measure(sets []*Set, p plan) (quality, error) {
	var q quality
	for _, s := range sets {
		var values, pairs []float64
		for _, one := range s.cases {
			results, scored, err := c.order(one, p)
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
