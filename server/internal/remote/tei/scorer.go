package tei

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/go-json-experiment/json"
	"golang.org/x/sync/errgroup"

	"github.com/splitrank/splitrank/server/internal/remote"
)

// pair is a query and a text.
type pair struct {
	query, text string
	tokens      int  // estimated
	whole       bool // it must not be cut
}

// asked is what the pairs of one call have in common.
type asked struct {
	query string
	whole bool
}

// scorer asks backends. It implements batch.Runner and remote.Protocol.
type scorer struct {
	config  remote.Config
	dialect dialect
	pool    *remote.Pool
	rate    rate
	// most texts of a call and tokens of a pair, as backends say; 0 = none did.
	mostTexts, maxLength atomic.Int64
}

// What a call and its answer may have in bytes. Services refuse bodies of 2 MB.
const (
	bodyBytes   = 3 << 19
	answerBytes = 64 << 10
	scoreBytes  = 512
)

// Length implements batch.Runner.
func (*scorer) Length(p pair) int { return p.tokens }

// Score implements batch.Runner: one call for each query, or several. What one of them
// comes to leaves the others their scores.
func (s *scorer) Score(ctx context.Context, pairs []pair) ([]float32, error) {
	calls := s.calls(pairs)
	scores := make([]float32, len(pairs))
	var failed partly
	var mu sync.Mutex
	var g errgroup.Group
	g.SetLimit(s.config.InFlight)
	for _, places := range calls {
		g.Go(func() error {
			list, err := s.call(ctx, pairs, places)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				failed.add(places, err)
				return nil
			}
			for i, at := range places {
				scores[at] = list[i]
			}
			return nil
		})
	}
	_ = g.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if len(failed.pairs) == len(pairs) {
		return nil, failed.err
	}
	if failed.err != nil {
		return scores, &failed
	}
	return scores, nil
}

// partly is an error of some calls of a batch. It implements batch.PairError.
type partly struct {
	pairs []int
	err   error
}

func (p *partly) add(pairs []int, err error) {
	p.pairs, p.err = append(p.pairs, pairs...), errors.Join(p.err, err)
}

// Error implements error.
func (p *partly) Error() string { return p.err.Error() }

// Unwrap returns the errors of the calls.
func (p *partly) Unwrap() error { return p.err }

// Pairs implements batch.PairError.
func (p *partly) Pairs() []int { return p.pairs }

// calls share pairs out, as places in the list: one query each, and no more than a
// backend takes.
func (s *scorer) calls(pairs []pair) (calls [][]int) {
	open, bytes := map[asked]int{}, map[asked]int{} // the call that has room, and its size
	for i, p := range pairs {
		k := asked{p.query, p.whole}
		at, ok := open[k]
		if !ok || len(calls[at]) >= s.textsOfCall() || bytes[k]+len(p.text) > bodyBytes {
			at = len(calls)
			calls = append(calls, nil)
			open[k], bytes[k] = at, len(p.query)
		}
		calls[at] = append(calls[at], i)
		bytes[k] += len(p.text)
	}
	return calls
}

func (s *scorer) textsOfCall() int {
	n := s.config.BatchPairs
	if most := int(s.mostTexts.Load()); most > 0 {
		n = min(n, most)
	}
	return n
}

// call scores texts of one query.
func (s *scorer) call(ctx context.Context, pairs []pair, places []int) ([]float32, error) {
	first, tokens := pairs[places[0]], 0
	q := question{first.query, make([]string, len(places)), first.whole}
	for i, at := range places {
		q.texts[i] = pairs[at].text
		tokens += pairs[at].tokens
	}
	return remote.Call(ctx, s.pool, tokens, func(ctx context.Context, b *remote.Backend) ([]float32, error) {
		return s.ask(ctx, b, q)
	})
}

// ask one backend.
func (s *scorer) ask(ctx context.Context, b *remote.Backend, q question) ([]float32, error) {
	body, err := json.Marshal(s.dialect.body(s.config.Model, q))
	if err != nil {
		return nil, &remote.Fault{Kind: remote.Rejected, Detail: "a text is no UTF-8"}
	}
	reply, err := b.Do(ctx, remote.Request{
		Method: http.MethodPost, Path: s.dialect.path, Body: body, Header: http.Header{"Content-Type": {"application/json"}},
		Most: int64(answerBytes + scoreBytes*len(q.texts)),
	})
	if err != nil {
		return nil, err
	}
	list, tokens, err := s.dialect.read(reply)
	if err != nil {
		return nil, err
	}
	s.rate.learn(q.query, q.texts, tokens)
	return inOrder(list, len(q.texts))
}

// Ready implements remote.Protocol.
func (s *scorer) Ready(ctx context.Context, b *remote.Backend) error {
	_, err := b.Do(ctx, remote.Request{Method: http.MethodGet, Path: "/health", Most: answerBytes})
	return err
}

// Look implements remote.Protocol.
func (s *scorer) Look(ctx context.Context, b *remote.Backend, query string, documents []string) (remote.Seen, error) {
	about, err := s.dialect.about(ctx, b, s.config.Model)
	if err != nil {
		return remote.Seen{}, err
	}
	lower(&s.mostTexts, about.mostTexts)
	lower(&s.maxLength, about.maxLength)
	seen := remote.Seen{Server: about.server, Version: about.version}
	for from := 0; from < len(documents); {
		to := min(from+s.textsOfCall(), len(documents))
		scores, err := s.ask(ctx, b, question{query: query, texts: documents[from:to]})
		if err != nil {
			return remote.Seen{}, err
		}
		for _, x := range scores {
			seen.Logits = append(seen.Logits, float64(x))
		}
		from = to
	}
	return seen, nil
}

// lower a bound to what one more backend says; 0 says nothing.
func lower(bound *atomic.Int64, to int) {
	for to > 0 {
		now := bound.Load()
		if now > 0 && now <= int64(to) || bound.CompareAndSwap(now, int64(to)) {
			return
		}
	}
}
