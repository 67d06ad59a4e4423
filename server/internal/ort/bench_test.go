package ort

import (
	"fmt"
	"os"
	"testing"

	"github.com/splitrank/splitrank/server/internal/batch"
	"github.com/splitrank/splitrank/server/internal/token"
)

// BenchmarkScore runs the model in the folder that SPLITRANK_BENCH_MODEL names,
// over the shapes of batches, to choose a token budget, threads and the arena.
func BenchmarkScore(b *testing.B) {
	dir := os.Getenv("SPLITRANK_BENCH_MODEL")
	if dir == "" {
		b.Skip("SPLITRANK_BENCH_MODEL is not set: it names a model folder")
	}
	for _, o := range []Options{{Threads: 1}, {Threads: 1, NoArena: true}, {Threads: 2}} {
		m := loaded(b, dir, o)
		for _, shape := range [][2]int{{1, 128}, {4, 128}, {8, 128}, {16, 128}, {32, 128}, {64, 128}, {8, 32}, {4, 512}} {
			b.Run(fmt.Sprintf("threads=%d/noarena=%v/%dx%d", o.Threads, o.NoArena, shape[0], shape[1]), func(b *testing.B) {
				benchmarkShape(b, m, shape[0], shape[1])
			})
		}
	}
}

func benchmarkShape(b *testing.B, m *Session, rows, width int) {
	pairs := make([]token.Pair, rows)
	for i := range pairs {
		pairs[i] = spreadPair(width-m.Length(token.Pair{}), 30_000)
	}
	for b.Loop() {
		if _, err := m.Score(b.Context(), pairs); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(rows*width*b.N)/b.Elapsed().Seconds(), "tokens/s")
}

// BenchmarkRequest is the time of one request of 20 pairs of mixed lengths,
// alone at the server, by how two cores are shared out.
func BenchmarkRequest(b *testing.B) {
	dir := os.Getenv("SPLITRANK_BENCH_MODEL")
	if dir == "" {
		b.Skip("SPLITRANK_BENCH_MODEL is not set: it names a model folder")
	}
	for _, o := range []struct{ threads, workers, tokens int }{{2, 1, 1024}, {1, 2, 512}, {1, 2, 1024}, {1, 2, 2048}, {2, 1, 1 << 20}} {
		b.Run(fmt.Sprintf("threads=%d/workers=%d/tokens=%d", o.threads, o.workers, o.tokens), func(b *testing.B) {
			m := loaded(b, dir, Options{Threads: o.threads})
			q, err := batch.New[token.Pair](m, batch.Options{Workers: o.workers, MaxTokens: o.tokens})
			if err != nil {
				b.Fatal(err)
			}
			pairs := make([]token.Pair, 20)
			for i := range pairs {
				pairs[i] = spreadPair(20+i*i, 30_000)
			}
			for b.Loop() {
				if _, err := queuedScores(b.Context(), q, pairs); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
