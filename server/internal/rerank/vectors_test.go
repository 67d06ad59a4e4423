package rerank

import (
	"slices"
	"testing"

	"github.com/splitrank/splitrank/shared/answer/answertest"
)

// TestVectors: the model is asked about the documents that every tier keeps.
func TestVectors(t *testing.T) {
	e := cascadeOf(t, &fakeModel{}, nil)
	for _, v := range answertest.Vectors(t) {
		r := answered(t, e, v.Request)
		if got := scoredIn(r); !slices.Equal(got, slices.Sorted(slices.Values(v.Kept))) {
			t.Errorf("%s: scored %v, want %v", v.Name, got, v.Kept)
		}
	}
}
