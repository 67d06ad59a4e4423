package spanish

import "testing"

func TestStem(t *testing.T) {
	s := Stemmer()
	if s.Language != "es" {
		t.Errorf("language is %q", s.Language)
	}
	for _, c := range []struct {
		name  string
		stem  string
		words []string // share the stem
	}{
		{"a noun", "panader", []string{"panadero", "panaderos", "panadera", "panaderas"}},
		{"a verb", "trabaj", []string{"trabajo", "trabajar", "trabajaban", "trabajando"}},
		{"accents go", "estacion", []string{"estación", "estaciones"}},
	} {
		for _, w := range c.words {
			if got := s.Stem(w); got != c.stem {
				t.Errorf("%s: %q stems to %q, want %q", c.name, w, got, c.stem)
			}
		}
	}
}
