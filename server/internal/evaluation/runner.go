package evaluation

import (
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/eval"
)

// runner lets one goroutine's pipelines order one query after the other.
type runner struct {
	minGrade   int
	first      heuristics.FirstStage
	pipelines  []Pipeline
	orderers   []Orderer
	similarity *similarityMeter // nil = nobody asks for it
}

func newRunner(c *Collection, pipelines []Pipeline, o Options) *runner {
	r := &runner{minGrade: c.MinGrade, first: o.FirstStage, pipelines: pipelines}
	for _, p := range pipelines {
		r.orderers = append(r.orderers, p.New())
		if p.name.diversity > 0 {
			r.similarity = new(similarityMeter)
		}
	}
	return r
}

func (r *runner) measure(ctx context.Context, q Query) ([]sample, error) {
	if len(q.Candidates) == 0 {
		return nothing(len(r.orderers)), nil
	}
	t, seen := task(q, r.first)
	samples := make([]sample, len(r.orderers))
	for i, orderer := range r.orderers {
		start := time.Now()
		outcome, err := orderer.Order(ctx, t)
		took := time.Since(start)
		if err == nil {
			err = checkOrder(outcome.Order, len(seen))
		}
		if err != nil {
			return nil, err
		}
		samples[i] = q.judge(outcome, seen, r.minGrade)
		samples[i].millis = float64(took) / float64(time.Millisecond)
	}
	r.compareWithIdeal(q, samples)
	return samples, r.similarity.measure(q, samples)
}

// asked is 1 where a large language model was, NaN where none takes part.
func (o Outcome) asked() float64 {
	switch {
	case o.LLM == nil:
		return math.NaN()
	case o.LLM.Calls > 0:
		return 1
	}
	return 0
}

// usd is what it cost, NaN where nobody knows.
func (o Outcome) usd() float64 {
	if o.LLM == nil || o.LLM.CostUSD == nil {
		return math.NaN()
	}
	return *o.LLM.CostUSD
}

// nothing is what any pipeline makes of no candidates.
func nothing(pipelines int) []sample {
	samples := make([]sample, pipelines)
	for i := range samples {
		samples[i].values = make([]float64, len(eval.Measures()))
	}
	return samples
}

// checkOrder refuses positions that are out of range or named twice: they
// would count a document twice and flatter the measures.
func checkOrder(order []int, n int) error {
	used := make([]bool, n)
	for _, position := range order {
		if position < 0 || position >= n || used[position] {
			return errors.New("a pipeline answered with a position that is out of range or repeated")
		}
		used[position] = true
	}
	return nil
}

// judge measures an outcome whose positions stand for seen's candidates.
func (q Query) judge(o Outcome, seen []int, minGrade int) sample {
	s := sample{kept: len(o.kept()), scored: o.Scored, order: candidates(o.Order, seen), ideal: math.NaN(), similarity: math.NaN(), asked: o.asked(), usd: o.usd()}
	ranked := q.ranked(s.order, minGrade)
	for _, m := range eval.Measures() {
		s.values = append(s.values, m.Of(ranked))
	}
	kept := q.ranked(candidates(o.kept(), seen), minGrade)
	s.best, s.recalled = kept.Best().NDCG(depth), kept.Relevant(s.kept)
	for _, candidate := range q.Candidates {
		if q.Grades[candidate.ID] >= minGrade {
			s.wanted++
		}
	}
	return s
}

// candidates at these positions.
func candidates(positions, seen []int) []int {
	list := make([]int, len(positions))
	for i, position := range positions {
		list[i] = seen[position]
	}
	return list
}

// ranked looks candidates up in the judgements.
func (q Query) ranked(order []int, minGrade int) eval.Ranked {
	ids := make([]string, len(order))
	for i, candidate := range order {
		ids[i] = q.Candidates[candidate].ID
	}
	return eval.Judge(ids, q.Grades, minGrade)
}

// depth of the measure that pipelines are compared by, nDCG@10.
const depth = 10

// compareWithIdeal says of each cascade with a budget what it could have
// reached with as many pairs: the largest nDCG@10 of the model's order over that
// many candidates, chosen by who knows the judgements. Where the model was asked
// about fewer than the measure looks at, the heuristics' order is part of the
// value and the bound is the best order of all candidates; where it was not
// asked at all there was nothing to choose. The model's order is that of
// pipeline cross-encoder; where it is not measured, nothing is known.
// See RATIONALE: why-the-ideal-is-not-1.
func (r *runner) compareWithIdeal(q Query, samples []sample) {
	full := slices.IndexFunc(r.pipelines, func(p Pipeline) bool { return p.name == name{kind: crossEncoder} })
	if full < 0 {
		return
	}
	order := q.ranked(samples[full].order, r.minGrade)
	for i, p := range r.pipelines {
		s := &samples[i]
		switch all := len(q.Candidates); {
		case p.name.kind != cascade || p.name.diversity > 0 || p.name.deadline > 0:
		case s.scored == 0:
			s.ideal = s.values[ndcg]
		case s.scored < min(depth, all):
			s.ideal = order.Best().NDCG(depth)
		default:
			s.ideal = order.ChosenNDCG(s.scored, depth)
		}
	}
}

// ndcg is the place of nDCG@10 among eval.Measures.
const ndcg = 0
