package experiment

import (
	"strings"
	"testing"
)

// judgedQueries whose second ranking has the good document further up by some places.
func judgedQueries(up int) (list []Judged) {
	ids := strings.Split("abcdefghij", "")
	for at := up; at < 6; at++ {
		better := append([]string{}, ids...)
		for i := at; i > at-up; i-- {
			better[i], better[i-1] = better[i-1], better[i]
		}
		list = append(list, Judged{Rankings: [2][]string{ids, better}, Grades: map[string]int{ids[at]: 2}})
	}
	return list
}

func TestSimulateJudged(t *testing.T) {
	o := SimulationOptions{Runs: 10, MaxN: 300, Alpha: 0.05, Seed: 1}
	for _, tt := range []struct {
		name         string
		queries      []Judged
		least, most  int // found
		first        bool
		undecidedAll bool
	}{
		{"better", judgedQueries(3), 9, 10, false, false},
		{"worse", reversed(judgedQueries(3)), 9, 10, true, false},
		{"the same", judgedQueries(0), 0, 0, false, true},
	} {
		r := SimulateJudged(o, tt.queries)
		if r.Found < tt.least || r.Found > tt.most || (r.FirstBetter > r.Found/2) != tt.first || (r.Decided == 0) != tt.undecidedAll {
			t.Errorf("%s: %+v", tt.name, r)
		}
	}
}

func reversed(list []Judged) []Judged {
	for i := range list {
		list[i].Rankings[0], list[i].Rankings[1] = list[i].Rankings[1], list[i].Rankings[0]
	}
	return list
}
