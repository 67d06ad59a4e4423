package heuristics

import (
	"strings"

	"github.com/splitrank/splitrank/heuristics/text"
)

// stopPlaces of the filter have 64 bits each: a tenth of the bits is set.
const stopPlaces = 128

// stopFilter tells most words from the stop words of all Latin languages by one
// bit, where else ten lists are searched for each. It is filled with the first query.
type stopFilter struct {
	bits   [stopPlaces]uint64
	filled bool
}

func (f *stopFilter) fill() {
	if f.filled {
		return
	}
	f.filled = true
	for _, l := range latinLanguages {
		for word, rest := "", stopList(l.code); rest != ""; {
			word, rest, _ = strings.Cut(rest, " ")
			hash := text.HashOf(word)
			f.bits[hash>>6%stopPlaces] |= 1 << (hash & 63)
		}
	}
}

// may reports whether a word may be a stop word of one of the languages.
func (f *stopFilter) may(word []byte) bool {
	hash := text.HashOf(word)
	return f.bits[hash>>6%stopPlaces]&(1<<(hash&63)) != 0
}
