// Package text cuts text into tokens and folds them, so that the same word
// compares equal however it is written. It looks at letters only; what a token
// weighs is not its business.
package text

import "unicode/utf8"

// Token is one word, or one n-gram of a script that writes no spaces.
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
	inside bool // the last token was a gram of a run that goes on
	plain  bool // the last token is ASCII and s.folded does not hold it
	folded []byte
}

// Reset starts over with another text.
func (s *Scanner) Reset(text string) {
	s.text, s.pos, s.inside = text, 0, false
}

// Next finds the next token and reports whether there was one.
func (s *Scanner) Next() bool {
	text, i := s.text, s.pos
	for i < len(text) {
		switch c := lower[text[i]]; {
		case c == 0:
			i++
		case c > 1:
			if s.nextASCII(i) {
				return true
			}
			fallthrough
		default:
			var found bool
			if i, found = s.nextRunes(i); found {
				return true
			}
		}
	}
	s.pos = i
	return false
}

// nextASCII reads a word of ASCII letters and digits in one pass. It declines
// where the word goes on with an apostrophe or outside ASCII.
func (s *Scanner) nextASCII(start int) bool {
	text := s.text[start:]
	var h, w uint64
	n := 0
	for n < len(text) {
		c := lower[text[n]]
		if c <= 1 {
			if c == 1 || text[n] == '\'' {
				return false
			}
			break
		}
		if w = w<<8 | uint64(c); n&7 == 7 {
			h, w = absorb(h, w), 0
		}
		n++
	}
	s.Start, s.End, s.pos = start, start+n, start+n
	s.inside, s.plain = false, true
	s.Exact = finish(h, w)
	s.Light = s.Exact
	if n > 3 && text[n-1]|0x20 == 's' && pluralAfter(text[n-2]|0x20) {
		s.Light = s.singular(text[:n-1], w)
	}
	s.Prefix = prefixASCII(text[:n])
	return true
}

// singular hashes the word without its last letter; w holds the letters since
// the last multiple of eight.
func (s *Scanner) singular(word string, w uint64) uint64 {
	if len(word) < 7 {
		return finish(0, w>>8)
	}
	s.foldASCII(word)
	return HashOf(s.folded)
}

func (s *Scanner) foldASCII(word string) {
	s.folded = s.folded[:0]
	for i := range len(word) {
		s.folded = append(s.folded, lower[word[i]])
	}
}

// Folded is the token's word as comparisons see it, valid until the next call
// of Next.
func (s *Scanner) Folded() []byte {
	if s.plain {
		s.foldASCII(s.text[s.Start:s.End])
	}
	return s.folded
}

// pluralAfter reports whether an s behind this letter is taken for a plural:
// not in "glass", "virus", "basis".
func pluralAfter(c byte) bool { return c != 's' && c != 'u' && c != 'i' }

// prefixASCII packs the first three letters. The five low bits of a letter do
// not depend on its case.
func prefixASCII(word string) uint16 {
	switch len(word) {
	case 1:
		return uint16(word[0]&31) << 10
	case 2:
		return uint16(word[0]&31)<<10 | uint16(word[1]&31)<<5
	}
	return uint16(word[0]&31)<<10 | uint16(word[1]&31)<<5 | uint16(word[2]&31)
}

// Prefix packs the first three letters of a folded word as Token.Prefix does.
func Prefix[T ~string | ~[]byte](word T) uint16 {
	var key uint16
	shift := 15
	for _, r := range string(word) {
		if shift -= 5; shift < 0 {
			break
		}
		key |= uint16(r&31) << shift
	}
	return key
}

// nextRunes reads a token of any script from start on, where a letter or a
// rune outside ASCII stands. Without a token it answers where to go on.
func (s *Scanner) nextRunes(start int) (int, bool) {
	s.plain = false
	r, size := utf8.DecodeRuneInString(s.text[start:])
	switch f, c := fold(r); c {
	case separates, vanishes:
		if c == separates {
			s.inside = false
		}
		return start + size, false
	case spells:
		s.inside = false
		s.readWord(start)
	default:
		return s.readGram(start, size, f, c)
	}
	return s.pos, true
}
