package heuristics

import (
	"strings"
	"unicode/utf8"

	"github.com/splitrank/splitrank/heuristics/text"
)

// memoSize is the number of document words whose term is remembered.
const memoSize = 1 << 10

// none marks a word that is no term of the query.
const none = -1

// memo remembers what term a document word is.
type memo struct {
	word  uint64
	call  uint32 // the call it was noted in
	term  int32  // none if it is no term
	exact bool   // it is written as in the query
	flags uint8  // what else it may be (see variants)
}

// matcher finds the query's terms among document words. Most words are ruled
// out by their first letters, the rest are looked up once per call.
type matcher struct {
	leads [1 << 15 / 64]uint64 // bitmap over Token.Prefix
	memos [memoSize]memo
	call  uint32
	stems stemCache

	joints        joints
	lower, folded []byte
}

// reset prepares for another query.
func (m *matcher) reset(q *query, o Options) {
	m.stems.reset(q, o)
	clear(m.leads[:])
	if m.call++; m.call == 0 {
		m.memos, m.call = [memoSize]memo{}, 1
	}
	for _, prefix := range q.forms {
		m.mark(prefix)
	}
	for i := range q.terms {
		m.markStem(&q.terms[i])
	}
	m.markTyped(q)
}

func (m *matcher) mark(prefix uint16) { m.leads[prefix>>6] |= 1 << (prefix & 63) }

// markStem marks every prefix that agrees with the stem's lead.
func (m *matcher) markStem(t *term) {
	if t.stem != 0 {
		m.markLead(t.lead, t.mask)
	}
}

// markLead marks every prefix that has the bits of lead that mask says.
func (m *matcher) markLead(lead, mask uint16) {
	rest := 1<<15 - 1 - mask
	for low := uint16(0); ; low++ {
		m.mark(lead&mask | low)
		if low == rest {
			return
		}
	}
}

// may reports whether a word with this prefix can be a term.
func (m *matcher) may(prefix uint16) bool { return m.leads[prefix>>6]&(1<<(prefix&63)) != 0 }

// find answers what a document word is. It remembers words of other than plain
// letters by their bytes: what folds to the same letters may have different
// stems.
func (m *matcher) find(q *query, t *text.Token, plain bool, doc string) *memo {
	key := t.Exact
	if !plain {
		key = text.HashOf(doc[t.Start:t.End])
	}
	slot := &m.memos[key%memoSize]
	if slot.word != key || slot.call != m.call {
		i, exact, flags := m.identify(q, t, doc)
		*slot = memo{key, m.call, i, exact, flags}
	}
	return slot
}

// identify a word that was not met in this call: its term, whether it is
// written as in the query, and what else it may be.
func (m *matcher) identify(q *query, t *text.Token, doc string) (int32, bool, uint8) {
	i, exact := m.lookUp(q, t, doc)
	flags := q.variants.flagsOf(t.Exact)
	switch {
	case q.typed.term == none:
	case i == none:
		i, flags = m.findTyped(q, t, doc, flags)
	case i == q.typed.term && q.typed.stop:
		i, flags = none, flags|typedStop
	}
	if i == none && doc[t.Start] >= utf8.RuneSelf {
		if i = m.lookUpAbbreviation(q, t, doc); i != none {
			flags |= othersSpelling
		}
	}
	if i != none && q.variants.parts[i] != (span32{}) {
		flags |= standsForParts
	}
	return i, exact, flags
}

// lookUp asks the words as written, then the unstemmed terms, then the stems.
func (m *matcher) lookUp(q *query, t *text.Token, doc string) (int32, bool) {
	if i := q.byExact.find(t.Exact); i != none {
		return i, true
	}
	if i := q.byLight.find(t.Light); i != none {
		return i, false
	}
	if t.Light != t.Exact {
		if i := q.byLight.find(t.Exact); i != none {
			return i, false
		}
	}
	if i := m.lookUpStem(q, t, doc); i != none || len(q.long) == 0 {
		return i, false
	}
	m.folded = text.AppendFolded(m.folded[:0], doc[t.Start:t.End])
	return q.begunBy(m.folded), false
}

// begunBy is the term of the first long word that a folded word begins with.
func (q *query) begunBy(folded []byte) int32 {
	for _, l := range q.long {
		if strings.HasPrefix(string(folded), string(q.variants.word(l.from))) {
			return l.to
		}
	}
	return none
}

// lookUpAbbreviation finds the term that a Hebrew word is with gershayim or
// without them: צה״ל and צהל.
func (m *matcher) lookUpAbbreviation(q *query, t *text.Token, doc string) int32 {
	m.folded = text.AppendFolded(m.folded[:0], doc[t.Start:t.End])
	n := len(m.folded)
	bare, had := text.Bare(m.folded, m.folded)
	m.folded = bare[:n]
	if had {
		bare = bare[n:]
		if i := q.byExact.find(text.HashOf(bare)); i != none && int(i) < len(q.terms) && !q.terms[i].stop {
			return i
		}
		return q.byLight.find(text.HashOf(bare))
	}
	if i := q.variants.bare.find(t.Exact); i != none {
		return i
	}
	return q.variants.bare.find(t.Light)
}

// lookUpStem stems the word if its script has a stemmer. The stem counts only
// if the word begins like it.
func (m *matcher) lookUpStem(q *query, t *text.Token, doc string) int32 {
	first, _ := utf8.DecodeRuneInString(doc[t.Start:])
	stem := q.stemmers[text.ScriptOf(first)]
	if stem == nil {
		return none
	}
	i := q.byStem.find(m.stemHash(stem, t.Exact, doc[t.Start:t.End]))
	if i == none || t.Prefix&q.terms[i].mask != q.terms[i].lead {
		return none
	}
	return i
}

// stemHash hashes the folded stem of a word, from memory if it can. The other
// hash is only a place to look.
func (m *matcher) stemHash(stem func(string) string, hash uint64, word string) uint64 {
	m.lower = text.AppendLower(m.lower[:0], word)
	e, known := m.stems.of(hash, m.lower)
	if known {
		return e.stem
	}
	m.folded = text.AppendFolded(m.folded[:0], stem(inLower(m.lower, word)))
	hashed := text.HashOf(m.folded)
	e.put(m.lower, hashed)
	return hashed
}
