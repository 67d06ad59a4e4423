package evaluation

import (
	"context"
	"time"

	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// Open implements rerank.PairModel.
func (s *Scores) Open(req *api.Request) rerank.Pairs {
	behind := s.PairModel.Open(req)
	if req.Budget.DeadlineMS > 0 {
		return behind
	}
	return &scoredPairs{scores: s, behind: behind, keys: s.keys(req)}
}

// scoredPairs are the documents of a request before a file of scores.
type scoredPairs struct {
	scores *Scores
	behind rerank.Pairs
	keys   []string // by document
}

// Known implements rerank.Pairs: see Scores for why it is nothing.
func (*scoredPairs) Known(context.Context, []int) ([]answer.Score, rerank.Timing) {
	return nil, rerank.Timing{}
}

// Forecast implements rerank.Pairs.
func (p *scoredPairs) Forecast(tokens []int) time.Duration { return p.behind.Forecast(tokens) }

// Tokenize implements rerank.Pairs. What the file holds is not read and counts no
// tokens.
func (p *scoredPairs) Tokenize(ctx context.Context, documents []int) ([]int, error) {
	lengths := make([]int, len(documents))
	_, missing := p.parted(documents)
	read, err := p.behind.Tokenize(ctx, missing)
	if err != nil {
		return nil, err
	}
	for i, next := 0, 0; next < len(missing); i++ {
		if documents[i] == missing[next] {
			lengths[i] = read[next]
			next++
		}
	}
	return lengths, nil
}

// Score implements rerank.Pairs.
func (p *scoredPairs) Score(ctx context.Context, documents []int, take func([]answer.Score)) (rerank.Timing, error) {
	known, missing := p.parted(documents)
	if len(known) > 0 {
		take(known)
	}
	if len(missing) == 0 {
		return rerank.Timing{}, nil
	}
	var failed error
	spent, err := p.behind.Score(ctx, missing, func(list []answer.Score) {
		if failed == nil {
			failed = p.keep(list)
		}
		take(list)
	})
	if err == nil {
		err = failed
	}
	return spent, err
}

// parted are the scores that the file holds, and the documents it does not know.
func (p *scoredPairs) parted(documents []int) (known []answer.Score, missing []int) {
	for _, d := range documents {
		if logit, ok := p.scores.lookUp(p.keys[d]); ok {
			known = append(known, answer.Score{Document: d, Logit: logit})
		} else {
			missing = append(missing, d)
		}
	}
	return known, missing
}

func (p *scoredPairs) keep(list []answer.Score) error {
	for _, s := range list {
		if err := p.scores.add(p.keys[s.Document], s.Logit); err != nil {
			return err
		}
	}
	return nil
}
