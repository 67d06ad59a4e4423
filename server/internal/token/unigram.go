package token

import (
	"errors"
	"fmt"
	"math"
	"unicode/utf8"
)

// unigram finds the segmentation of a piece with the highest sum of scores
// (Viterbi). Sums are taken from left to right in float64 and the first of
// equal ones wins, as in the reference, so that ties fall the same way.
type unigram struct {
	trie         *trie
	scores       []float64
	unknownScore float64
	unknown      int32 // -1 if the file names none
	bytes        [256]int32
	byteFallback bool // every byte of an unknown text as its own token
}

// unknownPenalty is how much worse than the worst piece an unknown character is.
const unknownPenalty = 10

func newUnigram(f *modelFile, barred map[string]bool) (*unigram, error) {
	pieces, err := f.pieces()
	if err != nil {
		return nil, err
	}
	m := &unigram{unknown: -1, unknownScore: math.Inf(1), byteFallback: f.ByteFallback}
	list := make([]entry, 0, len(pieces))
	for i, p := range pieces {
		m.scores = append(m.scores, p.score)
		m.unknownScore = min(m.unknownScore, p.score)
		if !barred[p.text] {
			list = append(list, entry{p.text, int32(i)})
		}
	}
	m.unknownScore -= unknownPenalty
	m.trie = newTrie(list)
	if err := m.setUnknown(f.UnkID, len(pieces)); err != nil {
		return nil, err
	}
	for b := range m.bytes {
		id, ok := f.ids[fmt.Sprintf("<0x%02X>", b)]
		if !ok {
			id = -1
		}
		m.bytes[b] = id
	}
	return m, nil
}

func (m *unigram) setUnknown(id *int, size int) error {
	if id == nil {
		return errors.New("a Unigram without unk_id is not supported")
	}
	if *id < 0 || *id >= size {
		return fmt.Errorf("unk_id %d is outside the vocabulary of %d", *id, size)
	}
	m.unknown = int32(*id)
	return nil
}

func (m *unigram) unknownID() int32 { return m.unknown }

// bestPath is, for one position, the best way to get there.
type bestPath struct {
	score float64
	from  int32 // where the last piece starts, -1 if none reaches this far
	id    int32
}

func (m *unigram) encode(e *encoder, piece []byte) {
	paths := m.search(e.paths[:0], piece)
	e.paths = paths
	e.cuts = e.cuts[:0]
	for at := int32(len(piece)); at > 0; at = paths[at].from {
		e.cuts = append(e.cuts, at)
	}
	for i := len(e.cuts) - 1; i >= 0; {
		end := e.cuts[i]
		start := paths[end].from
		if paths[end].id != m.unknown {
			e.ids = append(e.ids, paths[end].id)
			i--
			continue
		}
		for i--; i >= 0 && paths[e.cuts[i]].id == m.unknown; i-- {
			end = e.cuts[i]
		}
		m.appendUnknown(e, piece[start:end])
	}
}

// search fills in the best path to every position.
func (m *unigram) search(paths []bestPath, piece []byte) []bestPath {
	for range len(piece) + 1 {
		paths = append(paths, bestPath{from: -1})
	}
	paths[0].from = 0
	nodes := m.trie.nodes
	for start := 0; start < len(piece); {
		size := 1
		if piece[start] >= utf8.RuneSelf {
			_, size = utf8.DecodeRune(piece[start:])
		}
		here, single, state := paths[start].score, false, trieRoot
		for i := start; i < len(piece); i++ {
			next := nodes[state].base ^ int32(piece[i])
			if nodes[next].check != state {
				break
			}
			state = next
			id := nodes[state].value
			if id < 0 {
				continue
			}
			paths[i+1].offer(m.scores[id]+here, start, id)
			single = single || i+1-start == size
		}
		if !single {
			paths[start+size].offer(m.unknownScore+here, start, m.unknown)
		}
		start += size
	}
	return paths
}

// offer takes a path if it is the first one or better.
func (p *bestPath) offer(score float64, from int, id int32) {
	if p.from < 0 || score > p.score {
		*p = bestPath{score, int32(from), id}
	}
}

// appendUnknown encodes a run of unknown characters: one token, or its bytes.
func (m *unigram) appendUnknown(e *encoder, text []byte) {
	if id := m.trie.find(text); id >= 0 {
		e.ids = append(e.ids, id)
		return
	}
	if m.byteFallback && m.hasBytes(text) {
		for _, b := range text {
			e.ids = append(e.ids, m.bytes[b])
		}
		return
	}
	e.ids = append(e.ids, m.unknown)
}

func (m *unigram) hasBytes(text []byte) bool {
	for _, b := range text {
		if m.bytes[b] < 0 {
			return false
		}
	}
	return true
}
