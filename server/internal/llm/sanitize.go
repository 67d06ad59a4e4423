package llm

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// clean leaves of a text what a reader sees: no control characters but line
// breaks, nothing invisible (zero width, bidirectional marks, tags, variation
// selectors, private use), no invalid bytes.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == utf8.RuneError, invisible(r):
			return -1
		case unicode.IsControl(r), unicode.IsSpace(r):
			return ' '
		}
		return r
	}, s)
}

// invisible characters carry text that no reader sees.
func invisible(r rune) bool {
	switch {
	case unicode.In(r, unicode.Cf, unicode.Co, unicode.Cs, unicode.Variation_Selector):
		return true
	case unicode.In(r, unicode.Other_Default_Ignorable_Code_Point):
		return true
	}
	return false
}

// clip cuts a text to at most n bytes, between characters.
func clip(s string, n int) (cut string, shorter bool) {
	if len(s) <= n {
		return s, false
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n], true
}

// mostWhy is the length of the longest reason, in bytes.
const mostWhy = 300

// reason is a sentence of the llm's, safe to show as text: one line, visible
// characters only, not long.
func reason(s string) string {
	s, cut := clip(strings.Join(strings.Fields(clean(s)), " "), mostWhy)
	if cut {
		s += "…"
	}
	return s
}
