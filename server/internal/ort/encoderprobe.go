package ort

import (
	"context"
	"errors"
	"slices"
)

// probe reads a few texts alone and in batches. It finds graphs that fail at the
// length or with the ids that config.json promises, and sets spread.
func (e *Encoder) probe() error {
	room := min(e.maxLength, probeLength)
	short, middle, long := spreadText(3, e.vocabulary), spreadText(min(24, room), e.vocabulary), spreadText(room, e.vocabulary)
	subjects, err := e.probeTexts(room)
	if err != nil {
		return err
	}
	if e.ReadsOneText() {
		return e.probeAlone(subjects, []Text{short, middle, long})
	}
	for _, subject := range subjects {
		for _, others := range [][]Text{{short}, {middle}, {middle, short}, {subjects[0], middle, middle}} {
			if err := e.compare(subject, others); err != nil {
				return err
			}
		}
	}
	return e.compare(subjects[0], []Text{long})
}

// probeAlone reads texts one by one. What the others, made of ids at random, give need
// not be finite.
func (e *Encoder) probeAlone(subjects, others []Text) error {
	for i, t := range slices.Concat(subjects, others) {
		var partly *NotFiniteError
		_, err := e.Encode(context.Background(), []Text{t})
		if err != nil && (i < len(subjects) || !errors.As(err, &partly)) {
			return err
		}
	}
	return nil
}

func (e *Encoder) probeTexts(room int) (texts []Text, err error) {
	for _, text := range []string{"Plants turn light, water and carbon dioxide into sugar in their leaves.", "opening hours"} {
		ids, _, err := e.tokenizer.Append(nil, text, room-e.tokenizer.Single().Added())
		if err != nil {
			return nil, err
		}
		texts = append(texts, Text{IDs: ids})
	}
	return texts, nil
}

// compare reads a text alone, before and after others of its batch.
func (e *Encoder) compare(subject Text, others []Text) error {
	alone, err := e.probeOne(0, []Text{subject})
	if err != nil {
		return err
	}
	for _, at := range []int{0, len(others)} {
		got, err := e.probeOne(at, slices.Insert(slices.Clone(others), at, subject))
		if err != nil {
			return err
		}
		for i := range got.Tokens {
			e.spread = max(e.spread, got.Tokens[i]-alone.Tokens[i], alone.Tokens[i]-got.Tokens[i])
		}
	}
	return nil
}

// probeOne are the vectors of one text of a batch. Of the others, made of ids at
// random, they need not be finite.
func (e *Encoder) probeOne(at int, texts []Text) (Vectors, error) {
	list, err := e.Encode(context.Background(), texts)
	var partly *NotFiniteError
	if errors.As(err, &partly) && !slices.Contains(partly.pairs, at) {
		err = nil
	}
	if err != nil {
		return Vectors{}, err
	}
	return list[at], nil
}

func spreadText(n, vocabulary int) Text { return Text{IDs: spreadIDs(n, vocabulary)} }
