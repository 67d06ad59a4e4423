package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/splitrank/splitrank/shared/api"
)

// rerankFunc answers without being watched.
type rerankFunc func(ctx context.Context, req *api.Request) (*api.Response, error)

func (f rerankFunc) Rerank(ctx context.Context, req *api.Request) (*api.Response, error) {
	return f(ctx, req)
}

func (f rerankFunc) Watch(ctx context.Context, req *api.Request, _ func(*api.Response)) (*api.Response, error) {
	return f(ctx, req)
}

// numbered requests whose queries are their numbers.
func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `{"query":"%d","documents":["a"]}`+"\n", i)
	}
	return b.String()
}

// answering runs rerank's loop with an engine, and returns what it wrote.
func answering(t *testing.T, ctx context.Context, engine reranker, in io.Reader, parallel int) (string, error) {
	t.Helper()
	c := &rerankCmd{Format: "json", Parallel: parallel}
	c.MaxBodyBytes = 1000
	var out strings.Builder
	env := &Env{Ctx: ctx, Stdout: &out, Stderr: io.Discard}
	err := c.answerAll(env, engine, newRequests(in, c.MaxBodyBytes), order{parallel: parallel})
	return out.String(), err
}

// TestAnswersKeepOrderAndBound: several requests are at work at once, never more
// than was said, an error stays with its own, and the order is that of the input.
func TestAnswersKeepOrderAndBound(t *testing.T) {
	const parallel, requests = 3, 50
	var running, most atomic.Int64
	var together sync.WaitGroup // the first ones wait for each other
	together.Add(parallel)
	engine := rerankFunc(func(_ context.Context, req *api.Request) (*api.Response, error) {
		n := running.Add(1)
		defer running.Add(-1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		i, _ := strconv.Atoi(req.Query)
		if i < parallel {
			together.Done()
			together.Wait()
		}
		if i == 7 {
			return nil, errors.New("seventh")
		}
		return &api.Response{Model: "query " + req.Query}, nil
	})
	out, err := answering(t, t.Context(), engine, strings.NewReader(numbered(requests)), parallel)
	if err == nil || err.Error() != "1 of 50 requests failed" || most.Load() != parallel {
		t.Errorf("error %v, %d at once", err, most.Load())
	}
	for i, line := range strings.Split(strings.TrimSpace(out), "\n") {
		want := fmt.Sprintf(`"model":"query %d"`, i)
		if i == 7 {
			want = `"message":"seventh"`
		}
		if !strings.Contains(line, want) {
			t.Errorf("line %d: %s", i, line)
		}
	}
}

// TestAnswersInterrupted: an interrupt ends a run that waits for input.
func TestAnswersInterrupted(t *testing.T) {
	gone := errors.New("gone")
	ctx, cancel := context.WithCancelCause(t.Context())
	engine := rerankFunc(func(ctx context.Context, _ *api.Request) (*api.Response, error) {
		cancel(gone)
		return nil, context.Cause(ctx)
	})
	r, w := io.Pipe()
	go io.WriteString(w, numbered(1)) // and no more, ever
	defer w.Close()
	if out, err := answering(t, ctx, engine, r, 2); !errors.Is(err, gone) || out != "" {
		t.Errorf("%q, error %v", out, err)
	}
}

func TestParallel(t *testing.T) {
	for _, tt := range []struct {
		name          string
		c             rerankCmd
		models, least int
	}{
		{"asked for", rerankCmd{Parallel: 5}, 1, 5},
		{"default with a model", rerankCmd{}, 1, 32},
		{"default without", rerankCmd{}, 0, 1},
		{"watched", rerankCmd{Parallel: 5, Watch: true}, 1, 1},
	} {
		if got := tt.c.parallel(tt.models); got < tt.least || tt.models > 0 && got != tt.least {
			t.Errorf("%s: %d", tt.name, got)
		}
	}
}
