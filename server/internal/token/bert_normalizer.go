package token

import "unicode/utf8"

// bertNormalizer is BERT's own clean-up: drop control characters, set Chinese
// characters apart, strip accents, lower case, each of them optional and in
// this order.
type bertNormalizer struct {
	u                              *unicodeTable
	clean, chinese, accents, lower bool

	busy  property             // traits that keep a code point from being copied as it is
	ascii [utf8.RuneSelf]int16 // what an ASCII byte becomes, -1 if dropped
}

func newBertNormalizer(u *unicodeTable, clean, chinese, accents, lower bool) *bertNormalizer {
	n := &bertNormalizer{u: u, clean: clean, chinese: chinese, accents: accents, lower: lower}
	if clean {
		n.busy |= isDropped | isBertSpace
	}
	if chinese {
		n.busy |= isChinese
	}
	if accents {
		n.busy |= changesNFD | isCombining | isAccent
	}
	if lower {
		n.busy |= isUpper
	}
	for c := range n.ascii {
		n.ascii[c] = n.asciiByte(byte(c))
	}
	return n
}

func (n *bertNormalizer) asciiByte(c byte) int16 {
	p := n.u.of(rune(c))
	switch {
	case n.clean && p&isDropped != 0:
		return -1
	case n.clean && p&isBertSpace != 0:
		return ' '
	case n.lower:
		return int16(lowerASCII(c))
	}
	return int16(c)
}

func (n *bertNormalizer) normalize(dst, src []byte, s *scratch) []byte {
	s.marks = s.marks[:0]
	for i := 0; i < len(src); {
		if c := src[i]; c < utf8.RuneSelf {
			i++
			if to := n.ascii[c]; to >= 0 {
				dst = append(n.flush(dst, s), byte(to))
			}
			continue
		}
		r, size := utf8.DecodeRune(src[i:])
		if p := n.u.of(r); p&n.busy != 0 {
			dst = n.rewrite(dst, r, p, s)
		} else {
			dst = append(n.flush(dst, s), src[i:i+size]...)
		}
		i += size
	}
	return n.flush(dst, s)
}

// rewrite takes one code point through clean_text and handle_chinese_chars.
func (n *bertNormalizer) rewrite(dst []byte, r rune, p property, s *scratch) []byte {
	switch {
	case n.clean && p&isDropped != 0:
		return dst
	case n.clean && p&isBertSpace != 0:
		return append(n.flush(dst, s), ' ')
	case n.chinese && p&isChinese != 0:
		dst = n.strip(append(n.flush(dst, s), ' '), r, p, s)
		return append(n.flush(dst, s), ' ')
	}
	return n.strip(dst, r, p, s)
}

// strip decomposes r and drops the accents. What remains of the combining
// characters waits in s.marks for its canonical order.
func (n *bertNormalizer) strip(dst []byte, r rune, p property, s *scratch) []byte {
	if !n.accents {
		return n.fold(dst, r)
	}
	if p&changesNFD == 0 {
		return n.keep(dst, r, p, s)
	}
	if l, v, t, ok := splitHangul(r); ok {
		dst = n.fold(n.fold(n.flush(dst, s), l), v)
		if t != 0 {
			dst = n.fold(dst, t)
		}
		return dst
	}
	for parts := decomposition(r, false); len(parts) > 0; {
		d, size := utf8.DecodeRune(parts)
		dst = n.keep(dst, d, n.u.of(d), s)
		parts = parts[size:]
	}
	return dst
}

func (n *bertNormalizer) keep(dst []byte, r rune, p property, s *scratch) []byte {
	if p&isCombining == 0 {
		dst = n.flush(dst, s)
		if p&isAccent != 0 {
			return dst
		}
		return n.fold(dst, r)
	}
	if p&isAccent == 0 {
		s.marks = append(s.marks, point{r, combiningClass(r)})
	}
	return dst
}

// fold appends r, in lower case if asked for.
func (n *bertNormalizer) fold(dst []byte, r rune) []byte {
	if n.lower {
		return n.u.appendLower(dst, r)
	}
	return utf8.AppendRune(dst, r)
}

// flush appends the waiting marks in canonical order.
func (n *bertNormalizer) flush(dst []byte, s *scratch) []byte {
	if len(s.marks) == 0 {
		return dst
	}
	sortMarks(s.marks)
	for _, m := range s.marks {
		dst = n.fold(dst, m.r)
	}
	s.marks = s.marks[:0]
	return dst
}
