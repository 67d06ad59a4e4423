package batch

import (
	"math"
	"math/rand/v2"
	"sync"
	"testing"
)

// mixedLengths are log-normal, as lengths of passages are, around the median.
func mixedLengths(n int, median float64) []pair {
	r := rand.New(rand.NewPCG(7, 8))
	pairs := make([]pair, n)
	for i := range pairs {
		pairs[i] = pair{i, int(min(max(median*math.Exp(0.6*r.NormFloat64()), 16), 512))}
	}
	return pairs
}

// wasted is the share of padding in batches.
func wasted(batches [][]pair) float64 {
	tokens, all := 0, 0
	for _, b := range batches {
		tokens += sum(b)
		all += padded(b)
	}
	return 1 - float64(tokens)/float64(all)
}

// unsorted batches of 32 in the order in which pairs came.
func unsorted(pairs []pair) [][]pair {
	var batches [][]pair
	for len(pairs) > 0 {
		n := min(32, len(pairs))
		batches, pairs = append(batches, pairs[:n]), pairs[n:]
	}
	return batches
}

func TestWaste(t *testing.T) {
	pairs := mixedLengths(400, 120)
	m := &fake{}
	if _, err := scoreAll(queue(t, m, Options{}), t.Context(), pairs); err != nil {
		t.Fatal(err)
	}
	sorted, as := wasted(m.batches), wasted(unsorted(pairs))
	if sorted > 0.06 || as < 0.4 {
		t.Errorf("%.1f %% of the tokens are padding, want at most 6; in order of arrival %.1f %%, want at least 40", 100*sorted, 100*as)
	}
}

// BenchmarkQueue is what the queue itself costs for a pair, and the padding of
// eight clients with 30 pairs a request.
func BenchmarkQueue(b *testing.B) {
	m := &fake{}
	q := queue(b, m, Options{})
	pairs := mixedLengths(240, 120)
	b.ReportAllocs()
	for b.Loop() {
		m.batches = m.batches[:0]
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				if _, err := scoreAll(q, b.Context(), pairs[30*i:30*i+30]); err != nil {
					b.Error(err)
				}
			})
		}
		wg.Wait()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(240*b.N), "ns/pair")
	b.ReportMetric(100*wasted(m.batches), "%padding")
	b.ReportMetric(100*wasted(unsorted(pairs)), "%padding-unsorted")
}

// TestShares: of what waits each worker takes its share, so that none of them
// ends long before the other, and no batch is too small to be worth its while.
func TestShares(t *testing.T) {
	tests := []struct {
		name           string
		workers, waits int
		width          int
		want           int
	}{
		{"one worker takes what fits", 1, 2000, 100, 10},
		{"more than workers can take at once", 2, 9000, 100, 10},
		{"shared out", 2, 1200, 100, 6},
		{"a share of a pair is a pair", 2, 100, 100, 1},
		{"short ones stay together", 2, 64, 16, 8},
		{"a long one goes alone", 4, 4000, 5000, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q, err := New[int, float32](nil, Options{Workers: tt.workers})
			if err != nil {
				t.Fatal(err)
			}
			q.waiting = tt.waits
			if got := q.room(tt.width); got != tt.want {
				t.Errorf("room for %d pairs, want %d", got, tt.want)
			}
		})
	}
}
