package token

import (
	"bytes"
	"unicode/utf8"
)

// normalizer rewrites a text before it is cut. It appends the rewritten src
// to dst; src is valid UTF-8 and is not kept.
type normalizer interface {
	normalize(dst, src []byte, s *scratch) []byte
}

// scratch is the working memory of one encoding, reused between texts.
type scratch struct {
	swap  []byte  // second buffer of a sequence of normalizers
	marks []point // code points waiting for canonical order
	join  composer
	most  int  // bytes that the rest of a text may grow to
	peak  int  // bytes that the current part has grown to
	over  bool // it would have grown beyond: what came out is of no use
}

// point is a code point with its canonical combining class.
type point struct {
	r     rune
	class uint8
}

// sequenceNormalizer applies its parts one after the other.
type sequenceNormalizer []normalizer

func (n sequenceNormalizer) normalize(dst, src []byte, s *scratch) []byte {
	base := len(dst)
	dst = append(dst, src...)
	for _, part := range n {
		if s.over {
			return dst
		}
		s.swap = append(s.swap[:0], dst[base:]...)
		in := s.swap
		s.swap = nil // a nested sequence takes its own
		dst = part.normalize(dst[:base], in, s)
		s.swap = in
		s.full(dst)
	}
	return dst
}

// lowercaser maps each code point to its lower case, without context: a
// final capital sigma becomes σ.
type lowercaser struct{ u *unicodeTable }

func (n lowercaser) normalize(dst, src []byte, _ *scratch) []byte {
	for i := 0; i < len(src); {
		if c := src[i]; c < utf8.RuneSelf {
			dst = append(dst, lowerASCII(c))
			i++
			continue
		}
		r, size := utf8.DecodeRune(src[i:])
		if n.u.of(r)&isUpper == 0 {
			dst = append(dst, src[i:i+size]...)
		} else {
			dst = n.u.appendLower(dst, r)
		}
		i += size
	}
	return dst
}

func lowerASCII(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// appendLower appends the lower case of r.
func (u *unicodeTable) appendLower(dst []byte, r rune) []byte {
	if low, ok := u.lower[r]; ok {
		return utf8.AppendRune(dst, low)
	}
	if long, ok := u.long[r]; ok {
		for _, low := range long {
			dst = utf8.AppendRune(dst, low)
		}
		return dst
	}
	return utf8.AppendRune(dst, r)
}

// markStripper removes combining marks, decomposing nothing.
type markStripper struct{ u *unicodeTable }

func (n markStripper) normalize(dst, src []byte, _ *scratch) []byte {
	for i := 0; i < len(src); {
		r, size := utf8.DecodeRune(src[i:])
		if n.u.of(r)&isMark == 0 {
			dst = append(dst, src[i:i+size]...)
		}
		i += size
	}
	return dst
}

// stripper removes white space from the ends of the text.
type stripper struct {
	u           *unicodeTable
	left, right bool
}

func (n stripper) normalize(dst, src []byte, _ *scratch) []byte {
	space := func(r rune) bool { return n.u.of(r)&isSpace != 0 }
	if n.left {
		src = bytes.TrimLeftFunc(src, space)
	}
	if n.right {
		src = bytes.TrimRightFunc(src, space)
	}
	return append(dst, src...)
}

// prepender puts a text in front of every text that is not empty.
type prepender string

func (n prepender) normalize(dst, src []byte, _ *scratch) []byte {
	if len(src) > 0 {
		dst = append(dst, n...)
	}
	return append(dst, src...)
}

// replacer puts one text in place of every match of a pattern.
type replacer struct {
	pattern pattern
	with    string
}

func (n replacer) normalize(dst, src []byte, s *scratch) []byte {
	for at := 0; ; {
		start, end := n.pattern.find(src, at)
		if start < 0 || s.full(dst) {
			return append(dst, src[at:]...)
		}
		dst = append(append(dst, src[at:start]...), n.with...)
		at = end
	}
}
