package rerank

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/splitrank/splitrank/heuristics/stem/all"
	"github.com/splitrank/splitrank/server/internal/batch"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// fakePair has as many tokens as its document has words.
type fakePair struct{ tokens int }

// fakeModel is a PairModel behind a real queue: a run takes speed per padded
// token, and document i has the logit logits[i], else -i.
type fakeModel struct {
	name   string
	speed  time.Duration
	logits map[int]float64
	known  map[int]float64 // by document
	joined map[int]bool    // documents whose score another one's run brings
	mute   bool            // speaks no language
	fitted answer.Calibration
	fail   error // of a run
	after  int32 // runs that go well before fail

	queue *batch.Queue[fakePair, float32]
	runs  atomic.Int32
	mu    sync.Mutex
	ahead [][]int // documents handed over to be read ahead, by request
}

func (m *fakeModel) Name() string                       { return cmp.Or(m.name, "fake") }
func (m *fakeModel) SupportsLanguage(string, bool) bool { return !m.mute }
func (m *fakeModel) SupportsScript(text string) bool    { return !strings.HasPrefix(text, "unreadable") }
func (m *fakeModel) Open(r *api.Request) Pairs          { return &fakePairs{m, r} }
func (m *fakeModel) Calibration() answer.Calibration    { return m.fitted }
func (m *fakeModel) Length(p fakePair) int              { return p.tokens }
func (m *fakeModel) logit(document int) float64 {
	if l, ok := m.logits[document]; ok {
		return l
	}
	return -float64(document)
}

// Score is what the queue runs.
func (m *fakeModel) Score(ctx context.Context, pairs []fakePair) ([]float32, error) {
	width := 0
	for _, p := range pairs {
		width = max(width, p.tokens)
	}
	select {
	case <-time.After(m.speed * time.Duration(width*len(pairs))):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if m.runs.Add(1) > m.after && m.fail != nil {
		return nil, m.fail
	}
	return make([]float32, len(pairs)), nil
}

// fakePairs implements Pairs.
type fakePairs struct {
	model *fakeModel
	req   *api.Request
}

func (p *fakePairs) Known(_ context.Context, documents []int) (list []answer.Score, _ Timing) {
	for _, d := range documents {
		logit, known := p.model.known[d]
		if !known {
			continue
		}
		list = append(list, answer.Score{Document: d, Logit: logit, Cached: true})
	}
	return list, Timing{}
}

// ReadAhead implements ReadsAhead.
func (p *fakePairs) ReadAhead(documents []int) {
	p.model.mu.Lock()
	defer p.model.mu.Unlock()
	p.model.ahead = append(p.model.ahead, documents)
}

func (p *fakePairs) pair(document int) fakePair {
	return fakePair{max(len(strings.Fields(p.req.Documents[document].Text)), 1)}
}

func (p *fakePairs) Tokenize(ctx context.Context, documents []int) ([]int, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	var lengths []int
	for _, d := range documents {
		lengths = append(lengths, p.pair(d).tokens)
	}
	return lengths, nil
}

func (p *fakePairs) Forecast(tokens []int) time.Duration { return p.model.queue.Forecast(tokens) }

func (p *fakePairs) Score(ctx context.Context, documents []int, take func([]answer.Score)) (Timing, error) {
	var pairs []fakePair
	for _, d := range documents {
		pairs = append(pairs, p.pair(d))
	}
	waited, ran, err := p.model.queue.Score(ctx, pairs, func(list []batch.Scored[float32]) {
		var scores []answer.Score
		for _, s := range list {
			d := documents[s.Pair]
			scores = append(scores, answer.Score{Document: d, Logit: p.model.logit(d), Cached: p.model.joined[d]})
		}
		take(scores)
	})
	return Timing{Queue: waited, Inference: ran}, err
}

// cascadeOf a fake model, in an Engine.
func cascadeOf(t *testing.T, m *fakeModel, failed func(error)) *Engine {
	t.Helper()
	m.start(t)
	return engine(t, Config{
		Planner: answer.NewPlanner(all.Stemmers()), Failed: failed, Models: []Served{{Names: []string{"fake"}, Model: m}},
	})
}

// start puts a queue before the model.
func (m *fakeModel) start(t *testing.T) *fakeModel {
	t.Helper()
	var err error
	if m.queue, err = batch.New(m, batch.Options{MaxTokens: 400}); err != nil {
		t.Fatal(err)
	}
	return m
}

// breads are n documents about bread of 10 to 100 words, the last ones most.
func breads(n int) *api.Request {
	req := &api.Request{Query: "how is bread baked"}
	for i := range n {
		text := strings.Repeat("bread ", 1+i*9/max(n-1, 1)) + strings.Repeat("river ", i*37%90) + fmt.Sprint(i)
		req.Documents = append(req.Documents, api.Document{Text: text})
	}
	return req
}
