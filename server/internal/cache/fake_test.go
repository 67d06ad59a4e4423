package cache

import (
	"context"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// fake is a model whose logit is an awkward number made of the text.
type fake struct {
	before func(ctx context.Context, text string) error // each pair is scored

	mu  sync.Mutex
	ran map[string]int // texts, how often
}

func (f *fake) Name() string                  { return "fake" }
func (*fake) Calibration() answer.Calibration { return answer.Calibration{} }

func (f *fake) SupportsLanguage(string, bool) bool { return true }
func (f *fake) SupportsScript(string) bool         { return true }
func (f *fake) Open(req *api.Request) rerank.Pairs { return &fakePairs{f, req} }

// runs of all texts.
func (f *fake) runs() (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, times := range f.ran {
		n += times
	}
	return n
}

type fakePairs struct {
	*fake
	req *api.Request
}

func (p *fakePairs) Known(context.Context, []int) ([]answer.Score, rerank.Timing) {
	return nil, rerank.Timing{}
}

func (p *fakePairs) Tokenize(_ context.Context, documents []int) ([]int, error) {
	return make([]int, len(documents)), nil
}

func (p *fakePairs) Forecast([]int) time.Duration { return 0 }

// Score runs pair by pair.
func (p *fakePairs) Score(ctx context.Context, documents []int, news func([]answer.Score)) (rerank.Timing, error) {
	for _, d := range documents {
		text := p.req.Documents[d].Text
		if p.before != nil {
			if err := p.before(ctx, text); err != nil {
				return rerank.Timing{}, err
			}
		}
		p.mu.Lock()
		if p.ran == nil {
			p.ran = map[string]int{}
		}
		p.ran[text]++
		p.mu.Unlock()
		news([]answer.Score{p.score(d)})
	}
	return rerank.Timing{Queue: 1, Inference: 1}, nil
}

func (p *fakePairs) score(d int) answer.Score {
	text := p.req.Documents[d].Text
	logit := 0.1
	for _, b := range []byte(p.req.Query + text) {
		logit = logit*1.7 - float64(b)/255
	}
	return answer.Score{Document: d, Logit: float64(float32(logit)), Truncated: len(text)%2 == 1}
}

// request for documents.
func request(query string, texts ...string) *api.Request {
	req := &api.Request{Query: query}
	for _, text := range texts {
		req.Documents = append(req.Documents, api.Document{Text: text})
	}
	return req
}

// cached puts a cache before a model, closed when the test ends.
func cached(t *testing.T, f *fake, o Options) (*Cache, rerank.PairModel) {
	t.Helper()
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c, c.Model(f, func(*api.Request) (string, bool) { return "fake 1", true })
}

// scoreAll is what a cascade does with all documents.
func scoreAll(ctx context.Context, m rerank.PairModel, req *api.Request) (map[int]answer.Score, error) {
	p, got := m.Open(req), map[int]answer.Score{}
	take := func(list []answer.Score) {
		for _, s := range list {
			got[s.Document] = s
		}
	}
	everything := make([]int, len(req.Documents))
	for d := range everything {
		everything[d] = d
	}
	known, _ := p.Known(ctx, everything)
	take(known)
	var left []int
	for d := range req.Documents {
		if _, known := got[d]; !known {
			left = append(left, d)
		}
	}
	if _, err := p.Tokenize(ctx, left); err != nil {
		return got, err
	}
	_, err := p.Score(ctx, left, take)
	return got, err
}

// wantAll wants the model's own scores, bit by bit, and so many of them cached.
func wantAll(t *testing.T, f *fake, req *api.Request, got map[int]answer.Score, err error, cached int) {
	t.Helper()
	if err != nil || len(got) != len(req.Documents) {
		t.Errorf("%d scores of %d, error %v", len(got), len(req.Documents), err)
	}
	n := 0
	for d, s := range got {
		if s.Cached {
			n++
		}
		s.Cached = false
		if want := (&fakePairs{f, req}).score(d); !cmp.Equal(s, want) {
			t.Errorf("document %d: %+v, want %+v", d, s, want)
		}
	}
	if n != cached {
		t.Errorf("%d scores are cached, want %d", n, cached)
	}
}

// await waits until other goroutines have made something true.
func await(so func() bool) {
	for !so() {
		runtime.Gosched()
	}
}
