package english

import "testing"

func TestStem(t *testing.T) {
	s := Stemmer()
	if s.Language != "en" {
		t.Errorf("language is %q", s.Language)
	}
	for _, c := range []struct {
		name  string
		stem  string
		words []string // share the stem
	}{
		{"a verb", "bake", []string{"bake", "bakes", "baked", "baking"}},
		{"doubled consonant", "run", []string{"run", "runs", "running"}},
		{"y and ies", "librari", []string{"library", "libraries"}},
		{"ational", "relat", []string{"relate", "relates", "relational", "relation"}},
		{"irregular: dying", "die", []string{"die", "dies", "dying"}},
		{"stop words are stemmed like any other", "have", []string{"have", "having"}},
	} {
		for _, w := range c.words {
			if got := s.Stem(w); got != c.stem {
				t.Errorf("%s: %q stems to %q, want %q", c.name, w, got, c.stem)
			}
		}
	}
}
