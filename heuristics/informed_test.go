package heuristics_test

import (
	"testing"

	"github.com/splitrank/splitrank/heuristics"
)

func TestInformed(t *testing.T) {
	docs := []heuristics.Document{{Text: "Bread is baked in an oven"}, {Text: "מה זה לחם"}}
	for _, c := range []struct {
		name, query string
		want        bool
	}{
		{"a word", "who baked it?", true},
		{"a word of the other language", "לחם", true},
		{"parts of a word", "bakedness", true},
		{"only stop words", "what is it in an", false},
		{"no word that occurs", "quantum", false},
		{"no word", "?!", false},
		{"another script", "интерференция", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var r heuristics.Ranker
			if _, err := r.Rank(c.query, docs, heuristics.Options{}); err != nil || r.Informed() != c.want {
				t.Errorf("informed %v, error %v, want %v", r.Informed(), err, c.want)
			}
		})
	}
	if new(heuristics.Ranker).Informed() {
		t.Error("informed before the first call")
	}
}
