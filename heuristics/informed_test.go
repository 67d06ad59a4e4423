package heuristics

import "testing"

func TestInformed(t *testing.T) {
	docs := []Document{{Text: "Bread is baked in an oven"}, {Text: "מה זה לחם"}}
	for _, c := range []struct {
		name, query string
		want        bool
	}{
		{"a word", "who baked it?", true},
		{"a word of the other language", "לחם", true},
		{"parts of a word", "bakedness", true},
		{"only stop words", "what is it in an", false},
		{"no word that occurs", "quantum", false},
		{"no word", "?!", false},
		{"another script", "интерференция", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var r Ranker
			if _, err := r.Rank(c.query, docs, Options{}); err != nil || r.informed() != c.want {
				t.Errorf("informed %v, error %v, want %v", r.informed(), err, c.want)
			}
		})
	}
}

func TestForeign(t *testing.T) {
	const english, hebrew, russian, digits = "the FBI agent", "סוכן ה־FBI", "агент", "1984"
	for _, c := range []struct {
		name, query string
		texts       []string
		want        bool
	}{
		{"no documents", hebrew, nil, false},
		{"the same script", english, []string{english, english}, false},
		{"another script", hebrew, []string{english, english}, true},
		{"several other scripts", hebrew, []string{english, russian, hebrew}, true},
		{"half of them", hebrew, []string{english, hebrew}, false},
		{"fewer than half of them", english, []string{hebrew, english, english}, false},
		{"a query without letters", digits, []string{english, hebrew, hebrew}, false},
		{"documents without letters", hebrew, []string{digits, digits, english}, true},
		{"only documents without letters", hebrew, []string{digits, "", "?"}, false},
		{"a name in Latin script", hebrew, []string{"FBI " + hebrew}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var docs []Document
			for _, s := range c.texts {
				docs = append(docs, Document{Text: s})
			}
			if got := otherScript(c.query, docs); got != c.want {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}
