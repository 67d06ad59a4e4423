package text

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
func ends(b byte) bool { return lower[b] == 0 && b != '\'' && b != '"' }

// isHebrew reports a folded letter of the Hebrew alphabet.
func isHebrew(r rune) bool { return r >= 'א' && r <= 'ת' }

// hebrewPrefix answers how many letters of a folded Hebrew word are taken as
// its prefix: two for the common pairs of one-letter prefixes, else one for
// ו ה ב כ ל מ ש, as long as three letters remain. One prefix at most is
// stripped, and no suffix: both were measured (see RATIONALE.md).
func hebrewPrefix(word []byte) int {
	letters := len(word) / 2
	switch {
	case letters >= 5 && hebrewPair(string(word[:4])):
		return 2
	case letters >= 4 && hebrewOne(string(word[:2])):
		return 1
	}
	return 0
}

func hebrewPair(p string) bool {
	switch p {
	case "וה", "וב", "וכ", "ול", "ומ", "וש", "שה", "שב", "שכ", "של", "שמ", "מה", "כש", "לכ", "בה":
		return true
	}
	return false
}

func hebrewOne(p string) bool {
	switch p {
	case "ו", "ה", "ב", "כ", "ל", "מ", "ש":
		return true
	}
	return false
}
