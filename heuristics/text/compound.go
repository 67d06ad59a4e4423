package text

// isHump reports whether a part of a compound name begins at i: a capital
// between a small letter or digit and a small letter, as in getUserName,
// YouTube and utf8Text; the last of several capitals and digits before two small
// letters and more, as in HTTPServer and 3DPrinter; or the first of several at the end behind three
// small letters and more, as in userID. IgG, mRNA, PhD and DNAs stay whole.
// See RATIONALE: why-compound-names-count-twice.
func isHump(word string, i int) bool {
	switch {
	case word[i]&0x20 != 0 || !small(word, i+1) && !capital(word, i+1):
		return false
	case small(word, i+1):
		return word[i-1]&0x20 != 0 || i > 1 && word[i-2] < 'a' && small(word, i+2)
	}
	return i > 2 && small(word, i-1) && small(word, i-2) && small(word, i-3) && capitalsEnd(word, i)
}

func small(word string, i int) bool { return i < len(word) && word[i] >= 'a' }

func capital(word string, i int) bool { return i < len(word) && word[i] >= 'A' && word[i] <= 'Z' }

// capitalsEnd reports whether nothing but capitals follows.
func capitalsEnd(word string, i int) bool {
	for i < len(word) && capital(word, i) {
		i++
	}
	return i == len(word)
}

// splitCompound notes that parts follow if the ASCII word from start to end is
// a compound name.
func (s *Scanner) splitCompound(start, end int) {
	word := s.text[start:end]
	for i := 1; i < len(word); i++ {
		if isHump(word, i) {
			s.part, s.whole = start, end
			return
		}
	}
}

// nextPart makes the next part of a compound name the token.
func (s *Scanner) nextPart() {
	word := s.text[s.part:s.whole]
	n := 1
	for n < len(word) && !isHump(word, n) {
		n++
	}
	s.foldASCII(word[:n])
	s.Start, s.End, s.part = s.part, s.part+n, s.part+n
	s.plain = true
	s.Exact = HashOf(s.folded)
	s.Light = HashOf(s.folded[:n-cutBack(s.folded)])
	s.Prefix = Prefix(s.folded)
}
