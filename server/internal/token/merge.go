package token

import "math/bits"

// mergeTable maps a pair of neighbouring ids to what they merge into and how
// early that merge was learned. Open addressing in one flat array.
type mergeTable struct {
	slots []mergeSlot
	shift uint8
}

type mergeSlot struct {
	left, right int32 // left is -1 in a free slot
	rank, id    int32
}

func newMergeTable(size int) *mergeTable {
	width := bits.Len(uint(size) * 2)
	t := &mergeTable{slots: make([]mergeSlot, 1<<width), shift: uint8(64 - width)}
	for i := range t.slots {
		t.slots[i].left = -1
	}
	return t
}

// slot returns where the pair is or belongs.
func (t *mergeTable) slot(left, right int32) *mergeSlot {
	key := uint64(uint32(left))<<32 | uint64(uint32(right))
	for at := key * 0x9E3779B97F4A7C15 >> t.shift; ; at = (at + 1) & uint64(len(t.slots)-1) {
		if s := &t.slots[at]; s.left < 0 || s.left == left && s.right == right {
			return s
		}
	}
}

// put stores a merge; a pair given again gets its last rank.
func (t *mergeTable) put(left, right, rank, id int32) {
	*t.slot(left, right) = mergeSlot{left, right, rank, id}
}

// noMerge is the rank of a pair that never merges.
const noMerge = int32(1<<31 - 1)

func (t *mergeTable) rank(left, right int32) (rank, id int32) {
	if s := t.slot(left, right); s.left >= 0 {
		return s.rank, s.id
	}
	return noMerge, 0
}

// merger holds the working memory of merging one word.
type merger struct {
	next []merge // by position: what the symbol there and its right neighbour become

	// For long words, where searching all positions anew would be quadratic.
	previous, following []int32
	queue               mergeQueue
}

type merge struct{ rank, id int32 }

// longWord is the number of symbols from which a queue pays.
const longWord = 48

// merge applies merges to symbols in place, lowest rank first and leftmost
// first among equals, until none applies.
func (m *merger) merge(t *mergeTable, symbols []int32) []int32 {
	if len(symbols) >= longWord {
		return m.mergeQueued(t, symbols)
	}
	next := m.next[:0]
	for i := 0; i+1 < len(symbols); i++ {
		rank, id := t.rank(symbols[i], symbols[i+1])
		next = append(next, merge{rank, id})
	}
	m.next = next
	for len(next) > 0 {
		best := 0
		for i := range next {
			if next[i].rank < next[best].rank {
				best = i
			}
		}
		if next[best].rank == noMerge {
			break
		}
		symbols[best] = next[best].id
		symbols = append(symbols[:best+1], symbols[best+2:]...)
		next = append(next[:best], next[best+1:]...)
		if best > 0 {
			next[best-1].rank, next[best-1].id = t.rank(symbols[best-1], symbols[best])
		}
		if best < len(next) {
			next[best].rank, next[best].id = t.rank(symbols[best], symbols[best+1])
		}
	}
	return symbols
}

// queued is a merge that may have been overtaken by another.
type queued struct {
	rank, id, at int32
}

// mergeQueue is a binary heap, lowest rank and then leftmost first.
type mergeQueue []queued

func (q mergeQueue) before(i, j int) bool {
	return q[i].rank < q[j].rank || q[i].rank == q[j].rank && q[i].at < q[j].at
}

func (q *mergeQueue) push(item queued) {
	*q = append(*q, item)
	h := *q
	for i := len(h) - 1; i > 0 && h.before(i, (i-1)/2); i = (i - 1) / 2 {
		h[i], h[(i-1)/2] = h[(i-1)/2], h[i]
	}
}

func (q *mergeQueue) pop() queued {
	h := *q
	top, last := h[0], len(h)-1
	h[0] = h[last]
	*q = h[:last]
	q.sink(0)
	return top
}

// sink moves an item down to its place.
func (q mergeQueue) sink(i int) {
	for {
		child := 2*i + 1
		if child >= len(q) {
			return
		}
		if child+1 < len(q) && q.before(child+1, child) {
			child++
		}
		if !q.before(child, i) {
			return
		}
		q[i], q[child] = q[child], q[i]
		i = child
	}
}

// gone marks a symbol that became part of its left neighbour.
const gone = int32(-1)

func (m *merger) mergeQueued(t *mergeTable, symbols []int32) []int32 {
	m.link(len(symbols))
	for i := range symbols {
		m.offer(t, symbols, int32(i))
	}
	for len(m.queue) > 0 {
		top := m.queue.pop()
		right := m.following[top.at]
		if symbols[top.at] == gone || right == int32(len(symbols)) {
			continue
		}
		if rank, id := t.rank(symbols[top.at], symbols[right]); rank == noMerge || id != top.id {
			continue
		}
		symbols[top.at], symbols[right] = top.id, gone
		m.unlink(top.at, right)
		m.offer(t, symbols, m.previous[top.at])
		m.offer(t, symbols, top.at)
	}
	out := symbols[:0]
	for _, s := range symbols {
		if s != gone {
			out = append(out, s)
		}
	}
	return out
}

func (m *merger) link(n int) {
	m.previous, m.following, m.queue = m.previous[:0], m.following[:0], m.queue[:0]
	for i := range int32(n) {
		m.previous, m.following = append(m.previous, i-1), append(m.following, i+1)
	}
}

func (m *merger) unlink(at, right int32) {
	m.following[at] = m.following[right]
	if m.following[at] < int32(len(m.previous)) {
		m.previous[m.following[at]] = at
	}
}

// offer queues the merge of the symbol at a position with its neighbour.
func (m *merger) offer(t *mergeTable, symbols []int32, at int32) {
	if at < 0 || m.following[at] == int32(len(symbols)) {
		return
	}
	if rank, id := t.rank(symbols[at], symbols[m.following[at]]); rank != noMerge {
		m.queue.push(queued{rank, id, at})
	}
}
