package batch

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// lengthsOf pairs.
func lengthsOf(pairs []pair) []int {
	var list []int
	for _, p := range pairs {
		list = append(list, p.length)
	}
	return list
}

// mixed are n pairs of 20 to 300 tokens.
func mixed(n int) []pair {
	pairs := make([]pair, n)
	for i := range pairs {
		pairs[i] = pair{i, 20 + i*97%280}
	}
	return pairs
}

// TestForecast: the forecast is about the time that it then takes, alone and
// beside others.
func TestForecast(t *testing.T) {
	for _, tt := range []struct {
		name   string
		others int // requests in the queue
		pairs  int
	}{{"alone", 0, 40}, {"one pair", 0, 1}, {"beside one", 1, 40}, {"beside four", 4, 25}} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				q := queue(t, &fake{speed: 100 * time.Microsecond}, Options{})
				if got := q.Forecast([]int{100}); got != 0 {
					t.Errorf("forecast %s before anything ran", got)
				}
				score(t, q, mixed(60))
				var wg sync.WaitGroup
				for range tt.others {
					wg.Go(func() { score(t, q, mixed(80)) })
				}
				synctest.Wait()
				pairs := mixed(tt.pairs)
				want, start := q.Forecast(lengthsOf(pairs)), time.Now()
				score(t, q, pairs)
				if took := time.Since(start); took < want*6/10 || took > want*14/10 {
					t.Errorf("forecast %s, took %s", want, took)
				}
				wg.Wait()
			})
		})
	}
}

func score(t *testing.T, q *Queue[pair, float32], pairs []pair) {
	t.Helper()
	if _, err := scoreAll(q, t.Context(), pairs); err != nil {
		t.Error(err)
	}
}

// TestScoreLists: the scores of a batch come together.
func TestScoreLists(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := queue(t, &fake{speed: time.Microsecond}, Options{MaxTokens: 100})
		var lists []int
		_, _, err := q.Score(t.Context(), []pair{{0, 50}, {1, 25}, {2, 50}, {3, 25}, {4, 25}}, func(list []Scored[float32]) {
			lists = append(lists, len(list))
		})
		if err != nil || len(lists) != 2 || lists[0] != 2 || lists[1] != 3 {
			t.Errorf("lists of %v scores, error %v", lists, err)
		}
	})
}
