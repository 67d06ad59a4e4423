package text

import (
	"unicode"
	"unicode/utf8"
)

// AppendLower appends a token's text to dst as stemmers expect it: lower case,
// accents composed, without joiners, points and apostrophes.
func AppendLower(dst []byte, token string) []byte {
	for i := 0; i < len(token); {
		if c := token[i]; lower[c] > 1 {
			dst = append(dst, lower[c])
			i++
			continue
		}
		if n := abbreviated(dst, token, i); n > 0 {
			dst = append(dst, gershayim...)
			i += n
			continue
		}
		r, size := decode(token, i)
		i += size
		dst = appendLower(dst, r)
	}
	return dst
}

// abbreviated is gershayimAt behind a Hebrew letter.
func abbreviated(before []byte, s string, i int) int {
	if n := len(before); n < 2 || before[n-2] != hebrewLead || s[i] != '"' && s[i] != '\'' && s[i] < 0x80 {
		return 0
	}
	return gershayimAt(s, i)
}

// appendLower appends a rune that is no letter or digit of ASCII, composed with the accent that
// stands before it.
func appendLower(dst []byte, r rune) []byte {
	if n := len(dst); n > 0 {
		if whole := compose(dst[n-1], r); whole != 0 {
			return utf8.AppendRune(dst[:n-1], whole)
		}
	}
	if r >= latinFirst && r <= latinLast && stemmed(r) {
		return utf8.AppendRune(dst, unicode.ToLower(r))
	}
	switch f, c := fold(r); c {
	case separates, vanishes:
		return dst
	case expands, stands:
		return append(dst, expansion(f)...)
	default:
		return utf8.AppendRune(dst, lowered(r, f))
	}
}

// stemmed reports the Latin letters that a stemmer may know.
func stemmed(r rune) bool {
	switch r {
	case '×', '÷', 'ß', 'Œ', 'œ', 'Ĳ', 'ĳ', 'ŉ', 'ſ', 'Ŀ', 'ŀ':
		return false
	}
	return true
}

// lowered is a folded rune, or where folding made another letter of it in the
// same script, the rune in lower case: a stemmer knows those apart.
func lowered(r, folded rune) rune {
	if r < 0x180 || r >= 0x370 && r <= 0x6FF {
		return unicode.ToLower(r)
	}
	return folded
}

// AppendFolded appends a word as comparisons see it: every rune folded.
func AppendFolded[T ~string | ~[]byte](dst []byte, word T) []byte {
	s := string(word)
	for i := 0; i < len(s); {
		r, size := decode(s, i)
		f, c := fold(r)
		if n := 0; c == separates || c == vanishes {
			if n = abbreviated(dst, s, i); n > 0 {
				dst = append(dst, gershayim...)
				size = n
			}
		}
		i += size
		switch c {
		case separates, vanishes:
		case expands, stands:
			dst = append(dst, expansion(f)...)
		default:
			dst = utf8.AppendRune(dst, f)
		}
	}
	return dst
}

// Letters counts the runes of a word that are compared, and reports whether
// one of them is a digit.
func Letters[T ~string | ~[]byte](word T) (n int, digit bool) {
	for _, r := range string(word) {
		switch f, c := fold(r); c {
		case separates, vanishes:
		case expands, stands:
			n += utf8.RuneCountInString(expansion(f))
			digit = digit || expansion(f)[0] <= '9'
		default:
			n++
			digit = digit || unicode.IsDigit(f)
		}
	}
	return n, digit
}
