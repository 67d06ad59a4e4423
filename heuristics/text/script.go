package text

import (
	"unicode"
	"unicode/utf8"
)

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

// scriptLetters are enough to tell the script of a text.
const scriptLetters = 512

// MainScript is the script of most letters at the beginning of s, the first 512;
// Other where there are none.
func MainScript(s string) Script { return MainScriptOf(s, scriptLetters) }

// MainScriptOf is the script of most of the first letters of s, the earlier one
// of the constants where two have as many. Latin letters count half: names and
// terms in Latin script stand in texts of every language, and the reverse is
// rare.
func MainScriptOf(s string, letters int) Script {
	var count [Unspaced + 1]int
	left := letters
	for i := 0; i < len(s) && left > 0; {
		script, n, size := scriptAt(s, i)
		i += size
		if script == Other {
			continue
		}
		n = min(n, left)
		left -= n
		count[script] += n
		if votes(script, count[script]) > letters-count[script] {
			return script // whatever follows
		}
	}
	return most(&count)
}

// scriptAt is the script of the letters from s[i] on, their number, and that of
// the bytes looked at: eight of ASCII, or one rune.
func scriptAt(s string, i int) (script Script, letters, size int) {
	r := rune(s[i])
	switch {
	case r < utf8.RuneSelf:
		if eight := load8(s, i); eight&each80 == 0 {
			return Latin, lettersOf(eight), 8
		}
		return ScriptOf(r), 1, 1
	case r >= 0xC2 && r < 0xE0 && i+1 < len(s) && s[i+1]&0xC0 == 0x80: // two bytes, faster than by utf8
		return ScriptOf(r&0x1F<<6 | rune(s[i+1]&0x3F)), 1, 2
	}
	r, size = utf8.DecodeRuneInString(s[i:])
	return ScriptOf(r), 1, size
}

func votes(script Script, letters int) int {
	if script == Latin {
		return (letters + 1) / 2
	}
	return letters
}

func most(count *[Unspaced + 1]int) Script {
	main, best := Other, 0
	for script, n := range count {
		if n := votes(Script(script), n); n > best {
			main, best = Script(script), n
		}
	}
	return main
}
