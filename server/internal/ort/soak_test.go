package ort

import (
	"bufio"
	"context"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/splitrank/splitrank/server/internal/batch"
	"github.com/splitrank/splitrank/server/internal/token"
)

// TestSoak runs SPLITRANK_SOAK pairs of mixed lengths, some of them cancelled
// on their way, through the queue and the model in SPLITRANK_BENCH_MODEL, and
// fails if the resident memory of the last four fifths grows by 2 %.
func TestSoak(t *testing.T) {
	dir := os.Getenv("SPLITRANK_BENCH_MODEL")
	total, err := strconv.Atoi(os.Getenv("SPLITRANK_SOAK"))
	if dir == "" || err != nil {
		t.Skip("SPLITRANK_BENCH_MODEL and SPLITRANK_SOAK are not set: they name a model folder and a number of pairs")
	}
	m := loaded(t, dir, Options{Threads: 1})
	if err := m.Warm(t.Context(), 2, 1024); err != nil {
		t.Fatal(err)
	}
	q, err := batch.New[token.Pair](m, batch.Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	var resident []int
	for part := range 10 {
		soak(t, m, q, uint64(part), total/10)
		resident = append(resident, status(t, "VmRSS"))
		t.Logf("%d pairs: %d MB resident, at most %d MB", (part+1)*total/10, resident[part]>>10, status(t, "VmHWM")>>10)
	}
	if grown := float64(resident[9])/float64(resident[1]) - 1; grown > 0.02 {
		t.Errorf("resident memory grew by %.1f %%", 100*grown)
	}
}

// soak scores about n pairs for eight clients at once.
func soak(t *testing.T, m *Session, q *batch.Queue[token.Pair, float32], seed uint64, n int) {
	var wg sync.WaitGroup
	var done atomic.Int64
	for client := range uint64(8) {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(seed, client))
			for done.Load() < int64(n) {
				pairs := make([]token.Pair, 1+r.IntN(40))
				for i := range pairs {
					length := min(max(80*math.Exp(0.6*r.NormFloat64()), 8), float64(m.MaxLength()))
					pairs[i] = spreadPair(int(length)-m.Length(token.Pair{}), 30_000)
				}
				ctx, cancel := context.WithCancel(t.Context())
				_, _, err := q.Score(ctx, pairs, func(list []batch.Scored[float32]) {
					for range list {
						if done.Add(1)%100 == 0 {
							cancel()
						}
					}
				})
				if err != nil && ctx.Err() == nil {
					t.Error(err)
				}
				cancel()
			}
		})
	}
	wg.Wait()
}

// status reads a field of /proc/self/status in KiB.
func status(t *testing.T, field string) int {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		t.Skip(err)
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		words := strings.Fields(s.Text())
		if len(words) > 1 && words[0] == field+":" {
			n, err := strconv.Atoi(words[1])
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	t.Skipf("/proc/self/status has no %s", field)
	return 0
}
