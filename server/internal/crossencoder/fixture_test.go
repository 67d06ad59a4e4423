package crossencoder

import (
	"context"
	"sync"
	"testing"

	"github.com/splitrank/splitrank/heuristics/stem/all"
	"github.com/splitrank/splitrank/server/internal/batch"
	"github.com/splitrank/splitrank/server/internal/hub"
	"github.com/splitrank/splitrank/server/internal/modelfiles"
	"github.com/splitrank/splitrank/server/internal/ort"
	"github.com/splitrank/splitrank/server/internal/ort/orttest"
	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/server/internal/token"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// tiny loads a tiny model, closed when the test ends.
func tiny(t *testing.T, kind orttest.Model, o Options) *Model {
	t.Helper()
	orttest.Library(t)
	dir := kind.Folder(t, "tiny")
	m, err := Load(dir, &hub.Files{Name: dir, Dir: dir, ONNX: "onnx/model.onnx"}, o)
	if err != nil {
		t.Fatal(err)
	}
	closed(t, m)
	return m
}

func closed(t *testing.T, m *Model) {
	t.Cleanup(func() {
		if err := m.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

// gate stands before a model: every run waits until it is open, and counts.
type gate struct {
	network
	open chan struct{}
	once sync.Once
}

func (g *gate) Score(ctx context.Context, pairs []token.Pair) ([]float32, error) {
	select {
	case <-g.open:
		return g.network.Score(ctx, pairs)
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func (g *gate) release() { g.once.Do(func() { close(g.open) }) }

// gated loads a tiny model that runs nothing before its gate is open.
func gated(t *testing.T, o Options) (*Model, *gate) {
	t.Helper()
	orttest.Library(t)
	o.Threads = 1 // one batch after the other
	loaded, err := ort.Load(orttest.Model{}.Folder(t, "tiny"), ort.Options{})
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{network: loaded, open: make(chan struct{})}
	m, err := newModel(modelfiles.Named([]string{"tiny"}, nil), loaded, g, o)
	if err != nil {
		t.Fatal(err)
	}
	closed(t, m)
	t.Cleanup(g.release)
	return m, g
}

// engineOf a model alone.
func engineOf(t testing.TB, m *Model, failed func(error)) *rerank.Engine {
	t.Helper()
	e, err := rerank.New(rerank.Config{
		Planner: answer.NewPlanner(all.Stemmers()), Models: []rerank.Served{{Names: m.Names(), Model: m}}, Failed: failed,
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// score asks a model about every document of a request.
func score(t testing.TB, ctx context.Context, m *Model, req *api.Request) (*api.Response, error) {
	t.Helper()
	asked := *req
	asked.Pipeline = api.CrossEncoder
	return engineOf(t, m, nil).Rerank(ctx, &asked)
}

func request(query string, documents ...string) *api.Request {
	r := &api.Request{Query: query}
	for _, text := range documents {
		r.Documents = append(r.Documents, api.Document{Text: text})
	}
	return r
}

func texts(docs []api.Document) []string {
	list := make([]string, len(docs))
	for i := range docs {
		list[i] = modelfiles.Text(docs[i].Title, docs[i].Text)
	}
	return list
}

// runs collects what a queue ran.
type runs struct {
	mu   sync.Mutex
	list []batch.Run
}

func (r *runs) add(_ string, one batch.Run) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list = append(r.list, one)
}

// scoredTexts are what a model says about the texts of documents, in their order.
type scoredTexts struct {
	Logits    []float64
	Truncated []bool
	Tokens    int // of all pairs
}

// scoreTexts asks a model as a cascade does, about texts without titles.
func scoreTexts(m *Model, ctx context.Context, query string, documents []string) (scoredTexts, error) {
	s := scoredTexts{Logits: make([]float64, len(documents)), Truncated: make([]bool, len(documents))}
	p := m.Open(request(query, documents...))
	all := make([]int, len(documents))
	for i := range all {
		all[i] = i
	}
	lengths, err := p.Tokenize(ctx, all)
	if err != nil {
		return s, err
	}
	for _, n := range lengths {
		s.Tokens += n
	}
	_, err = p.Score(ctx, all, func(list []answer.Score) {
		for _, x := range list {
			s.Logits[x.Document], s.Truncated[x.Document] = x.Logit, x.Truncated
		}
	})
	return s, err
}
