package httpapi

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/splitrank/splitrank/shared/api"
)

// batchOf n requests whose queries are their numbers.
func batchOf(n int) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf(`{"query":"%d","documents":["a"]}`, i))
	}
	return `{"requests":[` + strings.Join(all, ",") + `]}`
}

func TestBatchKeepsOrderAndBound(t *testing.T) {
	const parallel = 3
	var running, most atomic.Int64
	var together sync.WaitGroup // the first ones wait for each other
	together.Add(parallel)
	rerank := func(_ context.Context, req *api.Request) (*api.Response, error) {
		n := running.Add(1)
		defer running.Add(-1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		if i, _ := strconv.Atoi(req.Query); i < parallel {
			together.Done()
			together.Wait()
		}
		return &api.Response{Model: "query " + req.Query}, nil
	}
	s := newServer(t, func(c *Config) { c.Reranker, c.BatchParallel = rerankFunc(rerank), parallel })
	body := post(s, "/rerank/batch", batchOf(50)).Body.String()
	last := -1
	for i := range 50 {
		at := strings.Index(body, fmt.Sprintf(`"query %d"`, i))
		if at <= last {
			t.Fatalf("answer %d is not where it belongs", i)
		}
		last = at
	}
	if most.Load() != parallel {
		t.Errorf("%d at work at once, want %d", most.Load(), parallel)
	}
}
