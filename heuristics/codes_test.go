package heuristics_test

import (
	"testing"

	"github.com/splitrank/splitrank/heuristics"
)

func TestLanguageCode(t *testing.T) {
	for _, c := range []struct {
		locale, want string
		ok           bool
	}{
		{"", "auto", true},
		{"auto", "auto", true},
		{"und", "und", true},
		{"en", "en", true},
		{"EN", "en", true},
		{"en-US", "en", true},
		{"en_GB", "en", true},
		{"pt-br", "pt", true},
		{"zh-Hant-TW", "zh", true},
		{"de-CH-1996", "de", true},
		{"de", "de", true},
		{"iw", "he", true},
		{"iw-IL", "he", true},
		{"heb", "he", true},
		{"nb", "no", true},
		{"nn-NO", "no", true},
		{"vi", "vi", true},
		{"xx", "", false},
		{"english", "", false},
		{"en-", "", false},
		{"-US", "", false},
		{"en--US", "", false},
		{"en-US.UTF-8", "", false},
		{"en US", "", false},
		{"en-verylongtag", "", false},
		{"ע", "", false},
	} {
		if got, ok := heuristics.LanguageCode(c.locale); got != c.want || ok != c.ok {
			t.Errorf("LanguageCode(%q) is %q, %v; want %q, %v", c.locale, got, ok, c.want, c.ok)
		}
	}
}
