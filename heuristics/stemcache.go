package heuristics

import "github.com/splitrank/splitrank/heuristics/text"

// Size of the stem cache: words remembered, and the longest one in bytes.
const (
	stemCacheSize = 1 << 11
	stemCacheWord = 23
)

// stemCache remembers stems from call to call. A page that ranks the same
// texts with every keystroke would stem the same words each time, and a
// stemmer costs more than all else about a word. Words are compared letter by
// letter, so that nobody's text can change what another's words mean.
// See RATIONALE: why-stems-are-cached.
type stemCache struct {
	list     *Stemmer // first of the stemmers that filled it
	language string   // of Latin script; the other scripts have one each
	entries  []stemEntry
}

// stemEntry holds the hash of a word's folded stem.
type stemEntry struct {
	stem   uint64
	length uint8 // of the word, 0 = free
	word   [stemCacheWord]byte
}

// reset forgets everything if other stemmers are asked now.
func (c *stemCache) reset(q *query, o Options) {
	var list *Stemmer
	if len(o.Stemmers) > 0 {
		list = &o.Stemmers[0]
	}
	language := q.languageOf(text.Latin)
	if list != c.list || language != c.language || c.entries == nil {
		c.list, c.language = list, language
		c.entries = zeroed(c.entries, stemCacheSize)
	}
}

// of is the place of a word whose hash is given, and whether it is there.
func (c *stemCache) of(hash uint64, word []byte) (e *stemEntry, known bool) {
	e = &c.entries[hash%stemCacheSize]
	return e, int(e.length) == len(word) && string(e.word[:e.length]) == string(word)
}

// put remembers a word's stem unless the word is too long.
func (e *stemEntry) put(word []byte, stem uint64) {
	if len(word) > stemCacheWord {
		return
	}
	e.stem, e.length = stem, uint8(len(word))
	copy(e.word[:], word)
}
