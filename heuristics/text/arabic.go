package text

import "unicode"

// foldArabic drops vowel signs and tatweel and unifies the letters that
// writers interchange: alef with or without hamza and madda, final ya and
// alef maqsura, ta marbuta and ha, and the two sets of digits.
func foldArabic(r rune) (rune, class) {
	switch {
	case r >= 0x610 && r <= 0x61A, r >= 0x64B && r <= 0x65F, r == 0x670, r == 0x640:
		return 0, vanishes
	case r >= 0x6D6 && r <= 0x6ED && unicode.IsMark(r), r == 0x61C:
		return 0, vanishes
	case r >= 0x660 && r <= 0x669:
		return r - 0x660 + '0', spells
	case r >= 0x6F0 && r <= 0x6F9:
		return r - 0x6F0 + '0', spells
	}
	return foldArabicLetter(r)
}

func foldArabicLetter(r rune) (rune, class) {
	switch r {
	case 'أ', 'إ', 'آ', 'ٱ':
		return 'ا', spells
	case 'ى', 'ی':
		return 'ي', spells
	case 'ة':
		return 'ه', spells
	case 'ک':
		return 'ك', spells
	}
	if unicode.IsLetter(r) || unicode.IsDigit(r) {
		return r, spells
	}
	return 0, separates
}

// arabicPrefix answers how many letters of a folded Arabic word are its
// article, with or without a one-letter conjunction or preposition before it,
// as long as three letters remain (the prefixes of Larkey's light stemmer,
// without its suffixes).
func arabicPrefix(word []byte) int {
	letters := len(word) / 2
	switch {
	case letters >= 6 && arabicJoined(string(word[:6])):
		return 3
	case letters >= 5 && (string(word[:4]) == "ال" || string(word[:4]) == "لل"):
		return 2
	}
	return 0
}

func arabicJoined(p string) bool {
	return p == "وال" || p == "بال" || p == "كال" || p == "فال"
}
