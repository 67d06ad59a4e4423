package token

import "fmt"

// A normalizer comes with a model, and a model may come from a stranger: forty
// rules that put aa in place of a make an exabyte of twenty letters. The largest
// growth of any real one is 13 times, of U+FDFA under NFKC with its spaces as ▁.
const (
	maxGrowth      = 16
	freeGrowth     = 4 << 10 // bytes beyond that, for short texts
	maxReplacement = 1 << 10 // bytes of one rule
	maxComponents  = 64      // of a normalizer, or of a pre-tokenizer
)

// ErrGrowth is returned for a text that the tokenizer's own rules make too long.
var ErrGrowth = fmt.Errorf("the tokenizer's normalizer makes the text more than %d times as long", maxGrowth)

// bound what a text of so many bytes may grow to.
func (s *scratch) bound(length int) {
	s.most, s.peak, s.over = maxGrowth*length+freeGrowth, 0, false
}

// full reports that what was written is more than the text may grow to.
func (s *scratch) full(dst []byte) bool {
	s.peak = max(s.peak, len(dst))
	s.over = s.over || s.peak > s.most
	return s.over
}

// part ends one part of the text; the others have what it left.
func (s *scratch) part() { s.most, s.peak = s.most-s.peak, 0 }

func checkReplacement(name, text string) error {
	if len(text) > maxReplacement {
		return fmt.Errorf("%s: a text of %d bytes is more than %d", name, len(text), maxReplacement)
	}
	return nil
}

var errComponents = fmt.Errorf("a sequence has more than %d parts", maxComponents)
