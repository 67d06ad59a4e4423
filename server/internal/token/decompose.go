package token

import (
	"cmp"
	"slices"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The Hangul syllables are composed by arithmetic (Unicode standard, 3.12).
const (
	hangulBase  = 0xAC00
	hangulL     = 0x1100
	hangulV     = 0x1161
	hangulTBase = 0x11A7
	hangulLs    = 19
	hangulVs    = 21
	hangulT     = 28
	hangulCount = hangulLs * hangulVs * hangulT
)

// splitHangul returns the letters of a syllable; t is 0 where it has two.
func splitHangul(r rune) (l, v, t rune, ok bool) {
	i := r - hangulBase
	if i < 0 || i >= hangulCount {
		return 0, 0, 0, false
	}
	l = hangulL + i/(hangulVs*hangulT)
	v = hangulV + i%(hangulVs*hangulT)/hangulT
	if i%hangulT != 0 {
		t = hangulTBase + i%hangulT
	}
	return l, v, t, true
}

// joinHangul composes two letters, or a syllable and a final letter.
func joinHangul(a, b rune) (rune, bool) {
	if l, v := a-hangulL, b-hangulV; l >= 0 && l < hangulLs && v >= 0 && v < hangulVs {
		return hangulBase + (l*hangulVs+v)*hangulT, true
	}
	s, t := a-hangulBase, b-hangulTBase
	if s >= 0 && s < hangulCount && s%hangulT == 0 && t > 0 && t < hangulT {
		return a + t, true
	}
	return 0, false
}

// decomposition returns the full canonical or compatibility decomposition of
// r. Ask only for code points the measured table marks as changing: newer
// ones are unknown to the reference, and assigned ones never change.
func decomposition(r rune, compatible bool) []byte {
	var buf [utf8.UTFMax]byte
	b := utf8.AppendRune(buf[:0], r)
	form := norm.NFD
	if compatible {
		form = norm.NFKD
	}
	return form.Properties(b).Decomposition()
}

// combiningClass returns the canonical combining class of r, under the same
// condition as decomposition.
func combiningClass(r rune) uint8 {
	var buf [utf8.UTFMax]byte
	return norm.NFD.Properties(utf8.AppendRune(buf[:0], r)).CCC()
}

// sortMarks puts a run of combining characters into canonical order.
func sortMarks(marks []point) {
	if len(marks) > 1 {
		slices.SortStableFunc(marks, func(a, b point) int { return cmp.Compare(a.class, b.class) })
	}
}
