package all

import (
	"slices"
	"testing"

	"github.com/splitrank/splitrank/heuristics"
)

func TestStemmers(t *testing.T) {
	var codes []string
	for _, s := range Stemmers() {
		codes = append(codes, s.Language)
		if s.Stem == nil {
			t.Errorf("%q has no function", s.Language)
			continue
		}
		if err := (heuristics.Options{Language: s.Language, Stemmers: Stemmers()}).Validate(); err != nil {
			t.Errorf("%q cannot be asked for: %v", s.Language, err)
		}
	}
	slices.Sort(codes)
	if want := []string{"en", "es", "fr", "hu", "no", "ru", "sv"}; !slices.Equal(codes, want) {
		t.Errorf("languages are %q, want %q", codes, want)
	}
}

// TestStemsAreWellBehaved holds what a Ranker relies on for words of any kind.
func TestStemsAreWellBehaved(t *testing.T) {
	for _, s := range Stemmers() {
		for _, w := range []string{"", "a", "s", "7", "b12", "été", "слово", "שלום", "面包", "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", "b\x00d", "\xff"} {
			first := s.Stem(w)
			if again := s.Stem(w); again != first {
				t.Errorf("%s: %q is %q, then %q", s.Language, w, first, again)
			}
		}
	}
}
