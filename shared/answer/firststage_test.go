package answer

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/api"
)

func TestFirstStage(t *testing.T) {
	tests := []struct {
		name   string
		ranks  []int
		hidden bool
		want   []int
	}{
		{"nothing", nil, false, []int{}},
		{"by position", []int{0, 0, 0}, false, []int{0, 1, 2}},
		{"by rank", []int{3, 1, 2}, false, []int{1, 2, 0}},
		{"equal ranks by position", []int{2, 1, 1}, false, []int{1, 2, 0}},
		{"without a rank last", []int{0, 9, 0, 8}, false, []int{3, 1, 0, 2}},
		{"hidden", []int{3, 1, 2}, true, []int{0, 1, 2}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			req := new(api.Request)
			if tt.hidden {
				req.FirstStage = heuristics.Hidden
			}
			for _, rank := range tt.ranks {
				req.Documents = append(req.Documents, api.Document{Rank: rank})
			}
			if got := FirstStage(req); !slices.Equal(got, tt.want) {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}

// TestFirstStageIsThatOfTheHeuristics: where the words say nothing, theirs is the
// order that remains.
func TestFirstStageIsThatOfTheHeuristics(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 100 {
		req := new(api.Request)
		docs := make([]heuristics.Document, r.IntN(20))
		for i := range docs {
			docs[i] = heuristics.Document{Text: "said", Rank: r.IntN(2) * (1 + r.IntN(15))}
			req.Documents = append(req.Documents, api.Document{Text: docs[i].Text, Rank: docs[i].Rank})
		}
		ranking, err := heuristics.Rank("nothing", docs, heuristics.Options{FirstStage: heuristics.Given})
		if err != nil {
			t.Fatal(err)
		}
		var want []int
		for _, item := range ranking.Items {
			want = append(want, item.Index)
		}
		if got := FirstStage(req); !slices.Equal(got, want) {
			t.Fatalf("%v, want %v, of %+v", got, want, docs)
		}
	}
}
