package swedish

import "testing"

func TestStem(t *testing.T) {
	s := Stemmer()
	if s.Language != "sv" {
		t.Errorf("language is %q", s.Language)
	}
	for _, c := range []struct {
		name  string
		stem  string
		words []string // share the stem
	}{
		{"a noun with its article", "flick", []string{"flicka", "flickor", "flickorna"}},
		{"a baker", "bag", []string{"bagare", "bagaren"}},
		{"a verb", "arbet", []string{"arbeta", "arbetar", "arbetade"}},
	} {
		for _, w := range c.words {
			if got := s.Stem(w); got != c.stem {
				t.Errorf("%s: %q stems to %q, want %q", c.name, w, got, c.stem)
			}
		}
	}
}
