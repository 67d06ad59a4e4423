package llm

import (
	"context"

	"github.com/splitrank/splitrank/shared/api"
)

// call is one that is planned, with the tokens that it is expected to write.
type call struct {
	prompt Prompt
	output int
}

// plan is every call that the mode makes for certain: what is known beforehand of
// the cost. Further tries, repair and verifying come on top where they are needed,
// within both bounds. The fault says that there was no time for it.
func (s *session) plan(ctx context.Context) (list []Tokens, f *Fault) {
	for _, make := range s.planned() {
		if ctx.Err() != nil {
			return nil, &Fault{Kind: Late}
		}
		c := make()
		list = append(list, s.foresight.call(c.prompt, c.output))
	}
	return list, nil
}

// planned calls, each made only when it is looked at.
// See RATIONALE: why-prompts-are-written-late.
func (s *session) planned() (calls []func() call) {
	grades := func(docs []shown) func() call {
		return func() call { return gradeCall(s.req.Query, docs, s.req.Explain) }
	}
	switch s.options.Mode {
	case Isolation:
		for _, d := range s.docs {
			calls = append(calls, grades([]shown{d}))
		}
	case Consistency:
		for k := range s.options.Shuffles {
			calls = append(calls, grades(shuffled(s.req, s.docs, k)))
		}
	case Listwise:
		for _, w := range windows(len(s.docs)) {
			calls = append(calls, func() call { return s.orderCall(s.docs[w.from:w.to]) })
		}
	case Likelihood:
		for _, d := range s.docs {
			calls = append(calls, func() call { return s.likelihoodCall(d) })
		}
	default:
		for _, half := range halves(shuffled(s.req, s.docs, 0)) {
			calls = append(calls, grades(half))
		}
	}
	return calls
}

func gradeCall(query string, docs []shown, why bool) call {
	return call{gradePrompt(query, keyed(docs), why), outputTokens(len(docs), why)}
}

// sum of calls in dollars.
func (p Price) sum(calls []Tokens) (total float64) {
	for _, t := range calls {
		total += p.of(t)
	}
	return total
}

// halves of documents, so that two calls take half the time; few stay together.
func halves(docs []shown) [][]shown {
	if len(docs) <= 3 {
		return [][]shown{docs}
	}
	middle := (len(docs) + 1) / 2
	return [][]shown{docs[:middle], docs[middle:]}
}

// Cost that a request is expected to have, in dollars, and its calls: what is
// certain, without repair and verifying. The second result is the calls; the
// cost is 0 where the model's price is not known.
func (j *Judge) Cost(req *api.Request, results []api.Result) (dollars float64, calls int) {
	o, err := j.options(req)
	if err != nil {
		return 0, 0
	}
	results = results[:min(o.TopN, len(results))]
	s := j.session(req, o, results)
	plan, _ := s.plan(context.Background()) // which does not end
	if j.price != nil {
		dollars = j.price.sum(plan)
	}
	return dollars, len(plan)
}
