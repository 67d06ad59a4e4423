package text

import "unicode/utf8"

// readGram reads the n-gram that begins at start, in a run of runes of class
// c: pairs or triples that overlap by all but one rune. A run shorter than n
// is one token; the rest of a longer run, too short for another gram, is none.
func (s *Scanner) readGram(start, size int, first rune, c class) (int, bool) {
	n := 2
	if c == triples {
		n = 3
	}
	s.folded = utf8.AppendRune(s.folded[:0], first)
	end := start + size
	count := 1
	for count < n {
		r, more := s.peek(end, c)
		if more == 0 {
			break
		}
		s.folded = utf8.AppendRune(s.folded, r)
		end += more
		count++
	}
	going := s.inside
	s.inside = count == n
	if count < n && going {
		return end, false
	}
	s.setGram(start, end, size, count == n)
	return s.pos, true
}

// peek folds the next rune of class c at i, stepping over vanishing ones, and
// answers the bytes it took, 0 where another class follows.
func (s *Scanner) peek(i int, c class) (rune, int) {
	from := i
	for i < len(s.text) {
		r, size := decode(s.text, i)
		f, k := fold(r)
		i += size
		if k == c {
			return f, i - from
		}
		if k != vanishes {
			break
		}
	}
	return 0, 0
}

func (s *Scanner) setGram(start, end, first int, full bool) {
	s.Start, s.End = start, end
	s.Exact = HashOf(s.folded)
	s.Light = s.Exact
	s.Prefix = Prefix(s.folded)
	s.pos = end
	if full {
		s.pos = start + first
	}
}
