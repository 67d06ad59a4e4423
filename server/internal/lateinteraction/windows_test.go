package lateinteraction

import (
	"slices"
	"testing"

	"github.com/splitrank/splitrank/shared/api"
)

// TestBestWindow: a document has the vector and the matches of the window that has its
// logit, whichever window that is.
func TestBestWindow(t *testing.T) {
	m := load(t, Options{})
	const one, other = "plants turn light into food", "opening hours of the shop"
	req := &api.Request{Query: "when does the shop close", Documents: []api.Document{
		{Text: one}, {Text: other}, {Text: one + " " + other}, {Text: other + " " + one},
	}}
	alone := mustScore(t, m, req)
	req.Truncation = &api.Truncation{Windows: &api.Windows{Size: 5, Count: 2}}
	windows := mustScore(t, m, req)
	best := alone[0]
	if alone[1].Logit > best.Logit {
		best = alone[1]
	}
	if slices.Equal(alone[0].Vector, alone[1].Vector) || slices.Equal(alone[0].Matches, alone[1].Matches) {
		t.Fatal("the two texts are alike")
	}
	for _, w := range windows[2:] {
		if w.Logit != best.Logit || !slices.Equal(w.Vector, best.Vector) || !slices.Equal(w.Matches, best.Matches) {
			t.Errorf("logit %v, best alone %v; the same vector %v, matches %v", w.Logit, best.Logit, slices.Equal(w.Vector, best.Vector), slices.Equal(w.Matches, best.Matches))
		}
	}
}
