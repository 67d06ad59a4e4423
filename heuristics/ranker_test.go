package heuristics_test

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/splitrank/splitrank/heuristics"
)

// TestRankerReuse asks one Ranker hundreds of questions that differ in
// language, size and options. Every answer equals that of a fresh one.
func TestRankerReuse(t *testing.T) {
	var r heuristics.Ranker
	eachRequest(t, 300, func(t *testing.T, rng *rand.Rand, req request) {
		req.o.Diversity = float64(rng.IntN(3)) / 4
		if rng.IntN(20) == 0 {
			req.docs = append(req.docs, heuristics.Document{Text: longWord + languageTexts[rng.IntN(9)].text})
		}
		if rng.IntN(2) == 0 {
			got, err := r.Rank(req.query, req.docs, req.o)
			want, wantErr := heuristics.Rank(req.query, req.docs, req.o)
			sameAnswer(t, got, want, err, wantErr)
			return
		}
		b := heuristics.Budget{Documents: rng.IntN(6)}
		got, err := r.Trim(req.query, req.docs, req.o, b)
		want, wantErr := heuristics.Trim(req.query, req.docs, req.o, b)
		sameAnswer(t, got, want, err, wantErr)
	})
}

// sameAnswer does not tell nil slices from empty ones.
func sameAnswer(t *testing.T, got, want heuristics.Ranking, err, wantErr error) {
	t.Helper()
	if err != nil || wantErr != nil {
		t.Fatalf("errors are %v, and %v of a fresh Ranker", err, wantErr)
	}
	for _, r := range []*heuristics.Ranking{&got, &want} {
		for i := range r.Items {
			it := &r.Items[i]
			it.Explanation = append([]heuristics.Part{}, it.Explanation...)
			it.Matches = append([]heuristics.Span{}, it.Matches...)
		}
		r.Items = append([]heuristics.Item{}, r.Items...)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("answer differs (-fresh +reused):\n%s", diff)
	}
}

// TestRankerAfterAnError answers the next question as if nothing had been.
func TestRankerAfterAnError(t *testing.T) {
	docs := []heuristics.Document{{Text: "old bread"}, {Text: "rivers"}}
	var r heuristics.Ranker
	if _, err := r.Rank("bread", []heuristics.Document{{Text: "bread"}, {Rank: -1}}, heuristics.Options{}); err == nil {
		t.Fatal("a negative rank is no error")
	}
	got, err := r.Rank("bread", docs, heuristics.Options{})
	want, wantErr := heuristics.Rank("bread", docs, heuristics.Options{})
	sameAnswer(t, got, want, err, wantErr)
}
