package heuristics

import (
	"unicode/utf8"

	"github.com/splitrank/splitrank/heuristics/text"
)

// term is a distinct stem of the query.
type term struct {
	light  uint64 // hash of the light word; compared where stem is 0
	stem   uint64 // hash of the folded stem, 0 where the word has no stemmer
	lead   uint16 // first letters that a document word must share with the stem
	mask   uint16 // the bits of lead that count
	newest int32  // the query's last token of this term

	stop    bool
	letters Score // lengthFactor of the word
	common  Score // share of weight that its commonness leaves, One if rare
	floor   Score // share of weight left to a term that every candidate holds
	df      Score // number of candidates that hold it
	weight  Score
}

// query is a query taken apart.
type query struct {
	language string
	stemmed  bool
	scanner  text.Scanner
	words    []string // lower case, one per token
	terms    []term
	forms    []uint16                               // prefixes of the distinct words as written
	sequence []int32                                // the term of each token
	earlier  []int32                                // for each token, the one before it of the same term, or none
	stemmers [text.Unspaced + 1]func(string) string // by script
	byExact  index                                  // terms by the words as written
	byLight  index                                  // unstemmed terms
	byStem   index                                  // stemmed terms
	before   []Score                                // weight of the distinct terms before each token
	weight   Score                                  // of all terms
	lower    []byte
}

// parse takes the query apart for the language of o.
func (q *query) parse(s string, o Options) {
	q.words, q.terms, q.forms = q.words[:0], q.terms[:0], q.forms[:0]
	q.sequence, q.earlier = q.sequence[:0], q.earlier[:0]
	q.readWords(s)
	q.language = o.Language
	if q.language == "" || q.language == auto {
		q.language = detect(s, q.words)
	}
	q.stemmed = o.stemmer(q.language) != nil
	for script := range q.stemmers {
		q.stemmers[script] = o.stemmer(q.languageOf(text.Script(script)))
	}
	q.byExact.reset(len(q.words))
	q.byLight.reset(len(q.words))
	q.byStem.reset(len(q.words))
	q.scanner.Reset(s)
	for i := 0; q.scanner.Next(); i++ {
		q.add(q.words[i])
	}
}

func (q *query) readWords(s string) {
	q.scanner.Reset(s)
	for q.scanner.Next() {
		q.lower = text.AppendLower(q.lower[:0], s[q.scanner.Start:q.scanner.End])
		q.words = append(q.words, string(q.lower))
	}
}

// add the scanner's token, whose lower-case word is given.
func (q *query) add(word string) {
	t := q.newTerm(word)
	known, key := &q.byLight, t.light
	if t.stem != 0 {
		known, key = &q.byStem, t.stem
	}
	i := known.find(key)
	if i == none {
		i = int32(len(q.terms))
		q.terms = append(q.terms, t)
		known.put(key, i)
	}
	at := int32(len(q.sequence))
	q.sequence = append(q.sequence, i)
	q.earlier = append(q.earlier, q.terms[i].newest)
	q.terms[i].newest = at
	if q.byExact.find(q.scanner.Exact) == none {
		q.byExact.put(q.scanner.Exact, i)
		q.forms = append(q.forms, q.scanner.Prefix)
	}
}

// newTerm gives the scanner's token what does not depend on the candidates.
func (q *query) newTerm(word string) term {
	first, _ := utf8.DecodeRuneInString(word)
	script := text.ScriptOf(first)
	language := q.languageOf(script)
	t := term{light: q.scanner.Light, newest: none, common: One, floor: floorUnlisted}
	t.letters = lengthFactor(word)
	if t.stop = stopWord(language, word); t.stop {
		return t
	}
	stem := word
	if from := q.stemmers[script]; from != nil {
		stem = from(word)
		q.lower = text.AppendFolded(q.lower[:0], stem)
		t.setStem(q.lower)
	}
	if language == listed {
		t.floor, t.common = floorListed, commonness(stem)
	}
	return t
}

// setStem takes the folded stem. Document words are stemmed only if they begin
// with its first three letters, or all but its last if it is shorter: stemmers
// change endings, and this saves nearly all calls.
func (t *term) setStem(folded []byte) {
	t.stem = text.HashOf(folded)
	t.lead = text.Prefix(folded)
	keep := min(3, max(1, utf8.RuneCount(folded)-1))
	t.mask = 1<<15 - 1<<(15-5*keep)
	t.lead &= t.mask
}

// languageOf answers the language whose rules serve a word of the given
// script: that of the query where it is written in that script, else the one
// most likely met beside it.
func (q *query) languageOf(script text.Script) string {
	switch script {
	case text.Latin:
		switch q.language {
		case "he", "ar", "ru", "zh", "ja", "ko", "th":
			return "en"
		}
		return q.language
	case text.Hebrew:
		return "he"
	case text.Arabic:
		return "ar"
	case text.Cyrillic:
		return "ru"
	}
	return undetermined
}
