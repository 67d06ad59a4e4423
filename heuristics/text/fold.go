package text

import "unicode"

// class says what a rune does to the token it stands in.
type class uint8

const (
	separates class = iota // ends a token
	vanishes               // belongs to the token but is not compared
	spells                 // a letter, digit or mark of a word
	pairs                  // Chinese, Japanese, Korean: tokens are pairs of runes
	triples                // Thai, Lao, Khmer, Burmese: tokens are triples of runes
	expands                // spells what expansion answers
	stands                 // expands to a token of its own
)

// inWord reports whether a rune of this class stands for letters of a word.
func (c class) inWord() bool { return c == spells || c == expands }

// lower maps an ASCII byte to its lower-case letter or digit. 0 separates,
// 1 begins a rune outside ASCII.
var lower = [256]byte{
	'0': '0', '1': '1', '2': '2', '3': '3', '4': '4', '5': '5', '6': '6', '7': '7', '8': '8', '9': '9',
	'A': 'a', 'B': 'b', 'C': 'c', 'D': 'd', 'E': 'e', 'F': 'f', 'G': 'g', 'H': 'h', 'I': 'i', 'J': 'j',
	'K': 'k', 'L': 'l', 'M': 'm', 'N': 'n', 'O': 'o', 'P': 'p', 'Q': 'q', 'R': 'r', 'S': 's', 'T': 't',
	'U': 'u', 'V': 'v', 'W': 'w', 'X': 'x', 'Y': 'y', 'Z': 'z',
	'a': 'a', 'b': 'b', 'c': 'c', 'd': 'd', 'e': 'e', 'f': 'f', 'g': 'g', 'h': 'h', 'i': 'i', 'j': 'j',
	'k': 'k', 'l': 'l', 'm': 'm', 'n': 'n', 'o': 'o', 'p': 'p', 'q': 'q', 'r': 'r', 's': 's', 't': 't',
	'u': 'u', 'v': 'v', 'w': 'w', 'x': 'x', 'y': 'y', 'z': 'z',
	0x80: 1, 0x81: 1, 0x82: 1, 0x83: 1, 0x84: 1, 0x85: 1, 0x86: 1, 0x87: 1, 0x88: 1, 0x89: 1, 0x8A: 1, 0x8B: 1, 0x8C: 1, 0x8D: 1, 0x8E: 1, 0x8F: 1,
	0x90: 1, 0x91: 1, 0x92: 1, 0x93: 1, 0x94: 1, 0x95: 1, 0x96: 1, 0x97: 1, 0x98: 1, 0x99: 1, 0x9A: 1, 0x9B: 1, 0x9C: 1, 0x9D: 1, 0x9E: 1, 0x9F: 1,
	0xA0: 1, 0xA1: 1, 0xA2: 1, 0xA3: 1, 0xA4: 1, 0xA5: 1, 0xA6: 1, 0xA7: 1, 0xA8: 1, 0xA9: 1, 0xAA: 1, 0xAB: 1, 0xAC: 1, 0xAD: 1, 0xAE: 1, 0xAF: 1,
	0xB0: 1, 0xB1: 1, 0xB2: 1, 0xB3: 1, 0xB4: 1, 0xB5: 1, 0xB6: 1, 0xB7: 1, 0xB8: 1, 0xB9: 1, 0xBA: 1, 0xBB: 1, 0xBC: 1, 0xBD: 1, 0xBE: 1, 0xBF: 1,
	0xC0: 1, 0xC1: 1, 0xC2: 1, 0xC3: 1, 0xC4: 1, 0xC5: 1, 0xC6: 1, 0xC7: 1, 0xC8: 1, 0xC9: 1, 0xCA: 1, 0xCB: 1, 0xCC: 1, 0xCD: 1, 0xCE: 1, 0xCF: 1,
	0xD0: 1, 0xD1: 1, 0xD2: 1, 0xD3: 1, 0xD4: 1, 0xD5: 1, 0xD6: 1, 0xD7: 1, 0xD8: 1, 0xD9: 1, 0xDA: 1, 0xDB: 1, 0xDC: 1, 0xDD: 1, 0xDE: 1, 0xDF: 1,
	0xE0: 1, 0xE1: 1, 0xE2: 1, 0xE3: 1, 0xE4: 1, 0xE5: 1, 0xE6: 1, 0xE7: 1, 0xE8: 1, 0xE9: 1, 0xEA: 1, 0xEB: 1, 0xEC: 1, 0xED: 1, 0xEE: 1, 0xEF: 1,
	0xF0: 1, 0xF1: 1, 0xF2: 1, 0xF3: 1, 0xF4: 1, 0xF5: 1, 0xF6: 1, 0xF7: 1, 0xF8: 1, 0xF9: 1, 0xFA: 1, 0xFB: 1, 0xFC: 1, 0xFD: 1, 0xFE: 1, 0xFF: 1,
}

// fold answers the rune that stands for r in comparisons and what r does to
// its token. Case, accents, niqqud, final letters, Arabic vowels and letter
// variants, and width vanish. Where several runes stand for r it answers the
// number of its expansion.
func fold(r rune) (rune, class) {
	switch {
	case r < 0x80:
		if c := lower[r&0x7F]; c != 0 {
			return rune(c), spells
		}
		return 0, separates
	case r >= 'а' && r <= 'я', r >= 0x5D0 && r <= 0x5EA, r >= 0x300 && r <= 0x36F:
		return foldPlain(r)
	}
	if f, c, found := lookUp(r); found {
		return f, c
	}
	return foldPlain(r)
}

// foldPlain is fold without the table.
func foldPlain(r rune) (rune, class) {
	switch {
	case r < 0x80:
		if c := lower[r&0x7F]; c != 0 {
			return rune(c), spells
		}
		return 0, separates
	case r == 0xAD: // soft hyphen
		return 0, vanishes
	case r < 0xC0 || r == '×' || r == '÷':
		return 0, separates
	case r >= 0x300 && r <= 0x36F:
		return 0, vanishes
	case r < 0x590:
		return foldEuropean(r)
	case r <= 0x5FF:
		return foldHebrew(r)
	case r <= 0x6FF:
		return foldArabic(r)
	default:
		return foldRest(r)
	}
}

// foldEuropean serves Latin, Greek, Cyrillic and Armenian as far as the table
// does not.
func foldEuropean(r rune) (rune, class) {
	switch {
	case r >= 'а' && r <= 'я':
		return r, spells
	case r >= 'А' && r <= 'Я':
		return r + 'а' - 'А', spells
	case r == 'ʼ' || !unicode.IsLetter(r):
		return 0, separates
	}
	return unicode.ToLower(r), spells
}

// foldRest serves every script above Arabic.
func foldRest(r rune) (rune, class) {
	switch {
	case invisible(r):
		return 0, vanishes
	case r >= 0xFF10 && r <= 0xFF5A: // full-width ASCII
		return foldPlain(r - 0xFEE0)
	case scripted(r):
		return r, pairs
	case unspaced(r):
		return r, triples
	case unicode.IsDigit(r):
		return decimal(r), spells
	case unicode.IsLetter(r) || unicode.IsMark(r):
		return unicode.ToLower(r), spells
	}
	return 0, separates
}

// decimal is the digit of ASCII for one of another script: they stand in rows
// of ten that begin with zero.
func decimal(r rune) rune {
	n := rune(0)
	for unicode.IsDigit(r - 1 - n) {
		n++
	}
	return '0' + n%10
}

// invisible reports the joiners, direction marks and variation selectors that
// may stand inside a word, and accents of all scripts beyond the usual ones.
// The zero-width space (U+200B) separates.
func invisible(r rune) bool {
	switch {
	case r >= 0x200C && r <= 0x200F, r >= 0x202A && r <= 0x202E:
		return true
	case r >= 0x2060 && r <= 0x2069, r >= 0xFE00 && r <= 0xFE0F, r == 0xFEFF:
		return true
	case r >= 0x1AB0 && r <= 0x1AFF, r >= 0x1DC0 && r <= 0x1DFF, r >= 0x20D0 && r <= 0x20FF:
		return unicode.IsMark(r)
	}
	return false
}

// scripted reports Han, kana and Hangul syllables.
func scripted(r rune) bool {
	switch {
	case r >= 0x3041 && r <= 0x30FF:
		return r != 0x30FB // the middle dot separates
	case r >= 0x3400 && r <= 0x4DBF, r >= 0x4E00 && r <= 0x9FFF, r >= 0xAC00 && r <= 0xD7A3:
		return true
	}
	return r == '々' || r >= 0xF900 && r <= 0xFAFF || r >= 0x20000 && r <= 0x3FFFF
}

// unspaced reports the letters and vowel signs of scripts that write words
// without spaces: Thai, Lao, Burmese, Khmer.
func unspaced(r rune) bool {
	switch {
	case r >= 0x0E01 && r <= 0x0E4E:
		return r != 0x0E2F && r != 0x0E3F && r != 0x0E46
	case r >= 0x0E81 && r <= 0x0ECD, r >= 0x1000 && r <= 0x103F, r >= 0x1780 && r <= 0x17D3:
		return unicode.IsLetter(r) || unicode.IsMark(r)
	}
	return false
}
