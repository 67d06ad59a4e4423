package text

import (
	"unicode"
	"unicode/utf8"
)

// AppendLower appends a token's text to dst as stemmers expect it: lower case,
// accents composed, without joiners, points and apostrophes.
func AppendLower(dst []byte, token string) []byte {
	for _, r := range token {
		if r < 0x80 {
			if c := lower[r]; c != 0 {
				dst = append(dst, c)
			}
			continue
		}
		if n := len(dst); n > 0 {
			if whole := compose(dst[n-1], r); whole != 0 {
				dst = utf8.AppendRune(dst[:n-1], whole)
				continue
			}
		}
		if _, c := fold(r); c != separates && c != vanishes {
			dst = utf8.AppendRune(dst, unicode.ToLower(r))
		}
	}
	return dst
}

// AppendFolded appends a word as comparisons see it: every rune folded.
func AppendFolded[T ~string | ~[]byte](dst []byte, word T) []byte {
	for _, r := range string(word) {
		if f, c := fold(r); c != separates && c != vanishes {
			dst = utf8.AppendRune(dst, f)
		}
	}
	return dst
}

// Letters counts the runes of a word that are compared, and reports whether
// one of them is a digit.
func Letters[T ~string | ~[]byte](word T) (n int, digit bool) {
	for _, r := range string(word) {
		if _, c := fold(r); c == separates || c == vanishes {
			continue
		}
		n++
		digit = digit || unicode.IsDigit(r)
	}
	return n, digit
}
