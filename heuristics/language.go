package heuristics

import "github.com/splitrank/splitrank/heuristics/text"

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
// is taken for English.
func (q *query) detect(s string) string {
	switch script, kana, hangul := mainScript(s); script {
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
