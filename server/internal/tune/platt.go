package tune

import (
	"errors"
	"fmt"
	"math"

	"github.com/splitrank/splitrank/shared/answer"
)

// leastPairs of either kind, relevant or not, that a fit wants to see.
const leastPairs = 20

// FitRelevance fits the relevance scores of a model to judgements: among all
// candidates of the sets, those with a score of 0.3 are to be relevant three
// times in ten. The order of the scores stays what it was.
func FitRelevance(sets []*Set, o Options) (answer.Calibration, error) {
	x, relevant, err := values(sets, o)
	if err != nil {
		return answer.Calibration{}, err
	}
	a, b, err := platt(x, relevant)
	if err != nil {
		return answer.Calibration{}, fmt.Errorf("fitting relevance scores: %w", err)
	}
	return o.Relevance.Scaled(a, b), nil
}

// platt fits P(relevant | x) = sigmoid(a·x + b) by Newton's method with the
// smoothed targets of Platt 1999, as Lin, Lin and Weng 2007 do. a is above 0.
func platt(x []float64, relevant []bool) (a, b float64, err error) {
	yes, no := 0.0, 0.0
	for _, r := range relevant {
		if r {
			yes++
		} else {
			no++
		}
	}
	if yes < leastPairs || no < leastPairs {
		return 0, 0, fmt.Errorf("%v relevant pairs and %v others, want %d of each", yes, no, leastPairs)
	}
	p := problem{x, make([]float64, len(x))}
	for i, r := range relevant {
		p.target[i] = 1 / (no + 2)
		if r {
			p.target[i] = (yes + 1) / (yes + 2)
		}
	}
	if a, b = p.solve(math.Log((yes + 1) / (no + 1))); !(a > 0) {
		return 0, 0, errors.New("higher scores are not more often relevant")
	}
	return a, b, nil
}

// problem is a logistic regression on one number.
type problem struct{ x, target []float64 }

// solve minimises the loss from a = 0 and a first b: Newton's steps, halved
// until they help.
func (p problem) solve(b float64) (float64, float64) {
	const steps, enough, ridge = 100, 1e-9, 1e-9
	a, loss := 0.0, p.loss(0, b)
	for range steps {
		ga, gb, haa, hab, hbb := p.slope(a, b)
		haa, hbb = haa+ridge, hbb+ridge
		det := haa*hbb - hab*hab
		da, db := (hbb*ga-hab*gb)/det, (haa*gb-hab*ga)/det
		step := 1.0
		for ; step > enough; step /= 2 {
			if next := p.loss(a-step*da, b-step*db); next < loss {
				a, b, loss = a-step*da, b-step*db, next
				break
			}
		}
		if step <= enough || math.Abs(ga)+math.Abs(gb) < enough*float64(len(p.x)) {
			break
		}
	}
	return a, b
}

// loss is the cross entropy, written so that nothing overflows.
func (p problem) loss(a, b float64) (sum float64) {
	for i, x := range p.x {
		z := a*x + b
		sum += math.Max(z, 0) + math.Log1p(math.Exp(-math.Abs(z))) - p.target[i]*z
	}
	return sum
}

// slope is the gradient and the second derivatives.
func (p problem) slope(a, b float64) (ga, gb, haa, hab, hbb float64) {
	for i, x := range p.x {
		q := 1 / (1 + math.Exp(-(a*x + b)))
		d, w := q-p.target[i], q*(1-q)
		ga, gb = ga+d*x, gb+d
		haa, hab, hbb = haa+w*x*x, hab+w*x, hbb+w
	}
	return ga, gb, haa, hab, hbb
}

// values are what orders all pairs of sets that a model scored, and whether
// each is relevant.
func values(sets []*Set, o Options) (x []float64, relevant []bool, err error) {
	c := newCascade(o)
	for _, s := range sets {
		for _, one := range s.cases {
			results, _, err := c.order(one, everything)
			if err != nil {
				return nil, nil, err
			}
			x = append(x, o.Relevance.Values(one.req, results, one.scores)...)
			for _, r := range results {
				if r.Logit != nil {
					relevant = append(relevant, one.grades[one.ids[r.Index]] >= s.minGrade)
				}
			}
		}
	}
	return x, relevant, nil
}
