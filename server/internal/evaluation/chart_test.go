package evaluation

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAxes(t *testing.T) {
	for _, tt := range []struct {
		name string
		axis axis
		want string // ticks
		ends [2]float64
	}{
		{"from 0", axis{high: 100}, "0 20 40 60 80 100", [2]float64{0, 100}},
		{"widened", axis{low: 0.52, high: 0.94}, "0.5 0.6 0.7 0.8 0.9 1.0", [2]float64{0.5, 1}},
		{"small", axis{low: 0.7012, high: 0.7098}, "0.700 0.702 0.704 0.706 0.708 0.710", [2]float64{0.7, 0.71}},
		{"one value", axis{low: 3, high: 3}, "3", [2]float64{3, 3}},
		{"powers", axis{low: 0.03, high: 40, log: true}, "0.01 0.1 1 10 100", [2]float64{0.01, 100}},
		{"thousands", axis{low: 2, high: 900, log: true}, "1 10 100 1000", [2]float64{1, 1000}},
		{"one power", axis{low: 1, high: 1, log: true}, "1 10", [2]float64{1, 10}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := tt.axis
			a.from, a.to = 50, 150
			var words []string
			ticks := a.rounded(5)
			for _, k := range ticks {
				words = append(words, k.Text)
			}
			if got := strings.Join(words, " "); got != tt.want || math.Abs(a.low-tt.ends[0]) > 1e-9 || math.Abs(a.high-tt.ends[1]) > 1e-9 {
				t.Errorf("%s from %v to %v, want %s", got, a.low, a.high, tt.want)
			}
			if first, last := ticks[0].At, ticks[len(ticks)-1].At; first != 50 || last != 150 && len(ticks) > 1 {
				t.Errorf("ticks from %v to %v", first, last)
			}
		})
	}
	if at := (axis{low: 0.01, high: 1, from: 0, to: 10, log: true}).at(0); at != 0 {
		t.Errorf("nothing at all stands at %v", at)
	}
}

// TestLabelsApart: marks close together have labels above each other.
func TestLabelsApart(t *testing.T) {
	marks := []label{{X: 0, Y: 100}, {X: 3, Y: 100}, {X: 5, Y: 95}, {X: 90, Y: 100}}
	points := []point{{name: "cascade@50ms"}, {name: "cascade@100ms"}, {name: "cascade@200ms"}, {name: "cascade@auto"}}
	want := []label{{X: 6, Y: 104, Text: "50ms"}, {X: 9, Y: 92, Text: "100ms"}, {X: 11, Y: 75, Text: "200ms"}, {X: 96, Y: 104, Text: "auto"}}
	if diff := cmp.Diff(want, named(marks, points)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestGains: what is better, worse and the same is counted, and the largest
// losses come first.
func TestGains(t *testing.T) {
	c := collection(13)
	for i := range 12 {
		c.Queries[i].Grades = map[string]int{"d0": 1}
	}
	c.Queries[5].Grades = map[string]int{"d0": 1, "d3": 3}
	r, err := Evaluate(t.Context(), c, append(mustParse(t, "first-stage"), pipelineOf("reversed", reversed)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	g := gainsOf(r)[0]
	if g.Better != 2 || g.Same != 0 || g.Worse != 11 || len(g.Losses) != worst {
		t.Fatalf("%d better, %d the same, %d worse, %d shown", g.Better, g.Same, g.Worse, len(g.Losses))
	}
	l := g.Losses[0]
	if l.ID != "q0" || l.Before != 1 || l.After != 0 {
		t.Errorf("%+v", l)
	}
	want := []passage{{ID: "d0", Text: "text 0", Grade: 1, Before: 1}}
	if diff := cmp.Diff(want, l.Relevant); diff != "" || len(l.First) != shownFirst || l.First[0].Before != 4 || l.First[0].After != 1 {
		t.Errorf("first %+v, relevant (-want +got)\n%s", l.First, diff)
	}
}
