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
		b := s[i : i+8]
		return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
			uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
	}
	var w uint64
	for j := len(s) - 1; j >= i; j-- {
		w = w<<8 | uint64(s[j])
	}
	return w
}

// leadingWord answers how many of eight bytes, from the lowest, are ASCII
// letters and digits, and those bytes in lower case with zeros behind.
func leadingWord(eight uint64) (n int, folded uint64) {
	seven := eight & each7F
	small := seven | each20
	letter := (small + each01*(0x80-'a')) &^ (small + each01*(0x7F-'z'))
	digit := (seven + each01*(0x80-'0')) &^ (seven + each01*(0x7F-'9'))
	word := (letter | digit) &^ eight & each80
	n = bits.TrailingZeros64(word^each80) >> 3
	return n, small & (1<<(8*n) - 1)
}

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
	capitals := capitalsWithin(eight, n)
	first, h := folded, uint64(0)
	end := start + n
	for n == 8 {
		h = absorb(h, folded)
		eight = load8(s.text, end)
		n, folded = leadingWord(eight)
		capitals |= ^eight & each20 & (1<<(8*n) - 1)
		end += n
	}
	if end < len(s.text) && (s.text[end] >= 0x80 || s.text[end] == '\'') {
		return false
	}
	s.Start, s.End, s.pos = start, end, end
	s.inside, s.plain = false, true
	s.Prefix = uint16(first&31<<10 | first>>8&31<<5 | first>>16&31)
	s.Exact = finish(h, folded)
	s.Light = s.Exact
	if s.text[end-1]|0x20 == 's' && end-start > 3 && pluralAfter(s.text[end-2]|0x20) {
		s.Light = s.singular(start, end-1, folded)
	}
	if capitals != 0 {
		s.splitCompound(start, end)
	}
	return true
}

// singular hashes the word without its last letter; folded holds the letters
// since the last multiple of eight.
func (s *Scanner) singular(start, end int, folded uint64) uint64 {
	if n := end - start; n < 7 {
		return finish(0, folded&(1<<(8*n)-1))
	}
	s.foldASCII(s.text[start:end])
	return HashOf(s.folded)
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
