package token

import (
	"math"
	"strings"
	"sync"
	"testing"
)

// TestUnspelled: the vocabularies of testdata have Latin and Hebrew letters, few others.
func TestUnspelled(t *testing.T) {
	hebrew := "בצק המחמצת תפח כל הלילה"
	tests := []struct {
		name, text string
		want       map[string]float64
	}{
		{"nothing", "", map[string]float64{"bert": 0, "xlm-roberta": 0, "roberta": 0}},
		{"no letters", "42 + 7 😀 ٣", map[string]float64{"bert": 0, "xlm-roberta": 0}},
		{"English", "The dough rises overnight.", map[string]float64{"bert": 0, "xlm-roberta": 0}},
		{"Hebrew", hebrew, map[string]float64{"bert": 0, "xlm-roberta": 0}},
		{"niqqud is no letter", "לָמָּה", map[string]float64{"xlm-roberta": 0}},
		{"compatibility forms", "ﬁve ｗｉｄｅ", map[string]float64{"xlm-roberta": 0}},
		{"Japanese", "東京へ行く", map[string]float64{"bert": 1, "xlm-roberta": 1, "roberta": 0}},
		{"a third of it", "abcd東京", map[string]float64{"bert": 1. / 3, "xlm-roberta": 1. / 3, "roberta": 0}},
		{"the beginning tells", strings.Repeat("a", 512) + strings.Repeat("東", 999), map[string]float64{"bert": 0, "xlm-roberta": 0}},
		{"not UTF-8", "water\xff", map[string]float64{"bert": 0, "xlm-roberta": 0}},
	}
	for _, tt := range tests {
		for name, want := range tt.want {
			if got := load(t, name).Unspelled(tt.text); math.Abs(got-want) > 1e-9 {
				t.Errorf("%s, %s: %v, want %v", tt.name, name, got, want)
			}
		}
	}
}

// TestUnspelledTogether: texts that are looked at at once find the same.
func TestUnspelledTogether(t *testing.T) {
	tokenizer := load(t, "xlm-roberta")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if got := tokenizer.Unspelled("water 東京 מים"); math.Abs(got-0.2) > 1e-9 {
				t.Errorf("%v", got)
			}
		})
	}
	all.Wait()
}
