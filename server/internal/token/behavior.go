package token

import (
	"fmt"
	"slices"
)

// behavior says what becomes of a match when a text is cut at matches.
type behavior string

const (
	removed            behavior = "Removed"
	isolated           behavior = "Isolated"
	mergedWithPrevious behavior = "MergedWithPrevious"
	mergedWithNext     behavior = "MergedWithNext"
	contiguous         behavior = "Contiguous"
)

// check refuses what the reference does not know.
func (b behavior) check() error {
	switch b {
	case removed, isolated, mergedWithPrevious, mergedWithNext, contiguous:
		return nil
	}
	return fmt.Errorf("behavior %.40q is not known", string(b))
}

// span is a part of a text that is, or is not, a match.
type span struct {
	start, end int
	match      bool
}

// patternSplitter cuts at the matches of a pattern: Split, Punctuation and
// Digits of the reference.
type patternSplitter struct {
	pattern  pattern
	behavior behavior
	invert   bool // what does not match is the delimiter
}

func (s patternSplitter) split(e *encoder, piece []byte, stage int) {
	spans := s.spans(e.stageSpans[stage][:0], piece)
	e.stageSpans[stage] = s.merge(spans)
	for _, part := range e.stageSpans[stage] {
		if s.behavior != removed || !part.match {
			e.emit(stage+1, piece[part.start:part.end])
		}
	}
}

// spans covers the whole text.
func (s patternSplitter) spans(dst []span, text []byte) []span {
	at := 0
	for {
		start, end := s.pattern.find(text, at)
		if start < 0 {
			break
		}
		if start > at {
			dst = append(dst, span{at, start, s.invert})
		}
		dst = append(dst, span{start, end, !s.invert})
		at = end
	}
	if at < len(text) {
		dst = append(dst, span{at, len(text), s.invert})
	}
	return dst
}

// merge joins spans in place as the behavior says.
func (s patternSplitter) merge(spans []span) []span {
	switch s.behavior {
	case contiguous:
		return fold(spans, func(previous, current bool) bool { return current == previous })
	case mergedWithPrevious:
		return fold(spans, func(previous, current bool) bool { return current && !previous })
	case mergedWithNext:
		slices.Reverse(spans)
		spans = fold(spans, func(previous, current bool) bool { return current && !previous })
		slices.Reverse(spans)
	}
	return spans
}

// fold joins a span onto the one before it where joins says so.
func fold(spans []span, joins func(previous, current bool) bool) []span {
	out, previous := spans[:0], false
	for _, s := range spans {
		if last := len(out) - 1; last >= 0 && joins(previous, s.match) {
			out[last].start, out[last].end = min(out[last].start, s.start), max(out[last].end, s.end)
		} else {
			out = append(out, s)
		}
		previous = s.match
	}
	return out
}
