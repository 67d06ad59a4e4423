package token

import (
	"slices"
	"sync"
	"unicode/utf8"
)

// formNormalizer is NFC, NFD, NFKC or NFKD as the reference knows them:
// without the 30-mark limit of the stream-safe format, and leaving code
// points alone that its tables do not have.
type formNormalizer struct {
	u                   *unicodeTable
	compatible, compose bool

	pairs map[[2]rune]rune // what composes, nil for NFD and NFKD
	after map[rune]bool    // composing only: second of a pair, so never inert
}

func newFormNormalizer(u *unicodeTable, compatible, compose bool) *formNormalizer {
	n := &formNormalizer{u: u, compatible: compatible, compose: compose}
	if compose {
		n.pairs, n.after = compositions()
	}
	return n
}

// inert reports whether a code point is copied as it is when another inert
// one follows.
func (n *formNormalizer) inert(r rune) bool {
	if r < 0x80 {
		return true
	}
	p := n.u.of(r)
	if n.compose {
		return p&(isCombining|changesNFKD|changesNFC) == 0 && !n.joinsBack(r)
	}
	if n.compatible {
		return p&(isCombining|changesNFKD) == 0
	}
	return p&(isCombining|changesNFD) == 0
}

// joinsBack reports whether r can compose with what stands before it.
func (n *formNormalizer) joinsBack(r rune) bool {
	return n.after[r] || r >= hangulV && r < hangulTBase+hangulT
}

func (n *formNormalizer) normalize(dst, src []byte, s *scratch) []byte {
	s.marks = s.marks[:0]
	s.join.reset()
	for i := 0; i < len(src); {
		r, size := utf8.DecodeRune(src[i:])
		if n.inert(r) && n.inertAt(src, i+size) {
			dst = n.flush(dst, s)
			dst = append(s.join.finish(dst), src[i:i+size]...)
		} else {
			dst = n.decompose(dst, r, s)
		}
		i += size
	}
	return s.join.finish(n.flush(dst, s))
}

// inertAt reports whether src ends at i or goes on with an inert code point.
func (n *formNormalizer) inertAt(src []byte, i int) bool {
	if !n.compose || i == len(src) || src[i] < utf8.RuneSelf {
		return true
	}
	r, _ := utf8.DecodeRune(src[i:])
	return n.inert(r)
}

// decompose pushes the decomposition of r.
func (n *formNormalizer) decompose(dst []byte, r rune, s *scratch) []byte {
	changes := changesNFD
	if n.compatible {
		changes = changesNFKD
	}
	if n.u.of(r)&changes == 0 {
		return n.push(dst, r, s)
	}
	if l, v, t, ok := splitHangul(r); ok {
		dst = n.push(n.push(dst, l, s), v, s)
		if t != 0 {
			dst = n.push(dst, t, s)
		}
		return dst
	}
	for parts := decomposition(r, n.compatible); len(parts) > 0; {
		d, size := utf8.DecodeRune(parts)
		dst = n.push(dst, d, s)
		parts = parts[size:]
	}
	return dst
}

// push takes one decomposed code point; combining ones wait for their order.
func (n *formNormalizer) push(dst []byte, r rune, s *scratch) []byte {
	if n.u.of(r)&isCombining != 0 {
		s.marks = append(s.marks, point{r, combiningClass(r)})
		return dst
	}
	return n.emit(n.flush(dst, s), point{r, 0}, s)
}

func (n *formNormalizer) flush(dst []byte, s *scratch) []byte {
	if len(s.marks) == 0 {
		return dst
	}
	sortMarks(s.marks)
	for _, m := range s.marks {
		dst = n.emit(dst, m, s)
	}
	s.marks = s.marks[:0]
	return dst
}

func (n *formNormalizer) emit(dst []byte, p point, s *scratch) []byte {
	if !n.compose {
		return utf8.AppendRune(dst, p.r)
	}
	return s.join.push(dst, p, n.pairs)
}

// composer recomposes a stream of decomposed code points (UAX 15).
type composer struct {
	starter rune // last starter, to compose onto; -1 is none
	held    []rune
	class   uint8 // of the last held mark
}

func (c *composer) reset() { c.starter, c.held = -1, c.held[:0] }

// push takes the next code point and appends what can no longer change.
func (c *composer) push(dst []byte, p point, pairs map[[2]rune]rune) []byte {
	if c.starter < 0 {
		if p.class != 0 {
			return utf8.AppendRune(dst, p.r)
		}
		c.starter = p.r
		return dst
	}
	if len(c.held) == 0 || c.class < p.class {
		if r, ok := composePair(c.starter, p.r, pairs); ok {
			c.starter = r
			return dst
		}
	}
	if p.class == 0 {
		dst = c.finish(dst)
		c.starter = p.r
		return dst
	}
	c.held, c.class = append(c.held, p.r), p.class
	return dst
}

// finish appends what is held.
func (c *composer) finish(dst []byte) []byte {
	if c.starter < 0 {
		return dst
	}
	dst = utf8.AppendRune(dst, c.starter)
	for _, r := range c.held {
		dst = utf8.AppendRune(dst, r)
	}
	c.reset()
	return dst
}

func composePair(a, b rune, pairs map[[2]rune]rune) (rune, bool) {
	if r, ok := joinHangul(a, b); ok {
		return r, true
	}
	r, ok := pairs[[2]rune{a, b}]
	return r, ok
}

// compositions returns every primary composite of the reference's tables by
// its two parts, and the set of second parts.
var compositions = sync.OnceValues(func() (map[[2]rune]rune, map[rune]bool) {
	u := unicodeData()
	var composites [][]rune // full decomposition, then the composite
	for r := rune(0); r < 0x110000; r++ {
		if p := u.of(r); p&changesNFD == 0 || p&changesNFC != 0 {
			continue
		}
		if _, _, _, ok := splitHangul(r); !ok {
			composites = append(composites, append([]rune(string(decomposition(r, false))), r))
		}
	}
	slices.SortStableFunc(composites, func(a, b []rune) int { return len(a) - len(b) })
	pairs, after := map[[2]rune]rune{}, map[rune]bool{}
	for _, c := range composites {
		first := c[0]
		for _, next := range c[1 : len(c)-2] {
			first = pairs[[2]rune{first, next}]
		}
		second := c[len(c)-2]
		pairs[[2]rune{first, second}] = c[len(c)-1]
		after[second] = true
	}
	return pairs, after
})
