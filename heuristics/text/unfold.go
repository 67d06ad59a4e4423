package text

import "unicode/utf8"

// pageSize is the number of code points on a page of the fold table, and
// lastFolded the last of them that has a value.
const (
	pageSize   = 64
	lastFolded = 0x2FA1D
)

// Values of the fold table: a code point for itself, or from firstExpansion on
// the number of an expansion, from firstApart on of one that is a word of its
// own. These are private code points, which nothing folds to.
const (
	vanishing      = 0xE000
	firstExpansion = 0xE001
	firstApart     = 0xF000
	lastExpansion  = 0xF8FF
)

// lookUp finds a rune in the generated table of what Unicode holds for the
// same letters: precomposed and decomposed, ligatures, presentation forms,
// super- and subscripts, half and full width, letterlike symbols.
func lookUp(r rune) (rune, class, bool) {
	page := r / pageSize
	if int(page) >= len(foldIndex) || foldIndex[page] == 0 {
		return 0, separates, false
	}
	at := 2 * (int(foldIndex[page]-1)*pageSize + int(r%pageSize))
	switch v := rune(foldPages[at]) | rune(foldPages[at+1])<<8; {
	case v == 0:
		return 0, separates, false
	case v == vanishing:
		return 0, vanishes, true
	case v >= firstApart && v <= lastExpansion:
		return v - firstApart, stands, true
	case v >= firstExpansion && v <= lastExpansion:
		return expanded(v - firstExpansion)
	default:
		return v, classOf(v), true
	}
}

// expanded answers an expansion; a single rune that did not fit into the table
// stands for itself.
func expanded(n rune) (rune, class, bool) {
	whole := expansion(n)
	if r, size := utf8.DecodeRuneInString(whole); size == utf8.UTFMax && size == len(whole) {
		return r, classOf(r), true
	}
	return n, expands, true
}

// classOf is the class of a folded rune.
func classOf(r rune) class {
	switch {
	case scripted(r):
		return pairs
	case unspaced(r):
		return triples
	}
	return spells
}

// expansion is what a rune of class expands or stands is folded to. Common ones
// come first, so that the sum is short; places instead of lengths would be
// half a kilobyte more of the download.
//
//go:noinline
func expansion(n rune) string {
	from := 0
	for i := range n {
		from += int(foldMoreLengths[i])
	}
	return foldMore[from : from+int(foldMoreLengths[n])]
}

// decode reads the rune at i of a text with the marks behind it that make
// another letter of it, so that both ways to encode it are the same: kana with
// their voice marks, Hangul of its parts, Cyrillic й and ї, Arabic hamza. The
// accents of Latin and Greek need no composing, since they vanish.
func decode(s string, i int) (rune, int) {
	r, size := utf8.DecodeRuneInString(s[i:])
	if r < 0x400 {
		return r, size
	}
	for j := i + size; j+1 < len(s) && marks(s[j], s[j+1]); j = i + size {
		mark, n := utf8.DecodeRuneInString(s[j:])
		whole := joined(r, mark)
		if whole == 0 {
			break
		}
		r, size = whole, size+n
	}
	return r, size
}

// marks reports whether two bytes may begin a mark that is composed.
func marks(b, next byte) bool {
	switch b {
	case 0xCC, 0xCD: // U+0300 to U+036F
		return true
	case 0xD9: // Arabic hamza and madda
		return next >= 0x93 && next <= 0x95
	case 0xE0: // Thai and Lao vowels
		return next == 0xB8 || next == 0xBA
	case 0xE1: // parts of Hangul, Burmese
		return next >= 0x80 && next <= 0x87
	case 0xE3: // voice marks of kana
		return next == 0x82
	case 0xEF: // the same in half width
		return next == 0xBE
	}
	return false
}

// Parts of Hangul syllables and how many there are of each.
const (
	hangulLead, hangulLeads   = 0x1100, 19
	hangulVowel, hangulVowels = 0x1161, 21
	hangulTail, hangulTails   = 0x11A7, 28
	hangulFirst               = 0xAC00
	hangulLast                = 0xD7A3
)

// joined is a letter with its mark as one rune, 0 where there is none.
func joined(r, mark rune) rune {
	switch {
	case r >= hangulLead && r < hangulLead+hangulLeads:
		if v := mark - hangulVowel; v >= 0 && v < hangulVowels {
			return hangulFirst + ((r-hangulLead)*hangulVowels+v)*hangulTails
		}
		return 0
	case r >= hangulFirst && r <= hangulLast:
		if t := mark - hangulTail; (r-hangulFirst)%hangulTails == 0 && t > 0 && t < hangulTails {
			return r + t
		}
		return 0
	case mark == 0xFF9E || mark == 0xFF9F:
		mark -= 0xFF9E - 0x3099
	case mark == 0x340 || mark == 0x341: // the same marks once more
		mark -= 0x40
	}
	if r >= 0xFF66 && r <= 0xFF9D {
		if f, _, ok := lookUp(r); ok {
			r = f
		}
	}
	return composedOf(r, mark)
}

func composedOf(r, mark rune) rune {
	for i := 0; i < len(foldComposed); {
		base, n := utf8.DecodeRuneInString(foldComposed[i:])
		m, k := utf8.DecodeRuneInString(foldComposed[i+n:])
		whole, l := utf8.DecodeRuneInString(foldComposed[i+n+k:])
		if base == r && m == mark {
			return whole
		}
		if base > r {
			return 0
		}
		i += n + k + l
	}
	return 0
}
