package hungarian

import "testing"

func TestStem(t *testing.T) {
	s := Stemmer()
	if s.Language != "hu" {
		t.Errorf("language is %q", s.Language)
	}
	for _, c := range []struct {
		name  string
		stem  string
		words []string // share the stem
	}{
		{"a noun with its cases", "könyv", []string{"könyv", "könyvek", "könyvet", "könyvben"}},
		{"of the house", "ház", []string{"ház", "házak", "házban"}},
	} {
		for _, w := range c.words {
			if got := s.Stem(w); got != c.stem {
				t.Errorf("%s: %q stems to %q, want %q", c.name, w, got, c.stem)
			}
		}
	}
}
