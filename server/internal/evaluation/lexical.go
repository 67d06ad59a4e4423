package evaluation

import (
	"context"

	"github.com/splitrank/splitrank/heuristics"
)

// lexical orders, and on request trims, by heuristics alone.
type lexical struct {
	ranker    heuristics.Ranker
	stemmers  []heuristics.Stemmer
	diversity float64
	trim      bool
	budget    heuristics.Budget
}

func newLexical(stemmers []heuristics.Stemmer, n name) *lexical {
	return &lexical{
		stemmers: stemmers, diversity: n.diversity,
		trim: n.kind == trim, budget: heuristics.Budget{Documents: n.documents},
	}
}

func (l *lexical) Order(_ context.Context, t Task) (Outcome, error) {
	ranking, err := l.rank(t, l.options(t))
	if err != nil {
		return Outcome{}, err
	}
	order := make([]int, 0, len(ranking.Items))
	for _, item := range ranking.Items {
		if item.Kept {
			order = append(order, item.Index)
		}
	}
	return Outcome{Order: order}, nil
}

func (l *lexical) options(t Task) heuristics.Options {
	return heuristics.Options{Stemmers: l.stemmers, FirstStage: t.FirstStage, Diversity: l.diversity}
}

func (l *lexical) rank(t Task, o heuristics.Options) (heuristics.Ranking, error) {
	if l.trim {
		return l.ranker.Trim(t.Query, t.Documents, o, l.budget)
	}
	return l.ranker.Rank(t.Query, t.Documents, o)
}
