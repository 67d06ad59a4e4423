package heuristics

import "github.com/splitrank/splitrank/heuristics/text"

const (
	auto         = "auto"
	undetermined = "und"
)

// detect names the language of a query by the script of most of its letters,
// and Latin script by its stop words (see detectLatin). typing says that its
// last word may be unfinished.
func (q *query) detect(s string, typing bool) string {
	switch script, kana, hangul := mainScript(s); script {
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
		switch {
		case hangul:
			return "ko"
		case kana:
			return "ja"
		}
		return "zh"
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

// mainScript is the script of most letters of s; the earlier one wins ties.
// Latin letters count half: names and terms in Latin script stand in queries of
// every language, and the reverse is rare.
func mainScript(s string) (main text.Script, kana, hangul bool) {
	var count [text.Unspaced + 1]int
	for _, r := range s {
		script := text.ScriptOf(r)
		count[script]++
		kana = kana || r >= 0x3041 && r <= 0x30FF
		hangul = hangul || r >= 0xAC00 && r <= 0xD7A3
	}
	count[text.Latin] = (count[text.Latin] + 1) / 2
	for script := text.Latin; script <= text.Unspaced; script++ {
		if count[script] > 0 && (main == text.Other || count[script] > count[main]) {
			main = script
		}
	}
	return main, kana, hangul
}
