package token

import (
	"errors"
	"fmt"
	"unicode/utf8"
)

// bpe starts from single characters and merges neighbours in the order the
// merges were learned. After a ByteLevel pre-tokenizer its characters are
// bytes.
type bpe struct {
	merges  *mergeTable
	initial *trie          // what a character, prefixed and suffixed, starts as
	octets  *[4][256]int32 // the same for bytes, by first and last; nil for characters
	whole   *trie          // ignore_merges: words taken as they are, else nil

	prefix, suffix string
	unknown        int32 // -1: unknown characters vanish
	fuseUnknown    bool
	byteFallback   bool
	bytes          [256]int32
}

func newBPE(f *modelFile, barred map[string]bool, byteLevel bool) (*bpe, error) {
	vocabulary, err := f.vocabulary()
	if err != nil {
		return nil, err
	}
	if f.Dropout != nil && *f.Dropout != 0 {
		return nil, errors.New("BPE with dropout is not supported")
	}
	m := &bpe{unknown: -1, fuseUnknown: f.FuseUnk, byteFallback: f.ByteFallback}
	m.prefix, m.suffix = text(f.ContinuingSubwordPrefix), text(f.EndOfWordSuffix)
	if f.UnkToken != nil {
		id, ok := vocabulary[*f.UnkToken]
		if !ok {
			return nil, fmt.Errorf("BPE: unk_token %q is not in the vocabulary", *f.UnkToken)
		}
		m.unknown = id
	}
	if m.merges, err = f.mergeTable(vocabulary, len(m.prefix)); err != nil {
		return nil, err
	}
	if byteLevel {
		err = m.byBytes(f, vocabulary, barred)
	} else {
		m.byCharacters(f, vocabulary, barred)
	}
	return m, err
}

func (m *bpe) unknownID() int32 { return m.unknown }

// text is what a string that may be absent holds.
func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func (m *bpe) byCharacters(f *modelFile, vocabulary map[string]int32, barred map[string]bool) {
	m.initial = newTrie(entries(vocabulary, nil))
	if f.IgnoreMerges {
		m.whole = newTrie(entries(vocabulary, barred))
	}
	for b := range m.bytes {
		id, ok := vocabulary[fmt.Sprintf("<0x%02X>", b)]
		if !ok {
			id = -1
		}
		m.bytes[b] = id
	}
}

// byBytes prepares for input that is still bytes, where the reference has
// rewritten each byte as a visible character.
func (m *bpe) byBytes(f *modelFile, vocabulary map[string]int32, barred map[string]bool) error {
	if m.byteFallback || m.unknown >= 0 && m.fuseUnknown {
		return errors.New("BPE with byte_fallback or fuse_unk after ByteLevel is not supported")
	}
	m.octets = new([4][256]int32)
	for b, visible := range visibleBytes() {
		for kind := range m.octets {
			m.octets[kind][b] = m.octet(vocabulary, string(visible), kind)
		}
	}
	if !f.IgnoreMerges {
		return nil
	}
	hidden := map[rune]byte{}
	for b, visible := range visibleBytes() {
		hidden[visible] = byte(b)
	}
	var words []entry
	for _, e := range entries(vocabulary, barred) {
		if raw, ok := hide(e.key, hidden); ok {
			words = append(words, entry{raw, e.value})
		}
	}
	m.whole = newTrie(words)
	return nil
}

const (
	notFirst = 1 // bit of the table for bytes that follow another
	isLast   = 2 // bit for the last byte of a word
)

func (m *bpe) octet(vocabulary map[string]int32, visible string, kind int) int32 {
	if kind&notFirst != 0 {
		visible = m.prefix + visible
	}
	if kind&isLast != 0 {
		visible += m.suffix
	}
	if id, ok := vocabulary[visible]; ok {
		return id
	}
	return m.unknown
}

// visibleBytes is GPT-2's alphabet: printable Latin-1 stands for itself, the
// other bytes for the characters from U+0100 on.
func visibleBytes() (alphabet [256]rune) {
	next := rune(256)
	for b := range alphabet {
		if r := rune(b); r >= '!' && r <= '~' || r >= 0xA1 && r <= 0xAC || r >= 0xAE {
			alphabet[b] = r
			continue
		}
		alphabet[b] = next
		next++
	}
	return alphabet
}

// hide turns visible characters back to bytes.
func hide(visible string, hidden map[rune]byte) (string, bool) {
	raw := make([]byte, 0, len(visible))
	for _, r := range visible {
		b, ok := hidden[r]
		if !ok {
			return "", false
		}
		raw = append(raw, b)
	}
	return string(raw), true
}

func (m *bpe) encode(e *encoder, word []byte) {
	if m.whole != nil {
		if id := m.whole.find(word); id >= 0 {
			e.ids = append(e.ids, id)
			return
		}
	}
	first := len(e.ids)
	if e.words.recall(&e.ids, word) {
		return
	}
	if m.octets != nil {
		e.symbols = m.splitBytes(e.symbols[:0], word)
	} else {
		e.symbols = m.splitCharacters(e, e.symbols[:0], word)
	}
	e.ids = append(e.ids, e.merger.merge(m.merges, e.symbols)...)
	e.words.keep(word, e.ids[first:])
}

func (m *bpe) splitBytes(symbols []int32, word []byte) []int32 {
	for i, b := range word {
		kind := 0
		if i > 0 {
			kind = notFirst
		}
		if i == len(word)-1 {
			kind |= isLast
		}
		if id := m.octets[kind][b]; id >= 0 {
			symbols = append(symbols, id)
		}
	}
	return symbols
}

// splitCharacters follows the reference in its odd order too: an unknown
// character waits until the next known one, and byte tokens overtake it.
func (m *bpe) splitCharacters(e *encoder, symbols []int32, word []byte) []int32 {
	waiting := false
	for i := 0; i < len(word); {
		_, size := utf8.DecodeRune(word[i:])
		key := e.key[:0]
		if i > 0 {
			key = append(key, m.prefix...)
		}
		key = append(key, word[i:i+size]...)
		if i += size; i == len(word) {
			key = append(key, m.suffix...)
		}
		e.key = key
		id := m.initial.find(key)
		switch {
		case id >= 0:
			if waiting {
				symbols, waiting = append(symbols, m.unknown), false
			}
			symbols = append(symbols, id)
		case m.byteFallback && m.hasBytes(key):
			for _, b := range key {
				symbols = append(symbols, m.bytes[b])
			}
		case m.unknown >= 0:
			if waiting && !m.fuseUnknown {
				symbols = append(symbols, m.unknown)
			}
			waiting = true
		}
	}
	if waiting {
		symbols = append(symbols, m.unknown)
	}
	return symbols
}

func (m *bpe) hasBytes(text []byte) bool {
	for _, b := range text {
		if m.bytes[b] < 0 {
			return false
		}
	}
	return true
}
