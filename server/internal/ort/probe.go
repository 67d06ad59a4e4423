package ort

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/splitrank/splitrank/server/internal/token"
)

// MaxSpread is how much a score may change with the pairs that share its
// batch. Other shapes have ONNX Runtime add up in another order, which moves
// the last bits of a float32; ranges of activations taken over a whole batch,
// as dynamic quantization does, move scores by a thousand times that.
const MaxSpread = 1e-5

// probeLength bounds the longest pair tried at load time. Attention over the
// whole length of a model of 8192 positions takes gigabytes.
const probeLength = 512

// probe scores a few pairs alone and in batches. It finds graphs that fail at
// the length or with the ids that config.json promises, and sets spread.
func (m *Session) probe() error {
	subjects, err := m.probePairs()
	if err != nil {
		return err
	}
	room := min(m.maxLength, probeLength) - m.Length(token.Pair{})
	short, middle, long := spreadPair(2, m.vocabulary), spreadPair(min(24, room), m.vocabulary), spreadPair(room, m.vocabulary)
	for _, subject := range subjects {
		for _, others := range [][]token.Pair{{short}, {middle}, {middle, short}, {subjects[0], middle, middle}} {
			if err := m.compare(subject, others); err != nil {
				return err
			}
		}
	}
	return m.compare(subjects[0], []token.Pair{long})
}

// compare scores a pair alone, before and after others of its batch.
func (m *Session) compare(subject token.Pair, others []token.Pair) error {
	alone, err := m.probeScore(0, []token.Pair{subject})
	if err != nil {
		return err
	}
	for _, at := range []int{0, len(others)} {
		score, err := m.probeScore(at, slices.Insert(slices.Clone(others), at, subject))
		if err != nil {
			return err
		}
		m.spread = max(m.spread, score-alone, alone-score)
	}
	return nil
}

// probeScore is the score of one pair of a batch. Of the others, made of ids
// at random, it need not be finite.
func (m *Session) probeScore(at int, pairs []token.Pair) (float32, error) {
	scores, err := m.Score(context.Background(), pairs)
	var partly *NotFiniteError
	if errors.As(err, &partly) && !slices.Contains(partly.pairs, at) {
		err = nil
	}
	if err != nil {
		return 0, fmt.Errorf("%d pairs of up to %d tokens: %w", len(pairs), m.longest(pairs), err)
	}
	m.note(scores[at])
	return scores[at], nil
}

// note widens the range of what was tried.
func (m *Session) note(score float32) {
	if m.low > m.high {
		m.low, m.high = score, score
	}
	m.low, m.high = min(m.low, score), max(m.high, score)
}

// LikeProbabilities reports that every score tried at load time was within [0, 1],
// as logits hardly are: the graph may squash them where it cannot be seen.
func (m *Session) LikeProbabilities() bool { return m.low <= m.high && m.low >= 0 && m.high <= 1 }

func (m *Session) longest(pairs []token.Pair) int {
	n := 0
	for _, p := range pairs {
		n = max(n, m.Length(p))
	}
	return n
}

// probePairs are pairs of text, cut to half the room for the query.
func (m *Session) probePairs() (pairs []token.Pair, err error) {
	room := min(m.maxLength, probeLength) - m.Length(token.Pair{})
	for _, text := range [][2]string{
		{"how do plants make food", "Plants turn light, water and carbon dioxide into sugar in their leaves."},
		{"opening hours", "The shop closes at six."},
	} {
		q, err := m.writer.Query(text[0])
		if err != nil {
			return nil, err
		}
		q.IDs = q.IDs[:min(len(q.IDs), room/2)]
		ids, err := m.writer.Document(nil, q, text[1])
		if err != nil {
			return nil, err
		}
		p, err := m.writer.Join(q, ids)
		if err != nil {
			return nil, err
		}
		pairs = append(pairs, p)
	}
	return pairs, nil
}

// spreadPair is a pair of n ids.
func spreadPair(n, vocabulary int) token.Pair {
	ids := spreadIDs(n, vocabulary)
	return token.Pair{Query: ids[:n/2], Document: ids[n/2:]}
}

// spreadIDs are n ids, evenly from the last of the vocabulary down.
func spreadIDs(n, vocabulary int) []int32 {
	ids := make([]int32, n)
	for i := range ids {
		ids[i] = int32(vocabulary - 1 - i*vocabulary/n)
	}
	return ids
}
