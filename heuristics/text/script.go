package text

import "unicode"

// Script is a family of writing systems as far as ranking tells them apart.
type Script uint8

// The scripts, in no order.
const (
	Other Script = iota
	Latin
	Hebrew
	Arabic
	Cyrillic
	EastAsian // Han, kana, Hangul
	Unspaced  // Thai, Lao, Burmese, Khmer
)

// ScriptOf tells the script of a letter; Other for what is no letter or
// belongs to a script without rules of its own.
func ScriptOf(r rune) Script {
	switch {
	case r < 0x80 && lower[r&0x7F] >= 'a', r >= latinFirst && r <= 0x24F, r >= 0x1E00 && r <= 0x1EFF:
		return Latin
	case r >= 0x400 && r <= 0x52F:
		return Cyrillic
	case r >= 0x590 && r <= 0x5FF, r >= 0xFB1D && r <= 0xFB4F:
		return Hebrew
	case r >= 0x600 && r <= 0x6FF && unicode.IsLetter(r):
		return Arabic
	case r >= 0xE00 && unspaced(r):
		return Unspaced
	case r >= 0x3041 && scripted(r):
		return EastAsian
	}
	return Other
}
