package text

import (
	"unicode"
	"unicode/utf8"
)

// readWord reads a word rune by rune into s.folded.
func (s *Scanner) readWord(start int) {
	s.folded = s.folded[:0]
	i := s.readHebrew(start)
	s.Start, s.End = start, i
	if i > start && (i == len(s.text) || ends(s.text[i])) {
		s.endWord(i)
		return
	}
	letters, last := 0, rune(0)
	if i > start {
		letters = (i - start) / 2
		last, _ = utf8.DecodeLastRune(s.folded)
	}
	for i < len(s.text) {
		if b := lower[s.text[i]]; b > 1 && !isHebrew(last) { // most letters of "don't" and "café"
			s.folded = append(s.folded, b)
			last = rune(b)
			letters++
			i++
			s.End = i
			continue
		}
		r, size := decode(s.text, i)
		f, c := fold(r)
		if isHebrew(last) && c != spells {
			if n := gershayimAt(s.text, i); n > 0 {
				s.folded = append(s.folded, gershayim...)
				i += n
				continue
			}
			if n := doubleQuote(s.text[i:]); n > 0 && c != vanishes {
				size = n // of several letters: a quoted word behind a prefix
				r = '"'
			}
		}
		switch {
		case c == spells && last != 0 && isHebrew(last) != isHebrew(f):
			s.endWord(i) // "הFBI" is a prefix and a name
			return
		case c == spells:
			s.folded = utf8.AppendRune(s.folded, f)
			last = f
			letters++
			s.End = i + size
		case c == expands:
			s.folded = append(s.folded, expansion(f)...)
			last, _ = utf8.DecodeLastRune(s.folded)
			letters += utf8.RuneCountInString(expansion(f))
			s.End = i + size
		case c == vanishes && unicode.IsMark(r): // an accent or vowel point
			s.End = i + size
		case c == vanishes:
		case singleQuote(r) || r == '"':
			if size = s.joins(i, size, r, last, letters); size == 0 {
				s.endWord(i)
				return
			}
		default:
			s.endWord(i)
			return
		}
		i += size
	}
	s.endWord(i)
}

// joins decides what an apostrophe or quotation mark at i does to the word
// before it. It answers how many bytes to skip inside the word, or 0 where the
// word ends. "don't" is one word, "John's" is John, "l'eau" is two words, "1'250" is one,
// and
// between Hebrew letters both marks are geresh and gershayim.
func (s *Scanner) joins(i, size int, mark, last rune, letters int) int {
	rest := s.text[i+size:]
	next, width := utf8.DecodeRuneInString(rest)
	folded, c := fold(next)
	if c == expands {
		folded, _ = utf8.DecodeRuneInString(expansion(folded))
	}
	switch {
	case !c.inWord():
		return 0
	case isHebrew(last):
		if isHebrew(folded) {
			return size
		}
		return 0
	case !apostrophe(mark):
		return 0
	case folded == 's' && !continues(rest[width:]):
		s.pos = i + size + width
		return 0
	case letters == 1 && (last > '9' || folded > '9') && spellsThree(rest): // but 1'250'000 is one
		return 0
	}
	return size
}

// continues reports whether the text begins inside a word.
func continues(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	_, c := fold(r)
	return len(text) > 0 && c != separates && c != stands
}

// spellsThree reports whether the text begins with three letters.
func spellsThree(text string) bool {
	n := 0
	for _, r := range text {
		switch _, c := fold(r); c {
		case spells, expands:
			n++
		case vanishes: // a combining accent
		default:
			return false
		}
		if n == 3 {
			return true
		}
	}
	return false
}

// endWord sets the token from s.folded. A possessive s has already moved
// s.pos behind itself.
func (s *Scanner) endWord(at int) {
	s.pos = max(s.pos, at)
	s.Exact = hashBytes(s.folded)
	s.Light = s.Exact
	light := s.folded[cutFront(s.folded):]
	light = light[:len(light)-cutBack(light)]
	if len(light) < len(s.folded) {
		s.Light = hashBytes(light)
	}
	s.Prefix = Prefix(light)
	if len(s.folded) == s.End-s.Start && s.folded[0] < 0x80 {
		s.splitPlain()
	}
}

// splitPlain looks for a compound name in a word that was read rune by rune
// for what stands behind it, but may be ASCII all the same.
func (s *Scanner) splitPlain() {
	for i := s.Start; i < s.End; i++ {
		if s.text[i] >= 0x80 {
			return
		}
	}
	s.splitCompound(s.Start, s.End)
}

// Light is a folded word without what inflects it most often (see Token.Light).
//
//go:noinline
func Light(folded []byte) []byte {
	light := folded[cutFront(folded):]
	return light[:len(light)-cutBack(light)]
}

// cutFront answers how many bytes of a folded word are a prefix to be cut.
func cutFront(word []byte) int {
	first, size := utf8.DecodeRune(word)
	switch {
	case size != 2:
		return 0
	case isHebrew(first):
		return 2 * hebrewPrefix(word)
	case first >= 0x600 && first <= 0x6FF:
		return 2 * arabicPrefix(word)
	}
	return 0
}

// cutBack answers 1 for an English-looking plural s.
func cutBack(word []byte) int {
	n := len(word)
	if n > 3 && word[n-1] == 's' && word[n-2] < 0x80 && pluralAfter(word[n-2]) {
		return 1
	}
	return 0
}
