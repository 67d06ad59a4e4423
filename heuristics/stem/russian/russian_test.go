package russian

import "testing"

func TestStem(t *testing.T) {
	s := Stemmer()
	if s.Language != "ru" {
		t.Errorf("language is %q", s.Language)
	}
	for _, c := range []struct {
		name  string
		stem  string
		words []string // share the stem
	}{
		{"a noun with its cases", "книг", []string{"книга", "книги", "книгу", "книгами"}},
		{"an adjective", "последн", []string{"последний", "последняя", "последние"}},
		{"a verb", "чита", []string{"читать", "читал", "читали"}},
	} {
		for _, w := range c.words {
			if got := s.Stem(w); got != c.stem {
				t.Errorf("%s: %q stems to %q, want %q", c.name, w, got, c.stem)
			}
		}
	}
}
