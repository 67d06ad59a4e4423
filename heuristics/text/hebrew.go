package text

import (
	"strings"
	"unicode/utf8"
)

// foldHebrew strips niqqud and cantillation (U+0591 to U+05C7), keeps maqaf
// and the other punctuation among them as separators, makes final letters
// ordinary and drops geresh and gershayim.
func foldHebrew(r rune) (rune, class) {
	switch r {
	case 0x5BE, 0x5C0, 0x5C3, 0x5C6: // maqaf, paseq, sof pasuq, nun hafukha
		return 0, separates
	case 'ך', 'ם', 'ן', 'ף', 'ץ':
		return r + 1, spells // the ordinary letter follows its final form
	case 0x5F3, 0x5F4: // geresh, gershayim
		return 0, vanishes
	}
	switch {
	case r >= 0x591 && r <= 0x5C7:
		return 0, vanishes
	case r >= 'א' && r <= 'ת', r >= 0x5EF && r <= 0x5F2:
		return r, spells
	}
	return 0, separates
}

// The second bytes, in UTF-8, of the letters א to ת; the first is hebrewLead.
const (
	hebrewLead  = 0xD7
	hebrewFirst = 0x90
	hebrewLast  = 0xAA
)

// hebrewFolded holds the second bytes again, final letters made ordinary.
const hebrewFolded = "\x90\x91\x92\x93\x94\x95\x96\x97\x98\x99\x9B\x9B\x9C\x9E\x9E\xA0\xA0\xA1\xA2\xA4\xA4\xA6\xA6\xA7\xA8\xA9\xAA"

// readHebrew folds the run of Hebrew letters at i, without points or marks,
// into s.folded and answers where it ends: the quick way through most words.
func (s *Scanner) readHebrew(i int) int {
	text := s.text
	for i+1 < len(text) && text[i] == hebrewLead && text[i+1]-hebrewFirst <= hebrewLast-hebrewFirst {
		s.folded = append(s.folded, hebrewLead, hebrewFolded[text[i+1]-hebrewFirst])
		i += 2
	}
	return i
}

// ends reports an ASCII byte that ends a word whatever follows.
func ends(b byte) bool { return lower[b] == 0 && b != '\'' && b != '"' && b != '`' }

// gershayim is what stands before the last letter of a Hebrew abbreviation, and
// tells רו״ח, an accountant, from רוח, the wind. Folded words keep it.
const gershayim = "״"

// gershayimAt answers how many bytes at i are gershayim, as people type them,
// that stand before the last letter of a Hebrew word; 0 if there are none.
// Within a word or before several letters the same marks quote and are dropped.
func gershayimAt(s string, i int) int {
	n := doubleQuote(s[i:])
	if n == 0 {
		return 0
	}
	r, size := utf8.DecodeRuneInString(s[i+n:])
	if f, c := fold(r); c != spells || !isHebrew(f) {
		return 0
	}
	for j := i + n + size; j < len(s); j += size {
		r, size = utf8.DecodeRuneInString(s[j:])
		if f, c := fold(r); c == vanishes && r != 0x5F3 && r != 0x5F4 {
			continue
		} else if c == spells && isHebrew(f) {
			return 0
		}
		break
	}
	return n
}

// doubleQuote answers how many bytes of the beginning are gershayim or what
// stands for them.
func doubleQuote(s string) int {
	for _, q := range [...]string{"\"", gershayim, "”", "“", "„", "‟", "″", "''", "׳׳", "’’"} {
		if strings.HasPrefix(s, q) {
			return len(q)
		}
	}
	return 0
}

// singleQuote reports geresh, apostrophes and what stands for them.
func singleQuote(r rune) bool {
	switch r {
	case '\'', '’', 'ʼ', '‘', '‛', '′', '`', '´':
		return true
	}
	return false
}

// apostrophe reports the single quotes that stand within words of all scripts.
func apostrophe(r rune) bool { return r == '\'' || r == '’' || r == 'ʼ' }

// Bare appends a folded word without its gershayim, and reports whether it had
// any.
func Bare(dst, folded []byte) ([]byte, bool) {
	at := strings.Index(string(folded), gershayim)
	if at < 0 {
		return dst, false
	}
	return append(append(dst, folded[:at]...), folded[at+len(gershayim):]...), true
}

// HebrewPrefix reports a word that is nothing but prefixes: before a number or
// a foreign name they are written apart or with a hyphen, as in שב-2024.
func HebrewPrefix(word []byte) bool {
	switch w := string(word); {
	case len(word) == 2:
		return hebrewOne(w)
	case len(word) == 4:
		return hebrewPair(w) || hebrewOne(w[:2]) && hebrewOne(w[2:])
	case len(word) == 6:
		return hebrewPair(w[2:]) && hebrewOne(w[:2])
	}
	return false
}

// isHebrew reports a folded letter of the Hebrew alphabet.
func isHebrew(r rune) bool { return r >= 'א' && r <= 'ת' }

// hebrewPrefix answers how many letters of a folded Hebrew word are taken as
// its prefix: two for the common pairs of one-letter prefixes, else one for
// ו ה ב כ ל מ ש, as long as three letters remain. One prefix at most is
// stripped, and no suffix: see RATIONALE: why-one-hebrew-prefix.
func hebrewPrefix(word []byte) int {
	letters := len(word) / 2
	switch {
	case letters < 4 || !hebrewOne(string(word[:2])):
		return 0 // the pairs begin with one of those letters too
	case letters >= 5 && hebrewPair(string(word[:4])):
		return 2
	}
	return 1
}

// The letters that are prefixes, a bit each above hebrewFirst.
const (
	bet   uint64 = 1 << (0x91 - hebrewFirst)
	he    uint64 = 1 << (0x94 - hebrewFirst)
	vav   uint64 = 1 << (0x95 - hebrewFirst)
	kaf   uint64 = 1 << (0x9B - hebrewFirst)
	lamed uint64 = 1 << (0x9C - hebrewFirst)
	mem   uint64 = 1 << (0x9E - hebrewFirst)
	shin  uint64 = 1 << (0xA9 - hebrewFirst)
)

// hebrewBit is the bit of a Hebrew letter, the first of a folded text; 0 for
// other letters.
func hebrewBit(p string) uint64 {
	if p[0] != hebrewLead {
		return 0
	}
	return 1 << (p[1] - hebrewFirst)
}

// hebrewPair reports the common pairs of one-letter prefixes:
// וה וב וכ ול ומ וש שה שב שכ של שמ מה כש לכ בה.
//
//go:noinline
func hebrewPair(p string) bool {
	var seconds uint64
	switch hebrewBit(p) {
	case vav:
		seconds = he | bet | kaf | lamed | mem | shin
	case shin:
		seconds = he | bet | kaf | lamed | mem
	case mem, bet:
		seconds = he
	case kaf:
		seconds = shin
	case lamed:
		seconds = kaf
	}
	return seconds&hebrewBit(p[2:]) != 0
}

func hebrewOne(p string) bool { return hebrewBit(p)&(vav|he|bet|kaf|lamed|mem|shin) != 0 }
