package token

import (
	"fmt"
	"unicode/utf8"
)

// model turns one piece of text into ids.
type model interface {
	encode(e *encoder, piece []byte)
	// unknownID is the id of what is not in the vocabulary; -1 = there is none.
	unknownID() int32
}

// wordPiece takes the longest known start of a word, then the longest known
// continuation, and so on. A word that cannot be covered, or is too long, is
// one unknown token.
type wordPiece struct {
	trie     *trie
	middle   int32 // state after the continuation prefix, -1 if nothing continues
	unknown  int32
	maxRunes int
}

func newWordPiece(f *modelFile, barred map[string]bool) (*wordPiece, error) {
	vocabulary, err := f.vocabulary()
	if err != nil {
		return nil, err
	}
	if f.UnkToken == nil || f.ContinuingSubwordPrefix == nil || f.MaxInputCharsPerWord == nil {
		return nil, fmt.Errorf("WordPiece needs unk_token, continuing_subword_prefix and max_input_chars_per_word")
	}
	unknown, ok := vocabulary[*f.UnkToken]
	if !ok {
		return nil, fmt.Errorf("WordPiece: unk_token %q is not in the vocabulary", *f.UnkToken)
	}
	m := &wordPiece{trie: newTrie(entries(vocabulary, barred)), unknown: unknown, maxRunes: *f.MaxInputCharsPerWord}
	if m.middle, ok = m.trie.walk(trieRoot, []byte(*f.ContinuingSubwordPrefix)); !ok {
		m.middle = -1
	}
	return m, nil
}

func (m *wordPiece) unknownID() int32 { return m.unknown }

// entries lists a vocabulary for a trie, without the barred words.
func entries(vocabulary map[string]int32, barred map[string]bool) []entry {
	list := make([]entry, 0, len(vocabulary))
	for key, id := range vocabulary {
		if !barred[key] {
			list = append(list, entry{key, id})
		}
	}
	return list
}

func (m *wordPiece) encode(e *encoder, word []byte) {
	first := len(e.ids)
	if len(word) > m.maxRunes && utf8.RuneCount(word) > m.maxRunes {
		e.ids = append(e.ids, m.unknown)
		return
	}
	for state := trieRoot; len(word) > 0; state = m.middle {
		id, size := m.longest(state, word)
		if size == 0 {
			e.ids = append(e.ids[:first], m.unknown)
			return
		}
		e.ids = append(e.ids, id)
		word = word[size:]
	}
}

// longest returns the longest entry that word starts with, from state on.
func (m *wordPiece) longest(state int32, word []byte) (id int32, size int) {
	if state < 0 {
		return 0, 0
	}
	nodes := m.trie.nodes
	for i, c := range word {
		next := nodes[state].base ^ int32(c)
		if nodes[next].check != state {
			break
		}
		if state = next; nodes[state].value >= 0 {
			id, size = nodes[state].value, i+1
		}
	}
	return id, size
}
