package heuristics_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/heuristics/stem/english"
	"github.com/splitrank/splitrank/heuristics/stem/swedish"
)

func TestLanguages(t *testing.T) {
	for _, tt := range []struct {
		name     string
		stemmers []heuristics.Stemmer
		want     []string
	}{
		{"without stemmers", nil, []string{"ar", "he", "ja", "ko", "th", "zh"}},
		{"with two", []heuristics.Stemmer{swedish.Stemmer(), english.Stemmer()}, []string{"ar", "en", "he", "ja", "ko", "sv", "th", "zh"}},
	} {
		if diff := cmp.Diff(tt.want, heuristics.Languages(tt.stemmers)); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}
