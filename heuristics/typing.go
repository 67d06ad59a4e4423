package heuristics

import (
	"strings"
	"unicode/utf8"

	"github.com/splitrank/splitrank/heuristics/text"
)

// leastTyped is how many letters of an unfinished word find others: two begin
// too many words, and the order would jump with each of them.
const leastTyped = 3

// typedLetters, and one more, are how many letters of an unfinished word tell
// it well enough to count in full beside the finished ones.
const typedLetters = 6

// typed is the query's last word as long as it may be unfinished.
type typed struct {
	term   int32  // its term, or none
	folded []byte // what is there of it
	stop   bool   // so far it is a stop word, and the query has it nowhere else
	lead   uint16 // first letters of the words that it may become
	mask   uint16 // the bits of lead that count

	subjects, stops Score // words of the candidates that it may become
}

// unfinished reports whether a query ends inside its last word, which is then
// no evidence of its language.
func (q *query) unfinished(s string) bool {
	n := len(q.spans)
	return n > 0 && int(q.spans[n-1].to) == len(s)
}

// addTyped lets the last word find those that begin with it. What it may become
// is told by the candidates: see settleTyped.
func (q *query) addTyped() {
	last := int32(len(q.sequence) - 1)
	word := q.variants.word(last)
	if n := utf8.RuneCount(word); n < leastTyped || cut(word) || q.terms[q.sequence[last]].capital {
		return
	}
	t := &q.terms[q.sequence[last]]
	q.typed.term, q.typed.stop = q.sequence[last], t.stop && t.uses == 1
	q.typed.folded = append(q.typed.folded[:0], word...)
	q.typed.subjects, q.typed.stops = 0, 0
	letters := min(3, utf8.RuneCount(word))
	q.typed.lead = text.Prefix(word)
	q.typed.mask = 1<<15 - 1<<(15-5*letters)
}

// begins reports whether the word that is being typed may become the given one,
// which is folded.
func (q *query) begins(folded []byte) bool {
	typed := string(q.typed.folded)
	return strings.HasPrefix(string(folded), typed) || strings.HasPrefix(string(text.Light(folded)), typed)
}

// findTyped is the term of the word that is being typed if a document word,
// which is no other term, begins with it. Stop words are no aim; they are
// counted.
func (m *matcher) findTyped(q *query, t *text.Token, doc string, flags uint8) (int32, uint8) {
	word := doc[t.Start:t.End]
	m.folded = text.AppendFolded(m.folded[:0], word)
	if !q.begins(m.folded) {
		return none, flags
	}
	m.lower = text.AppendLower(m.lower[:0], word)
	if stopWord(q.language, m.lower) {
		return none, flags | typedStop
	}
	return q.typed.term, flags | typedSubject
}

// count a word of the candidates that the one that is being typed may become.
func (t *typed) count(flags uint8) {
	if flags&typedStop != 0 {
		t.stops++
	} else {
		t.subjects++
	}
}

// settleTyped weighs the word that is being typed by what it may become: the
// share of words of subject among those words of the candidates that begin with
// it, and by its letters. "wh" is a question on its way and "but" more often
// itself than a button: then it finds nothing, so that no noise comes up.
func (r *Ranker) settleTyped() {
	q := &r.query
	t := &q.typed
	if t.term == none || t.stops+t.subjects == 0 {
		return
	}
	term := &q.terms[t.term]
	if t.stops > t.subjects {
		r.dropHits(func(h hit) bool { return h.term == t.term && h.typed })
		return
	}
	if term.stop || term.uses != 1 || term.lessened != 0 {
		return
	}
	letters := min(One, Score(utf8.RuneCount(t.folded)-1)*One/typedLetters)
	term.lessen(mul(letters, share(t.subjects, t.subjects+t.stops)))
}

// markTyped marks the words that may become of the one that is being typed.
func (m *matcher) markTyped(q *query) {
	if q.typed.term == none {
		return
	}
	m.markLead(q.typed.lead, q.typed.mask)
	if first, size := utf8.DecodeRune(q.typed.folded); size == 2 && first >= 'א' && first <= 'ת' {
		rest := q.typed.folded[size:] // the first letter may be cut as a prefix
		letters := min(3, utf8.RuneCount(rest))
		m.markLead(text.Prefix(rest), 1<<15-1<<(15-5*letters))
	}
}
