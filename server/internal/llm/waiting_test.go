package llm_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/splitrank/splitrank/server/internal/llm"
	"github.com/splitrank/splitrank/shared/api"
)

// held is a client that answers nobody until it is released.
type held struct{ released chan struct{} }

// Ask implements llm.Client.
func (h held) Ask(ctx context.Context, _ llm.Prompt) (llm.Reply, error) {
	select {
	case <-h.released:
	case <-ctx.Done():
	}
	return llm.Reply{}, &llm.Fault{Kind: llm.Late}
}

// TestPromptsWait: requests that wait for a call hold their texts and no prompts,
// whatever the mode makes of them.
func TestPromptsWait(t *testing.T) {
	const requests, most = 8, 8 << 20 // bytes; 8 times ten prompts of 480 kB are 38 MB
	for _, mode := range []llm.Mode{llm.Batch, llm.Isolation, llm.Consistency, llm.Listwise, llm.Likelihood} {
		t.Run(string(mode), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := held{make(chan struct{})}
				j := localJudge(t, llm.Config{
					Concurrency: 1, CacheEntries: -1, Likelihoods: true, Options: llm.Options{Mode: mode, TopN: 20, Shuffles: 10},
					Prices: &llm.Prices{}, // so that nothing is planned
				}, h)
				req := &api.Request{Query: "q"}
				for i := range 20 {
					req.Documents = append(req.Documents, api.Document{Text: fmt.Sprint(i) + strings.Repeat("<", 3990)})
				}
				before := heap()
				var all sync.WaitGroup
				for range requests {
					all.Go(func() { j.Judge(t.Context(), req, resultsOf(req)) })
				}
				synctest.Wait()
				if now := heap(); now > before+most {
					t.Errorf("%d requests that wait hold %d MB", requests, (now-before)>>20)
				}
				close(h.released)
				all.Wait()
			})
		})
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
