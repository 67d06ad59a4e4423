package tei

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/splitrank/splitrank/server/internal/modelfiles"
	"github.com/splitrank/splitrank/server/internal/modelserving"
	"github.com/splitrank/splitrank/server/internal/remote"
	"github.com/splitrank/splitrank/server/internal/remote/remotetest"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// patience is for what takes no time on a machine that has some.
const patience = time.Minute

// open a model of backends of a kind, closed when the test ends.
func open(t testing.TB, kind string, more map[string]any, o remote.Options, servers ...*remotetest.Texts) *Model {
	t.Helper()
	file := map[string]any{"protocol": kind, "model": "m", "timeout_ms": 20000}
	var urls []string
	for _, s := range servers {
		urls = append(urls, s.URL)
	}
	file["backends"] = urls
	for name, value := range more {
		file[name] = value
	}
	text, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, remote.File), text, 0o644); err != nil {
		t.Fatal(err)
	}
	c, err := remote.ReadConfig(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	m, err := Open(modelfiles.Named([]string{"elsewhere"}, nil), c, modelserving.Options{}, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return m
}

// until something is so.
func until(t testing.TB, so func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal("it never came to be")
		}
	}
}

func ready(t testing.TB, m *Model) {
	t.Helper()
	until(t, func() bool {
		for _, s := range m.States() {
			if !s.Ready {
				return false
			}
		}
		return true
	})
}

// score asks a model about every document of a request.
func score(t testing.TB, m *Model, req *api.Request) ([]answer.Score, error) {
	t.Helper()
	p := m.Open(req)
	all := make([]int, len(req.Documents))
	for i := range all {
		all[i] = i
	}
	if _, err := p.Tokenize(t.Context(), all); err != nil {
		return nil, err
	}
	scores := make([]answer.Score, len(all))
	_, err := p.Score(t.Context(), all, func(list []answer.Score) {
		for _, s := range list {
			scores[s.Document] = s
		}
	})
	return scores, err
}

func request(query string, texts ...string) *api.Request {
	r := &api.Request{Query: query}
	for _, text := range texts {
		r.Documents = append(r.Documents, api.Document{Text: text})
	}
	return r
}
