package rerank

import (
	"slices"
	"testing"

	"github.com/splitrank/splitrank/shared/answer/answertest"
)

// TestVectors: the model is asked about the documents that every tier keeps; of many about
// a quarter at least, the best, and about as many others as were kept.
func TestVectors(t *testing.T) {
	e := cascadeOf(t, &fakeModel{}, nil)
	for _, v := range answertest.Vectors(t) {
		got, must := scoredIn(answered(t, e, v.Request)), v.Kept
		if len(v.Kept) >= fewForAgain && len(v.Kept) < len(v.Request.Documents) {
			must = v.Kept[:len(v.Kept)/4]
		}
		if len(got) != len(v.Kept) || slices.ContainsFunc(must, func(d int) bool { return !slices.Contains(got, d) }) {
			t.Errorf("%s: scored %v, want %d documents and all of %v", v.Name, got, len(v.Kept), must)
		}
	}
}
