package token

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"unicode/utf8"
)

// charsmap is SentencePiece's precompiled character map: a double-array trie
// over UTF-8 bytes whose values are offsets into NUL-terminated replacements.
type charsmap struct {
	u     *unicodeTable
	trie  []uint32
	texts []byte

	ascii [utf8.RuneSelf]asciiRule
}

// asciiRule is what the map makes of an ASCII byte that stands alone.
type asciiRule struct {
	mapped bool
	text   []byte
}

// A cluster of this many bytes or more is mapped code point by code point.
// See RATIONALE: why-short-clusters-can-lose-accents.
const longCluster = 6

func newCharsmap(u *unicodeTable, encoded string) (*charsmap, error) {
	raw, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return nil, err
	}
	if len(raw) < 4 {
		return nil, errors.New("precompiled_charsmap is shorter than its header")
	}
	size := binary.LittleEndian.Uint32(raw) &^ 3
	if uint64(size) > uint64(len(raw)-4) || size == 0 {
		return nil, errors.New("precompiled_charsmap is shorter than its header says")
	}
	m := &charsmap{u: u, trie: make([]uint32, size/4), texts: raw[4+size:]}
	if !utf8.Valid(m.texts) {
		return nil, errors.New("precompiled_charsmap holds invalid UTF-8")
	}
	for i := range m.trie {
		m.trie[i] = binary.LittleEndian.Uint32(raw[4+4*i:])
	}
	for c := range m.ascii {
		text, ok := m.lookup([]byte{byte(c)})
		m.ascii[c] = asciiRule{ok, text}
	}
	return m, nil
}

func (m *charsmap) normalize(dst, src []byte, s *scratch) []byte {
	for i := 0; i < len(src) && !s.full(dst); {
		if c := src[i]; c >= ' ' && c < 0x7f && (i+1 == len(src) || src[i+1] < utf8.RuneSelf) {
			if rule := m.ascii[c]; rule.mapped {
				dst = append(dst, rule.text...)
			} else {
				dst = append(dst, c)
			}
			i++
			continue
		}
		end := m.u.nextCluster(src, i)
		dst = m.mapCluster(dst, src[i:end])
		i = end
	}
	return dst
}

// mapCluster maps a short cluster as a whole by its shortest prefix in the
// map, as the reference does, even where that loses the rest of it.
func (m *charsmap) mapCluster(dst, text []byte) []byte {
	if len(text) < longCluster {
		if with, ok := m.lookup(text); ok {
			return append(dst, with...)
		}
	}
	for len(text) > 0 {
		_, size := utf8.DecodeRune(text)
		with, ok := m.lookup(text[:size])
		if !ok {
			with = text[:size]
		}
		dst = append(dst, with...)
		text = text[size:]
	}
	return dst
}

// lookup returns the replacement of the shortest prefix of key that has one.
func (m *charsmap) lookup(key []byte) ([]byte, bool) {
	at := unitOffset(m.trie[0])
	for _, c := range key {
		at ^= uint32(c)
		if c == 0 || at >= uint32(len(m.trie)) {
			return nil, false
		}
		unit := m.trie[at]
		if unit&(1<<31|0xff) != uint32(c) {
			return nil, false
		}
		at ^= unitOffset(unit)
		if unit>>8&1 == 1 {
			return m.text(at)
		}
	}
	return nil, false
}

// text returns the replacement that the leaf at names.
func (m *charsmap) text(at uint32) ([]byte, bool) {
	if at >= uint32(len(m.trie)) {
		return nil, false
	}
	start := m.trie[at] &^ (1 << 31)
	if start > uint32(len(m.texts)) {
		return nil, false
	}
	text := m.texts[start:]
	if end := bytes.IndexByte(text, 0); end >= 0 {
		text = text[:end]
	}
	return text, true
}

// unitOffset is the distance from a unit to its children (darts-clone).
func unitOffset(unit uint32) uint32 { return unit >> 10 << (unit & (1 << 9) >> 6) }
