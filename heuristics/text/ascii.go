package text

import "math/bits"

// Eight bytes at a time: one byte of a word of these constants each.
const (
	each01 = 0x0101010101010101
	each20 = each01 * 0x20
	each7F = each01 * 0x7F
	each80 = each01 * 0x80
)

// load8 is the eight bytes of s from i on, the first one lowest; zeros stand
// behind the end.
func load8(s string, i int) uint64 {
	if i+8 <= len(s) {
		return whole8(s[i:])
	}
	var w uint64
	for j := len(s) - 1; j >= i; j-- {
		w = w<<8 | uint64(s[j])
	}
	return w
}

// whole8 is load8 where there are eight bytes, without a call.
func whole8(b string) uint64 {
	_ = b[7]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// leadingWord answers how many of eight bytes, from the lowest, are ASCII
// letters and digits, and those bytes in lower case with zeros behind.
func leadingWord(eight uint64) (n int, folded uint64) {
	seven := eight & each7F
	small := seven | each20
	letter := (small + each01*(0x80-'a')) &^ (small + each01*(0x7F-'z'))
	digit := (seven + each01*(0x80-'0')) &^ (seven + each01*(0x7F-'9'))
	end := (letter|digit)&^eight&each80 ^ each80
	n = bits.TrailingZeros64(end) >> 3
	return n, small & (end&-end>>7 - 1) // 1<<8n, 0 for eight letters
}

// capitals marks the capitals behind the first of the letters and digits that
// leadingWord folded, in bit 5 of their bytes.
func capitals(eight, folded uint64) uint64 { return folded &^ eight &^ 0xFF }

// lettersOf counts the ASCII letters of eight ASCII bytes.
func lettersOf(eight uint64) int {
	small := eight | each20
	return bits.OnesCount64((small + each01*(0x80-'a')) &^ (small + each01*(0x7F-'z')) & each80)
}

// nextASCII reads a word of ASCII letters and digits. It declines where the
// word goes on with an apostrophe or outside ASCII.
func (s *Scanner) nextASCII(start int) bool {
	eight := load8(s.text, start)
	n, folded := leadingWord(eight)
	first, compound := folded, capitals(eight, folded)
	var h, before, whole uint64 // hashes with and without the last whole eight letters, and those
	end := start + n
	for n == 8 {
		before, whole = h, folded
		h = absorb(h, folded)
		eight = load8(s.text, end)
		n, folded = leadingWord(eight)
		compound |= folded &^ eight
		end += n
	}
	next, ended := behindWord(s.text, end)
	if !ended {
		return false
	}
	s.Start, s.End, s.pos = start, end, next
	s.inside, s.plain = false, true
	s.Prefix = uint16(first&31<<10 | first>>8&31<<5 | first>>16&31)
	s.Exact = finish(h, folded)
	s.Light = s.Exact
	if lower[s.text[end-1]] == 's' && end-start > 3 && pluralAfter(lower[s.text[end-2]]) {
		if n == 0 { // the s is the last of eight
			h, folded, n = before, whole, 8
		}
		s.Light = finish(h, folded&(1<<(8*n-8)-1))
	}
	if compound != 0 {
		s.splitCompound(start, end)
	}
	return true
}

// behindWord answers where to go on behind the ASCII letters and digits that
// end at i: behind one byte that belongs to no word, or behind a possessive 's.
// ended is false where more of the word may follow, which readWord decides.
func behindWord(text string, i int) (next int, ended bool) {
	if i == len(text) || text[i] >= 0x80 {
		return i, i == len(text)
	}
	if text[i] != '\'' || i+1 == len(text) {
		return i + 1, true
	}
	switch c := lower[text[i+1]]; {
	case c == 0:
		return i + 1, true
	case c == 's' && (i+2 == len(text) || lower[text[i+2]] == 0):
		return i + 2, true
	}
	return i, false
}

// pluralAfter reports whether an s behind this letter is taken for a plural:
// not in "glass", "virus", "basis".
func pluralAfter(c byte) bool { return c != 's' && c != 'u' && c != 'i' }

//go:noinline
func (s *Scanner) foldASCII(word string) {
	s.folded = s.folded[:0]
	for i := range len(word) {
		s.folded = append(s.folded, lower[word[i]])
	}
}
