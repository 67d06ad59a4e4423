package token

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// addedToken is one entry of added_tokens: a text that is one token whatever
// the model says. Special ones mark places in the model's input; in a user's
// text their strings are text.
type addedToken struct {
	ID         int32  `json:"id"`
	Content    string `json:"content"`
	SingleWord bool   `json:"single_word"`
	LeftStrip  bool   `json:"lstrip"`
	RightStrip bool   `json:"rstrip"`
	Normalized bool   `json:"normalized"`
	Special    bool   `json:"special"`
}

// addedSet finds added tokens in a text, leftmost and longest first.
type addedSet struct {
	u      *unicodeTable
	trie   *trie
	tokens []addedToken
}

// newAddedSet returns nil where nothing could ever be cut out: special tokens
// only stand in the way of others.
func newAddedSet(u *unicodeTable, tokens []addedToken, texts []string) *addedSet {
	set := &addedSet{u: u, tokens: tokens}
	useful := false
	var list []entry
	for i, t := range tokens {
		list = append(list, entry{texts[i], int32(i)})
		useful = useful || !t.Special
	}
	if !useful {
		return nil
	}
	set.trie = newTrie(list)
	return set
}

// checkAdded numbers the added tokens as the reference does and refuses a
// file that disagrees with it.
func checkAdded(tokens []addedToken, ids map[string]int32) error {
	next := int32(len(ids))
	for _, t := range tokens {
		if t.Content == "" || len(t.Content) > maxTokenBytes {
			return fmt.Errorf("added token %d has a text of %d bytes", t.ID, len(t.Content))
		}
		want, known := ids[t.Content]
		if !known {
			want = next
			next++
		}
		if t.ID != want {
			return fmt.Errorf("added token %.40q has id %d where the vocabulary gives %d", t.Content, t.ID, want)
		}
	}
	return nil
}

// cut calls text for what lies between added tokens and found for each of
// them. A nil set finds nothing.
func (a *addedSet) cut(whole []byte, text func(start int, part []byte), found func(id int32)) {
	from := 0
	if a != nil {
		for at := 0; at < len(whole); {
			i, size := a.longest(whole[at:])
			if size == 0 {
				at++
				continue
			}
			start, end, ok := a.extend(whole, from, at, at+size, a.tokens[i])
			at += size
			if !ok {
				continue
			}
			if from < start {
				text(from, whole[from:start])
			}
			found(a.tokens[i].ID)
			from, at = end, max(at, end)
		}
	}
	if from < len(whole) {
		text(from, whole[from:])
	}
}

// longest returns the longest added token that text starts with.
func (a *addedSet) longest(text []byte) (index int32, size int) {
	state := trieRoot
	for i, c := range text {
		next, ok := a.trie.step(state, c)
		if !ok {
			break
		}
		if state = next; a.trie.nodes[state].value >= 0 {
			index, size = a.trie.nodes[state].value, i+1
		}
	}
	return index, size
}

// extend takes the white space in that the token wants; ok is false where it
// does not count as a match.
func (a *addedSet) extend(whole []byte, from, start, end int, t addedToken) (int, int, bool) {
	if t.Special || t.SingleWord && a.insideWord(whole, start, end) {
		return 0, 0, false
	}
	space := func(r rune) bool { return a.u.of(r)&isSpace != 0 }
	if t.LeftStrip {
		start = max(from, len(bytes.TrimRightFunc(whole[:start], space)))
	}
	if t.RightStrip {
		end = len(whole) - len(bytes.TrimLeftFunc(whole[end:], space))
	}
	return start, end, true
}

func (a *addedSet) insideWord(whole []byte, start, end int) bool {
	before, _ := utf8.DecodeLastRune(whole[:start])
	after, _ := utf8.DecodeRune(whole[end:])
	return start > 0 && a.u.of(before)&isWord != 0 || end < len(whole) && a.u.of(after)&isWord != 0
}
