package heuristics

import (
	"strings"

	"github.com/splitrank/splitrank/heuristics/text"
)

const (
	auto         = "auto"
	undetermined = "und"
)

// detect names the language of a query by the script of most of its letters,
// and Latin script by its stop words (see detectLatin). typing says that its
// last word may be unfinished. See RATIONALE: why-stop-words-tell-the-language.
func (q *query) detect(s string, typing bool) string {
	switch text.MainScriptOf(s, len(s)) {
	case text.Latin:
		if q.hebrewPrefixed(s) {
			return "he"
		}
		return q.detectLatin(s, typing)
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

// hebrewPrefixed reports whether Hebrew prefixes stand before a foreign word,
// as in ל-iPhone: the sentence is Hebrew, however long the name.
func (q *query) hebrewPrefixed(s string) bool {
	for token := range q.spans {
		if q.attached(s, token) {
			return true
		}
	}
	return false
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
