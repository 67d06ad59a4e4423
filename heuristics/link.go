package heuristics

// border says how two words that follow each other could be one word.
type border uint8

const (
	apart  border = iota // they could not
	tight                // only a mark stands between them: "e-mail", "4.2"
	spaced               // a space does: "RTX 4090", "health care", "1 000"
)

// link answers how two folded words stand to each other, by what stands
// between them in the text, and the byte that separates them where they are
// written as one, 0 for none. "e-mail" is "email" then, "SHA-256" and "SHA 256"
// are "sha256", "1,000" and "1 000" are "1000"; but numbers keep the marks that
// make them: "4.2" and "4:2" are neither "42" nor each other. first says that
// nothing was joined to the left word before.
func link(left, right []byte, first bool, between string) (by byte, b border) {
	if len(left) == 0 || len(right) == 0 {
		return 0, apart
	}
	a, c := left[len(left)-1], right[0]
	switch {
	case digit(a) && digit(c):
		return linkNumbers(grouped(left, right, first), between)
	case (a < 0x80) != (c < 0x80):
		return 0, apart // of two scripts
	case a >= 0x80 && !alphabetic(right):
		return 0, apart
	}
	return 0, linkLetters(digit(a) != digit(c), between)
}

// linkLetters is the border of two words, one of which may be a number.
func linkLetters(number bool, between string) border {
	switch between {
	case "", "-", "‐", "‑", "–", "−", "－", ".", "'", "’", "_", "/", "&", " & ", "·", "־":
		return tight
	case " ", "\u00a0", "\u202f", "\u2009":
		return spaced
	}
	if !number && (between == "-\n" || between == "-\r\n") {
		return tight // hyphenated at the end of a line
	}
	return apart
}

// linkNumbers is link for two numbers; group says that the right one may be a
// group of three digits.
func linkNumbers(group bool, between string) (by byte, b border) {
	switch between {
	case ".", "．", "٫":
		return '.', tight
	case ",", "，", "٬":
		if group {
			return 0, tight
		}
		return '.', tight
	case ":", "：":
		return ':', tight
	case "/", "／", "⁄":
		return '/', tight
	case "-", "‐", "‑", "–", "−", "－":
		return '-', tight
	case "_":
		return 0, tight
	case "'", "’":
		if group {
			return 0, tight
		}
	case " ", "\u00a0", "\u202f", "\u2009":
		if group {
			return 0, spaced
		}
	}
	return 0, apart
}

// grouped reports whether the right one of two numbers may be the next group
// of three digits of the left one, which is the first group or a later one.
func grouped(left, right []byte, first bool) bool {
	if len(right) != 3 || !digit(right[1]) || !digit(right[2]) || len(left) > 3 || left[0] == '0' && first {
		return false
	}
	return first || len(left) == 3
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// alphabetic reports a folded word of a script that is written in letters with
// spaces between words: Hebrew, Arabic, Cyrillic, Greek.
func alphabetic(word []byte) bool { return word[0] >= 0xC3 && word[0] <= 0xDB }
