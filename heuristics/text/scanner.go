// Package text cuts text into tokens and folds them, so that the same word
// compares equal however it is written. It looks at letters only; what a token
// weighs is not its business.
package text

import "unicode/utf8"

// Token is one word, one part of a compound name (getUserName is followed by
// get, User and Name), or one n-gram of a script that writes no spaces.
type Token struct {
	// Start and End are the token's bytes in the text.
	Start, End int
	// Exact is the hash of the folded word.
	Exact uint64
	// Light is the hash of the folded word without what inflects it most
	// often and can be cut blindly: an English plural s, one Hebrew prefix,
	// the Arabic article. It equals Exact where nothing was cut.
	Light uint64
	// Prefix packs the first three folded letters of the light word, five
	// bits each.
	Prefix uint16
}

// Scanner finds the tokens of one text after another and reuses its memory.
// The zero value scans the empty text.
type Scanner struct {
	Token
	text   string
	pos    int
	part   int  // where the next part of a compound name begins
	whole  int  // where that name ends; parts are to come while part < whole
	inside bool // the last token was a gram of a run that goes on
	plain  bool // the last token is ASCII and s.folded does not hold it
	folded []byte
}

// Reset starts over with another text.
func (s *Scanner) Reset(text string) {
	s.text, s.pos, s.inside = text, 0, false
	s.part, s.whole = 0, 0
}

// Next finds the next token and reports whether there was one.
func (s *Scanner) Next() bool {
	if s.part < s.whole {
		s.nextPart()
		return true
	}
	text, i := s.text, s.pos
	for i < len(text) {
		c := lower[text[i]]
		if c == 0 {
			i++
			continue
		}
		if c > 1 && i+8 <= len(text) {
			// Most words have up to seven letters and end in what is loaded.
			b := text[i : i+8]
			eight := uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
				uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
			n, folded := leadingWord(eight)
			if n < 8 && text[i+n] < 0x80 && text[i+n] != '\'' {
				s.Start, s.End, s.pos, s.inside, s.plain = i, i+n, i+n+1, false, true
				s.Prefix = uint16(folded&31<<10 | folded>>8&31<<5 | folded>>16&31)
				s.Exact = finish(0, folded)
				s.Light = s.Exact
				// Few words end in s, half have more than three letters: a
				// processor guesses the first better.
				if last := uint(8*n - 8); byte(folded>>(last&63)) == 's' && n > 3 && pluralAfter(byte(folded>>((last-8)&63))) {
					s.Light = finish(0, folded&(1<<(last&63)-1))
				}
				if capitals(eight, folded) != 0 {
					s.splitCompound(i, i+n)
				}
				return true
			}
		}
		if c > 1 && s.nextASCII(i) {
			return true
		}
		if c == 1 && text[i] == hebrewLead && i+1 < len(text) && text[i+1]-hebrewFirst <= hebrewLast-hebrewFirst {
			s.plain, s.inside = false, false
			s.readWord(i)
			return true
		}
		var found bool
		if i, found = s.nextRunes(i); found {
			return true
		}
	}
	s.pos = i
	return false
}

// Plain reports whether the last token consists of ASCII letters and digits
// alone, so that folding changed nothing but case.
func (s *Scanner) Plain() bool { return s.plain }

// Compound reports whether the last token is a compound name whose parts
// follow.
func (s *Scanner) Compound() bool { return s.part < s.whole && s.part == s.Start }

// Folded is the token's word as comparisons see it, valid until the next call
// of Next.
//
//go:noinline
func (s *Scanner) Folded() []byte {
	if s.plain {
		s.foldASCII(s.text[s.Start:s.End])
	}
	return s.folded
}

// Prefix packs the first three letters of a folded word as Token.Prefix does.
func Prefix(folded []byte) uint16 {
	if len(folded) >= 6 && twoBytes(folded[0]) && twoBytes(folded[2]) && twoBytes(folded[4]) { // most words of Hebrew, Arabic and Cyrillic
		return uint16(folded[1]&31)<<10 | uint16(folded[3]&31)<<5 | uint16(folded[5]&31)
	}
	var key uint16
	shift := 15
	for i := 0; i < len(folded) && shift > 0; {
		r, size := Letter(folded, i)
		i += size
		shift -= 5
		key |= uint16(r&31) << shift
	}
	return key
}

// twoBytes reports the first byte of a letter of two.
func twoBytes(b byte) bool { return b&0xE0 == 0xC0 }

// Letter answers the rune at i of a folded word and its length in bytes.
func Letter(folded []byte, i int) (rune, int) {
	b := folded[i]
	switch {
	case b < 0x80:
		return rune(b), 1
	case b < 0xE0: // two bytes: Hebrew, Arabic, Cyrillic, Greek
		return rune(b&0x1F)<<6 | rune(folded[i+1]&0x3F), 2
	}
	return utf8.DecodeRune(folded[i:])
}

// nextRunes reads a token of any script from start on, where a letter or a
// rune outside ASCII stands. Without a token it answers where to go on.
func (s *Scanner) nextRunes(start int) (int, bool) {
	s.plain = false
	r, size := decode(s.text, start)
	switch f, c := fold(r); c {
	case separates, vanishes:
		if c == separates {
			s.inside = false
		}
		return start + size, false
	case spells, expands:
		s.inside = false
		s.readWord(start)
	case stands:
		s.inside = false
		s.readSymbol(start, start+size, expansion(f))
	default:
		return s.readGram(start, size, f, c)
	}
	return s.pos, true
}

// readSymbol reads a symbol that is a word of its own.
func (s *Scanner) readSymbol(start, end int, word string) {
	s.folded = append(s.folded[:0], word...)
	s.Start, s.End, s.pos = start, end, end
	s.Exact = HashOf(s.folded)
	s.Light = s.Exact
	s.Prefix = Prefix(s.folded)
}
