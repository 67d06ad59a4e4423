package text

import (
	"math/bits"
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
		others := letters - left - count[script]
		if votes(script, count[script]) > others+mostVotes(left, len(s)-i) {
			return script // whatever follows
		}
	}
	return most(&count)
}

// mostVotes is the most that so many letters in so many bytes can give a script: a Latin
// one is a byte and counts half, any other has two. The end may lie behind the text.
func mostVotes(letters, size int) int { return max(0, min(letters, (size+1)/2)) }

// runLetters are looked at before anybody asks whether they are enough.
const runLetters = 64

// scriptAt is the script of the letters from s[i] on, their number, and that of
// the bytes looked at: ASCII, or letters of two bytes, as long as there are no others and
// hardly more than runLetters, or one rune.
func scriptAt(s string, i int) (script Script, letters, size int) {
	r := rune(s[i])
	switch {
	case r < utf8.RuneSelf:
		eight := load8(s, i)
		if eight&each80 == 0 {
			letters, size = latinRun(s, i, eight)
			return Latin, letters, size
		}
		if script := ScriptOf(r); script != Other {
			return script, 1, 1
		}
		if script, letters, size = twoByteLettersAt(s, i, byte(eight>>8)); size > 0 {
			return script, letters, size
		}
		return Other, 0, 1
	case r >= 0xC2 && r < 0xE0 && i+1 < len(s) && s[i+1]&0xC0 == 0x80: // two bytes, faster than by utf8
		if script, letters, size = twoByteLettersAt(s, i, s[i]); size > 0 {
			return script, letters, size
		}
		return ScriptOf(r&0x1F<<6 | rune(s[i+1]&0x3F)), 1, 2
	}
	r, size = utf8.DecodeRuneInString(s[i:])
	return ScriptOf(r), 1, size
}

// latinRun counts ASCII letters, eight bytes at a time; the first eight are known.
func latinRun(s string, i int, eight uint64) (letters, size int) {
	letters, size = lettersOf(eight), 8
	for rest := s[min(i+8, len(s)):]; len(rest) >= 8 && letters < runLetters; rest = rest[8:] {
		if eight = whole8(rest); eight&each80 != 0 {
			break
		}
		letters, size = letters+lettersOf(eight), size+8
	}
	return letters, size
}

// twoByteLettersAt counts the letters from s[i] on where they are of one script whose
// letters begin with bytes like lead, and the rest is ASCII that is no letter.
// size 0 = there is more, or lead begins no such script.
func twoByteLettersAt(s string, i int, lead byte) (script Script, letters, size int) {
	switch {
	case lead == 0xD7: // U+05C0 to U+05FF
		letters, size = twoByteRun(s, i, each01*0xFF, each01*0xD7)
		return Hebrew, letters, size
	case lead&^3 == 0xD0: // U+0400 to U+04FF
		letters, size = twoByteRun(s, i, each01*0xFC, each01*0xD0)
		return Cyrillic, letters, size
	}
	return Other, 0, 0
}

// twoByteRun counts letters of two bytes that begin with lead, as far as mask looks, eight
// bytes at a time. A letter whose second byte is missing is left for the next eight.
func twoByteRun(s string, i int, mask, lead uint64) (letters, size int) {
	for letters < runLetters && i+size < len(s) {
		var eight uint64
		if rest := s[i+size:]; len(rest) >= 8 {
			eight = whole8(rest)
		} else {
			eight = load8(rest, 0)
		}
		leads := zeros(eight&mask ^ lead)
		seconds := eight &^ (eight << 1) & each80 // 10xxxxxx
		ascii := eight &^ (eight & each80 >> 7 * 0xFF)
		if seconds != leads<<8 || leads|seconds|^eight&each80 != each80 || lettersOf(ascii) > 0 {
			break
		}
		last := int(leads >> 63)
		letters, size = letters+bits.OnesCount64(leads)-last, size+8-last
	}
	return letters, size
}

// zeros has the highest bit of every byte that is 0.
func zeros(eight uint64) uint64 { return ^((eight&each7F + each7F) | eight) & each80 }

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
