package french

import "testing"

func TestStem(t *testing.T) {
	s := Stemmer()
	if s.Language != "fr" {
		t.Errorf("language is %q", s.Language)
	}
	for _, c := range []struct {
		name  string
		stem  string
		words []string // share the stem
	}{
		{"a noun", "bibliothequ", []string{"bibliothèque", "bibliothèques"}},
		{"a verb", "cherch", []string{"cherche", "chercher", "cherchait", "cherché"}},
		{"an adjective", "ouvert", []string{"ouvert", "ouverte", "ouvertes"}},
	} {
		for _, w := range c.words {
			if got := s.Stem(w); got != c.stem {
				t.Errorf("%s: %q stems to %q, want %q", c.name, w, got, c.stem)
			}
		}
	}
}
