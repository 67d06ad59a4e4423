package norwegian

import "testing"

func TestStem(t *testing.T) {
	s := Stemmer()
	if s.Language != "no" {
		t.Errorf("language is %q", s.Language)
	}
	for _, c := range []struct {
		name  string
		stem  string
		words []string // share the stem
	}{
		{"a noun with its article", "jent", []string{"jente", "jenter", "jentene", "jenten"}},
		{"a verb", "arbeid", []string{"arbeider", "arbeide", "arbeidet"}},
	} {
		for _, w := range c.words {
			if got := s.Stem(w); got != c.stem {
				t.Errorf("%s: %q stems to %q, want %q", c.name, w, got, c.stem)
			}
		}
	}
}
