package token

import (
	"slices"
	"sync/atomic"
	"unicode"
	"unicode/utf8"
)

// spelledLetters are enough to tell whether a vocabulary has the letters of a text.
const spelledLetters = 512

// Unspelled is the share of the letters of a text, the first 512, that the vocabulary
// has no token for; 0 where there are none. A vocabulary that was cut to some languages
// has the letters of those.
func (t *Tokenizer) Unspelled(text string) float64 {
	letters, unspelled := 0, 0
	ascii := t.spelling.ascii()
	for i := 0; i < len(text) && letters < spelledLetters; {
		is, size := notLooked, 1
		if b := text[i]; b < utf8.RuneSelf {
			is = int(ascii[b/runesAWord] >> (b % runesAWord * 2) & 3)
		}
		if is == notLooked {
			var r rune
			r, size = utf8.DecodeRuneInString(text[i:])
			is = t.spelling.of(t, r)
		}
		i += size
		switch is {
		case letterUnspelled:
			unspelled++
			fallthrough
		case letterSpelled:
			letters++
		}
	}
	if letters == 0 {
		return 0
	}
	return float64(unspelled) / float64(letters)
}

// What a rune is to a vocabulary.
const (
	notLooked = iota
	noLetter
	letterSpelled
	letterUnspelled
)

const (
	runesAPage = 4096
	runesAWord = 32 // of two bits
)

// spelling remembers what runes are to a vocabulary. It is safe for concurrent use.
type spelling struct {
	pages [utf8.MaxRune/runesAPage + 1]atomic.Pointer[[runesAPage / runesAWord]atomic.Uint64]
}

func (s *spelling) of(t *Tokenizer, r rune) int {
	word, shift := &s.page(r)[r%runesAPage/runesAWord], r%runesAWord*2
	is := int(word.Load() >> shift & 3)
	if is == notLooked {
		is = t.look(r)
		word.Or(uint64(is) << shift)
	}
	return is
}

// page of a rune.
func (s *spelling) page(r rune) *[runesAPage / runesAWord]atomic.Uint64 {
	at := &s.pages[r/runesAPage]
	if page := at.Load(); page != nil {
		return page
	}
	at.CompareAndSwap(nil, new([runesAPage / runesAWord]atomic.Uint64))
	return at.Load()
}

// ascii is what is known of its runes by now, two bits each: most texts are made of them,
// and a load for each would be most of the time.
func (s *spelling) ascii() (words [utf8.RuneSelf / runesAWord]uint64) {
	page := s.page(0)
	for i := range words {
		words[i] = page[i].Load()
	}
	return words
}

// look has a rune tokenized by itself.
func (t *Tokenizer) look(r rune) int {
	if !unicode.IsLetter(r) {
		return noLetter
	}
	ids, err := t.Encode(nil, string(r), 0)
	if err != nil || slices.Contains(ids, t.model.unknownID()) {
		return letterUnspelled
	}
	return letterSpelled
}
