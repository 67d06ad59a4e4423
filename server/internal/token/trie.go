package token

import (
	"cmp"
	"slices"
)

// trie is a double-array trie over bytes: from state s, byte c leads to
// t = base[s] ^ c if check[t] is s. It answers prefix questions with one
// memory access per byte, which is what makes long vocabularies fast.
type trie struct {
	nodes []trieNode
}

type trieNode struct {
	base  int32 // exclusive-or with the next byte gives the next state
	check int32 // parent state, -1 where the slot is free
	value int32 // what ends here, -1 for nothing
}

// trieRoot is the state before the first byte.
const trieRoot = int32(0)

// step follows one byte; ok is false where the trie has no such path.
func (t *trie) step(state int32, c byte) (next int32, ok bool) {
	next = t.nodes[state].base ^ int32(c)
	return next, t.nodes[next].check == state
}

// walk follows a text; ok is false where it leaves the trie.
func (t *trie) walk(state int32, text []byte) (int32, bool) {
	for _, c := range text {
		next, ok := t.step(state, c)
		if !ok {
			return 0, false
		}
		state = next
	}
	return state, true
}

// find returns the value of exactly text, or -1.
func (t *trie) find(text []byte) int32 {
	state, ok := t.walk(trieRoot, text)
	if !ok {
		return -1
	}
	return t.nodes[state].value
}

// entry is one key of a trie with its value, which must not be negative.
type entry struct {
	key   string
	value int32
}

// newTrie builds a trie. Of equal keys the last one counts; an empty key is
// left out.
func newTrie(entries []entry) *trie {
	slices.SortStableFunc(entries, func(a, b entry) int { return cmp.Compare(a.key, b.key) })
	kept := entries[:0]
	for i, e := range entries {
		if e.key != "" && (i+1 == len(entries) || entries[i+1].key != e.key) {
			kept = append(kept, e)
		}
	}
	b := trieBuilder{}
	b.grow()
	b.take(0)
	b.add(trieRoot, kept, 0)
	return &trie{b.nodes}
}

// trieBuilder places the children of one state after the other.
type trieBuilder struct {
	nodes []trieNode
	next  []int32 // free slots as a ring, -1 where taken
	prev  []int32
	head  int32 // first free slot, -1 for none
}

const trieBlock = 256

// openBlocks bounds the search for room: slots in older blocks are given up.
const openBlocks = 16

// grow adds a block of free slots to the ring.
func (b *trieBuilder) grow() {
	start := int32(len(b.nodes))
	if start == 0 {
		b.head = -1
	}
	if old := len(b.nodes)/trieBlock - openBlocks; old >= 0 {
		for i := old * trieBlock; i < (old+1)*trieBlock; i++ {
			if b.next[i] >= 0 {
				b.take(int32(i))
			}
		}
	}
	for i := start; i < start+trieBlock; i++ {
		b.nodes = append(b.nodes, trieNode{check: -1, value: -1})
		b.next, b.prev = append(b.next, -1), append(b.prev, -1)
		b.release(i)
	}
}

func (b *trieBuilder) release(i int32) {
	if b.head < 0 {
		b.head, b.next[i], b.prev[i] = i, i, i
		return
	}
	last := b.prev[b.head]
	b.next[last], b.prev[i] = i, last
	b.next[i], b.prev[b.head] = b.head, i
}

func (b *trieBuilder) take(i int32) {
	if b.next[i] == i {
		b.head = -1
	} else {
		b.next[b.prev[i]], b.prev[b.next[i]] = b.next[i], b.prev[i]
		if b.head == i {
			b.head = b.next[i]
		}
	}
	b.next[i] = -1
}

// add places the states below state: the sorted entries share depth bytes.
func (b *trieBuilder) add(state int32, entries []entry, depth int) {
	if len(entries) > 0 && len(entries[0].key) == depth {
		b.nodes[state].value = entries[0].value
		entries = entries[1:]
	}
	if len(entries) == 0 {
		return
	}
	labels, bounds := children(entries, depth)
	base := b.room(labels)
	b.nodes[state].base = base
	for _, c := range labels {
		b.take(base ^ int32(c))
		b.nodes[base^int32(c)].check = state
	}
	for i, c := range labels {
		b.add(base^int32(c), entries[bounds[i]:bounds[i+1]], depth+1)
	}
}

// children returns the distinct bytes at depth and where their entries begin.
func children(entries []entry, depth int) (labels []byte, bounds []int) {
	for i, e := range entries {
		if c := e.key[depth]; len(labels) == 0 || labels[len(labels)-1] != c {
			labels, bounds = append(labels, c), append(bounds, i)
		}
	}
	return labels, append(bounds, len(entries))
}

// room finds a base whose slots for all labels are free.
func (b *trieBuilder) room(labels []byte) int32 {
	for i := b.head; i >= 0; {
		base := i ^ int32(labels[0])
		if b.fits(base, labels) {
			return base
		}
		if i = b.next[i]; i == b.head {
			break
		}
	}
	start := int32(len(b.nodes))
	b.grow()
	return start
}

func (b *trieBuilder) fits(base int32, labels []byte) bool {
	for _, c := range labels {
		if b.next[base^int32(c)] < 0 {
			return false
		}
	}
	return true
}
