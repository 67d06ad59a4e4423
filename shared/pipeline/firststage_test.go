package pipeline

import (
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
