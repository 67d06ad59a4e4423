package evaluation

import (
	"slices"
	"testing"
)

// TestAccurate: the model orders what it reads, the heuristics what it does not.
func TestAccurate(t *testing.T) {
	tests := []struct {
		name, query string
		texts       []string
		want        []int
		scored      int
	}{
		{"all read", "bread", []string{"a", "ccc", "bb"}, []int{1, 2, 0}, 3},
		{"ties stay", "bread", []string{"a", "b", "cc"}, []int{2, 0, 1}, 3},
		{"some read", "bread", []string{"*water", "a", "*bread", "bb"}, []int{3, 1, 2, 0}, 2},
		{"none read", "bread", []string{"*water", "*bread"}, []int{1, 0}, 0},
		{"another language is asked in", "*bread", []string{"water", "bread"}, []int{1, 0}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var asked int
			o, err := accurate{lengths{&asked}, new(lexical)}.Order(t.Context(), Task{Query: tt.query, Documents: documents(tt.texts...)})
			if err != nil || !slices.Equal(o.Order, tt.want) || o.Scored != tt.scored || asked != tt.scored {
				t.Errorf("order %v, want %v; %d scored, error %v", o.Order, tt.want, o.Scored, err)
			}
		})
	}
}
