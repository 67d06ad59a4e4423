package oip

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/splitrank/splitrank/server/internal/ort"
	"github.com/splitrank/splitrank/server/internal/ort/orttest"
	"github.com/splitrank/splitrank/server/internal/remote"
	"github.com/splitrank/splitrank/server/internal/remote/remotetest"
	"github.com/splitrank/splitrank/server/internal/token"
)

// patience is for what takes no time on a machine that has some.
const patience = time.Minute

// configOf backends, as a file would say it.
func configOf(t testing.TB, more map[string]any, servers ...*remotetest.OIP) remote.Config {
	t.Helper()
	file := map[string]any{"protocol": "oip", "model": "m", "timeout_ms": 20000}
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
	orttest.Write(t, dir, remote.File, text)
	c, err := remote.ReadConfig(dirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// open an engine, closed when the test ends.
func open(t testing.TB, c remote.Config, o remote.Options) *Engine {
	t.Helper()
	e, err := Open(orttest.Model{}.Folder(t, "m"), c, ort.Options{}, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

// ready waits until every backend is.
func ready(t testing.TB, e *Engine) {
	t.Helper()
	until(t, func() bool {
		for _, s := range e.States() {
			if !s.Ready {
				return false
			}
		}
		return true
	})
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

// some pairs, and what the fake makes of them.
func some(t testing.TB, e *Engine) (pairs []token.Pair, want []float32) {
	t.Helper()
	pairs, err := e.pairs("how do plants make food", []string{"plants turn light into sugar", "the shop", "", "water and air"})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pairs {
		one, err := e.Tensors([]token.Pair{p})
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, remotetest.Logit(one.IDs))
	}
	return pairs, want
}

func folder(t testing.TB) string { return orttest.Model{}.Folder(t, "m") }
