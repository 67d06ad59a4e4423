package heuristics

import (
	"unicode/utf8"

	"github.com/splitrank/splitrank/heuristics/text"
)

// term is a distinct stem of the query.
type term struct {
	light  uint64 // hash of the light word; compared where stem is 0 and the word no stop word
	stem   uint64 // hash of the folded stem, 0 where the word has no stemmer
	lead   uint16 // first letters that a document word must share with the stem
	mask   uint16 // the bits of lead that count
	newest int32  // the query's last token of this term

	stop     bool
	capital  bool  // counts only where it is written in capitals
	uses     int32 // tokens of this term
	lessened int32 // those of them that are part of another term
	share    Score // what its weight is lessened to if all are
	letters  Score // lengthFactor of the word
	common   Score // share of weight that its commonness leaves, One if rare
	floor    Score // share of weight left to a term that every candidate holds
	df       Score // number of candidates that hold it
	once     Score // weight of one use
	weight   Score // of all uses that count
}

// longWord is the bytes of a word that others may begin with: a compound such as
// Krankenversicherungsbeitrag is about Krankenversicherung.
const longWord = 14

// shortPrefixes stand before Hebrew words of two letters.
var shortPrefixes = [...]string{"ה", "ב", "ל"}

// query is a query taken apart. Its words are bytes in one buffer:
// see RATIONALE: why-the-query-is-bytes.
type query struct {
	language string
	stemmed  bool
	mixed    bool // it has small letters and capitals, or is a single word: capitals mean something
	scanner  text.Scanner
	written  []byte   // its words in lower case, one behind the other
	words    []span32 // where each token's word is written
	spans    []span32 // where each token stands in the query
	voters   []voter  // words that are asked for the language
	stops    stopFilter
	terms    []term
	forms    []uint16                               // prefixes of the words as written
	sequence []int32                                // the term of each token
	earlier  []int32                                // for each token, the one before it of the same term, or none
	stemmers [text.Unspaced + 1]func(string) string // by script
	long     []span32                               // tokens of long words, and their terms
	byExact  index                                  // terms by the words as written
	byLight  index                                  // unstemmed terms but for stop words
	byStem   index                                  // stemmed terms
	variants variants                               // other spellings
	typed    typed                                  // the word that is being typed
	spelling []byte                                 // one of them
	before   []Score                                // weight of one use of the distinct terms before each token
	once     Score                                  // sum over the terms
	weight   Score                                  // of all terms
	lower    []byte
}

// parse takes the query apart for the language of o.
func (q *query) parse(s string, o Options) {
	q.terms, q.forms, q.long = q.terms[:0], q.forms[:0], q.long[:0]
	q.sequence, q.earlier = q.sequence[:0], q.earlier[:0]
	q.readWords(s)
	typing := o.Typing && q.unfinished(s)
	if q.language, _ = LanguageCode(o.Language); q.language == auto {
		q.language = q.detect(s, typing)
	}
	q.stemmed = o.stemmer(q.language) != nil
	for script := range q.stemmers {
		q.stemmers[script] = o.stemmer(q.languageOf(text.Script(script)))
	}
	q.byExact.reset((maxParts+3)*len(q.words) + maxOperators)
	q.byLight.reset((maxParts + 1 + len(shortPrefixes)) * len(q.words))
	q.byStem.reset(len(q.words))
	q.variants.reset()
	q.variants.capital.reset(maxParts * len(q.words))
	q.variants.bare.reset(len(q.words))
	q.mixed = mixedCase(s) || len(q.words) == 1
	q.scanner.Reset(s)
	for i := 0; q.scanner.Next(); i++ {
		q.add(q.word(i), s[q.scanner.Start:q.scanner.End], q.attached(s, i))
		q.variants.note(q.scanner.Folded())
	}
	q.addVariants(s)
	if q.typed.term = none; typing {
		q.addTyped()
	}
}

func (q *query) readWords(s string) {
	q.written, q.words, q.spans = q.written[:0], q.words[:0], q.spans[:0]
	q.scanner.Reset(s)
	for q.scanner.Next() {
		from := int32(len(q.written))
		q.written = text.AppendLower(q.written, s[q.scanner.Start:q.scanner.End])
		q.words = append(q.words, span32{from, int32(len(q.written))})
		q.spans = append(q.spans, span32{int32(q.scanner.Start), int32(q.scanner.End)})
	}
}

// word of a token in lower case.
//
//go:noinline
func (q *query) word(token int) []byte { return q.written[q.words[token].from:q.words[token].to] }

// add the scanner's token, given in lower case and as it stands in the query.
// Prefixes of the next word are as good as a stop word.
func (q *query) add(word []byte, raw string, prefixes bool) {
	t := q.newTerm(word, raw)
	t.stop = t.stop || prefixes
	known, key := &q.byLight, t.light
	switch {
	case t.capital:
		known, key = &q.variants.capital, q.scanner.Exact
	case t.stop:
		known, key = &q.byExact, q.scanner.Exact
	case t.stem != 0:
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
	q.terms[i].uses++
	q.forms = append(q.forms, q.scanner.Prefix)
	if t.stem == 0 && !t.stop && t.light != q.scanner.Exact {
		q.addWhole(i)
	}
	if t.stem == 0 && !t.stop {
		q.addShort(i)
		q.addAbbreviation(i)
	}
	if !t.stop && len(q.scanner.Folded()) >= longWord {
		q.long = append(q.long, span32{at, i})
	}
	if !t.capital && q.byExact.find(q.scanner.Exact) == none {
		q.byExact.put(q.scanner.Exact, i)
	}
}

// addWhole lets documents hold an unstemmed word with a prefix before it, when
// its own first letter could be one: המכונית holds מכונית, whose light form is
// כונית.
func (q *query) addWhole(i int32) {
	folded := q.scanner.Folded()
	q.forms = append(q.forms, text.Prefix(folded), text.Prefix(text.Light(text.Light(folded))))
	if q.byLight.find(q.scanner.Exact) == none {
		q.byLight.put(q.scanner.Exact, i)
	}
}

// addShort lets documents hold a Hebrew word of two letters behind the commonest
// prefixes, which are not cut from so short a word: תל in בתל אביב.
func (q *query) addShort(i int32) {
	folded := q.scanner.Folded()
	if len(folded) != 4 || folded[0] != 0xD7 {
		return
	}
	for _, prefix := range shortPrefixes {
		q.spelling = append(append(q.spelling[:0], prefix...), folded...)
		q.forms = append(q.forms, text.Prefix(q.spelling))
		if key := text.HashOf(q.spelling); q.byLight.find(key) == none {
			q.byLight.put(key, i)
		}
	}
}

// addAbbreviation lets documents hold a Hebrew word with gershayim or without
// them, whichever the query has not.
func (q *query) addAbbreviation(i int32) {
	folded := q.scanner.Folded()
	if len(folded) < 4 || folded[0] != 0xD7 {
		return
	}
	n := len(q.spelling)
	bare, had := text.Bare(q.spelling, folded)
	if !had {
		last := len(folded) - 2
		q.spelling = append(append(append(q.spelling[:0], folded[:last]...), "״"...), folded[last:]...)
		q.forms = append(q.forms, text.Prefix(q.spelling))
		return
	}
	q.spelling = bare
	q.forms = append(q.forms, text.Prefix(bare[n:]), text.Prefix(text.Light(bare[n:])))
	if key := text.HashOf(bare[n:]); q.variants.bare.find(key) == none {
		q.variants.bare.put(key, i)
	}
}

// attached reports whether a token is nothing but Hebrew prefixes of the
// number or foreign word behind it, as in שב-2024 and ל-iPhone.
func (q *query) attached(s string, token int) bool {
	if token+1 >= len(q.spans) || !text.HebrewPrefix(q.word(token)) {
		return false
	}
	from, to := q.spans[token].to, q.spans[token+1].from
	switch s[from:to] {
	case "", "-", "־", "‐", "‑", "–":
		return s[to] < utf8.RuneSelf
	}
	return false
}

// newTerm gives the scanner's token what does not depend on the candidates.
func (q *query) newTerm(word []byte, raw string) term {
	first, _ := utf8.DecodeRune(word)
	script := text.ScriptOf(first)
	language := q.languageOf(script)
	t := term{light: q.scanner.Light, newest: none, common: One, floor: floorUnlisted}
	t.letters = lengthFactor(word)
	if t.stop = stopWord(language, word); t.stop {
		if q.mixed && inCapitals(raw) { // "IT department" is not about it
			t.stop, t.capital = false, true
			if language == listed {
				t.floor = floorListed
			}
		}
		return t
	}
	if stemmer := q.stemmers[script]; stemmer != nil {
		stem := stemmer(inLower(word, raw))
		word = append(q.lower[:0], stem...)
		q.lower = text.AppendFolded(word, stem)
		t.setStem(q.lower[len(word):])
	}
	if language == listed {
		t.floor, t.common = floorListed, commonness(word)
	}
	return t
}

// inLower is a word in lower case for a stemmer. Most words are written so
// already and need no copy.
func inLower(lower []byte, raw string) string {
	if string(lower) == raw {
		return raw
	}
	return string(lower)
}

// setStem takes the folded stem. Document words are stemmed only if they begin
// with its first three letters, or all but its last if it is shorter: stemmers
// change endings, and this saves nearly all calls.
// See RATIONALE: why-stems-share-a-beginning.
func (t *term) setStem(folded []byte) {
	t.stem = text.HashOf(folded)
	t.lead = text.Prefix(folded)
	keep := min(3, max(1, utf8.RuneCount(folded)-1))
	t.mask = 1<<15 - 1<<(15-5*keep)
	t.lead &= t.mask
}

// languageOf answers the language whose rules serve a word of the given
// script: that of the query where it is written in that script, else the one
// most likely met beside it. A query of no language has no rules.
func (q *query) languageOf(script text.Script) string {
	if q.language == undetermined {
		return undetermined
	}
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
