package modelfiles

import (
	"strings"
	"testing"
	"unicode"
)

func TestReads(t *testing.T) {
	tests := []struct {
		name, text string
		languages  []string
		want       bool
	}{
		{"nothing declared", "מים", nil, true},
		{"declared", "water", []string{"en"}, true},
		{"another Latin language", "l'eau", []string{"en"}, true},
		{"Hebrew", "מים ואור", []string{"en"}, false},
		{"Hebrew with a name", "אנחנו משתמשים ב-PostgreSQL לחיפוש", []string{"en"}, false},
		{"English with a quotation", "The word שלום means peace, and is said when one meets.", []string{"en"}, true},
		{"Hebrew, declared", "מים", []string{"en", "he"}, true},
		{"Hebrew, for a model of Hebrew alone", "water", []string{"he"}, false},
		{"Russian", "вода", []string{"en"}, false},
		{"Japanese, for mMARCO", "水は", []string{"en", "ja"}, true},
		{"Greek is not told apart", "νερό", []string{"en"}, true},
		{"no letters", "42 + 7", []string{"en"}, true},
		{"nothing", "", []string{"en"}, true},
		{"the beginning tells", strings.Repeat("water ", 200) + strings.Repeat("מים ", 999), []string{"en"}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Named([]string{"m"}, tt.languages).SupportsScript(tt.text); got != tt.want {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}

// TestReadsWhatItSpells: whatever the script, a text whose letters are mostly unknown to
// the vocabulary is not read.
func TestReadsWhatItSpells(t *testing.T) {
	greek := func(s string) float64 { // none of its letters are known
		letters, unknown := 0, 0
		for _, r := range s {
			if unicode.IsLetter(r) {
				letters++
			}
			if unicode.Is(unicode.Greek, r) {
				unknown++
			}
		}
		return float64(unknown) / float64(max(letters, 1))
	}
	tests := []struct {
		name, text string
		languages  []string
		want       bool
	}{
		{"English", "water", []string{"en"}, true},
		{"Greek", "νερό", []string{"en"}, false},
		{"a letter of a formula", "The angle θ at the top of the arc", []string{"en"}, true},
		{"half of it", "water νερό", []string{"en"}, false},
		{"no letters", "42", []string{"en"}, true},
		{"another script, spelled", "вода", []string{"en"}, false},
		{"nothing declared", "νερό", nil, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Named([]string{"m"}, tt.languages).Spelling(greek).SupportsScript(tt.text); got != tt.want {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}
