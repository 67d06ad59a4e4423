package heuristics

import (
	"strings"

	"github.com/splitrank/splitrank/heuristics/text"
)

const (
	auto         = "auto"
	undetermined = "und"
)

// stemmable reports the languages that kljensen/snowball stems.
func stemmable(code string) bool {
	switch code {
	case "en", "es", "fr", "hu", "no", "ru", "sv":
		return true
	}
	return false
}

// unstemmed reports the languages that are served without a stemmer.
func unstemmed(code string) bool {
	switch code {
	case "he", "ar", "zh", "ja", "ko", "th", undetermined:
		return true
	}
	return false
}

// latinLanguages are told apart by their stop words; the first wins ties.
const latinLanguages = "enesfrsvnohu"

// detect names the language of a query by the script of most of its letters,
// and Latin script by its stop words of two letters and more. Without any it
// is taken for English. See RATIONALE: why-stop-words-tell-the-language.
func (q *query) detect(s string) string {
	switch text.MainScriptOf(s, len(s)) {
	case text.Latin:
		return q.detectLatin()
	case text.Hebrew:
		return "he"
	case text.Arabic:
		return "ar"
	case text.Cyrillic:
		return "ru"
	case text.Unspaced:
		return "th"
	case text.EastAsian:
		return detectEastAsian(s)
	}
	return undetermined
}

// detectEastAsian takes a query with any Hangul for Korean and one with any kana
// for Japanese.
func detectEastAsian(s string) string {
	switch {
	case strings.ContainsFunc(s, func(r rune) bool { return r >= 0xAC00 && r <= 0xD7A3 }):
		return "ko"
	case strings.ContainsFunc(s, func(r rune) bool { return r >= 0x3041 && r <= 0x30FF }):
		return "ja"
	}
	return "zh"
}

func (q *query) detectLatin() string {
	best, most := "en", 0
	for i := 0; i < len(latinLanguages); i += 2 {
		code := latinLanguages[i : i+2]
		n := 0
		for token := range q.words {
			if w := q.word(token); len(w) > 1 && stopWord(code, w) { // "s" and "n" stand for anything
				n++
			}
		}
		if n > most {
			best, most = code, n
		}
	}
	return best
}
