package heuristics

import (
	"strings"
	"unicode/utf8"

	"github.com/splitrank/splitrank/heuristics/text"
)

// The part of the oracle that reads documents: every token is compared with
// every word of the query, and every row of up to maxParts tokens with every
// spelling. It shares with the Ranker what the query is taken apart into, what
// may be linked, and which symbols there are.

// oracleToken is a token with what stands around it.
type oracleToken struct {
	text.Token
	folded   []byte
	lower    []byte
	compound bool
	at       int32 // words before it
}

func (or *oracle) read(doc *oracleDocument, s string) {
	var sc text.Scanner
	var tokens []oracleToken
	end := 0
	for sc.Reset(s); sc.Next(); {
		t := oracleToken{Token: sc.Token, compound: sc.Compound(), at: int32(doc.words)}
		t.folded = append(t.folded, sc.Folded()...)
		t.lower = text.AppendLower(nil, s[sc.Start:sc.End])
		doc.lights = append(doc.lights, sc.Light)
		or.operators(doc, s, end, sc.Start)
		end = max(end, sc.End)
		tokens = append(tokens, t)
		doc.words += or.meet(doc, s, tokens)
	}
	or.operators(doc, s, end, len(s))
}

// operators are compared with every operator of the query.
func (or *oracle) operators(doc *oracleDocument, s string, from, to int) {
	if from >= to || !or.q.variants.signs {
		return
	}
	operatorsIn(s[from:to], from == 0, func(operator string, _, _ int) {
		if i := or.spelled(operator); i != none {
			doc.add(hit{term: i, at: int32(doc.words), from: int32(doc.words), exact: true})
		}
	})
}

func (d *oracleDocument) add(h hit) { d.hits = append(d.hits, h) }

// spelled is the term or alias of which the query's own words, or what it adds
// to them, are spelled exactly so.
func (or *oracle) spelled(s string) int32 {
	key := text.HashOf(s)
	for i, k := range or.q.byExact.keys {
		if or.q.byExact.values[i] != none && k == key {
			return or.q.byExact.values[i]
		}
	}
	return none
}

func valueIn(x *index, key uint64) int32 {
	for i, k := range x.keys {
		if x.values[i] != none && k == key {
			return x.values[i]
		}
	}
	return none
}

// meet notes what the last token is, and answers for how many words it stands.
func (or *oracle) meet(doc *oracleDocument, s string, tokens []oracleToken) int {
	t := tokens[len(tokens)-1]
	id, exact, other, typed := or.termOf(t)
	id, exact = or.named(doc, s, t, id, exact)
	words := 1
	if id != none {
		h := hit{term: id, at: t.at, from: t.at, exact: exact, other: other, typed: typed}
		if int(id) < len(or.q.terms) {
			doc.add(h)
		}
		of := or.q.variants.of[or.q.variants.parts[id].from:or.q.variants.parts[id].to]
		if len(of) > 0 && !t.compound {
			for i, part := range of {
				h.term, h.at, h.from = part, t.at+int32(i), t.at+int32(i)
				doc.add(h)
			}
			words = len(of)
		}
	}
	for n := min(maxParts, len(tokens)); n > 1; n-- {
		or.join(doc, s, tokens[len(tokens)-n:])
	}
	return words
}

// termOf asks the written forms, then the light words, then the stems, then the
// other spellings.
func (or *oracle) termOf(t oracleToken) (id int32, exact, other, typed bool) {
	id, exact = or.plainTerm(t)
	q := &or.q
	switch {
	case q.typed.term == none:
	case id == none && q.begins(t.folded):
		if stopWord(q.language, t.lower) {
			or.typed[1]++
			break
		}
		or.typed[0]++
		return q.typed.term, false, false, true
	case id == q.typed.term && q.typed.stop:
		or.typed[1]++
		id = none
	}
	if id == none && t.folded[0] >= utf8.RuneSelf {
		id = or.abbreviation(t)
		return id, false, id != none, false
	}
	return id, exact, false, false
}

func (or *oracle) plainTerm(t oracleToken) (int32, bool) {
	if i := or.spelled(string(t.folded)); i != none {
		return i, true
	}
	for _, key := range []uint64{t.Light, t.Exact} {
		if i := valueIn(&or.q.byLight, key); i != none {
			return i, false
		}
	}
	for i, term := range or.q.terms {
		if term.stem != 0 && t.Prefix&term.mask == term.lead && or.stemHash(string(t.lower)) == term.stem {
			return int32(i), false
		}
	}
	for token, i := range or.q.sequence {
		if word := string(or.q.variants.word(int32(token))); len(word) >= longWord && !or.q.terms[i].stop && strings.HasPrefix(string(t.folded), word) {
			return i, false
		}
	}
	return none, false
}

func (or *oracle) abbreviation(t oracleToken) int32 {
	bare := strings.ReplaceAll(string(t.folded), "״", "")
	if bare == string(t.folded) {
		if i := valueIn(&or.q.variants.bare, t.Exact); i != none {
			return i
		}
		return valueIn(&or.q.variants.bare, t.Light)
	}
	if i := or.spelled(bare); i != none && int(i) < len(or.q.terms) && !or.q.terms[i].stop {
		return i
	}
	return valueIn(&or.q.byLight, text.HashOf(bare))
}

// stemHash is 0 where no stemmer serves the word.
func (or *oracle) stemHash(word string) uint64 {
	first, _ := utf8.DecodeRuneInString(word)
	if stem := or.q.stemmers[text.ScriptOf(first)]; stem != nil {
		return text.HashOf(text.AppendFolded(nil, stem(word)))
	}
	return 0
}

// named is the term where capitals and symbols count.
func (or *oracle) named(doc *oracleDocument, s string, t oracleToken, id int32, exact bool) (int32, bool) {
	if i := valueIn(&or.q.variants.capital, t.Exact); i != none && inCapitals(s[t.Start:t.End]) {
		id, exact = i, true
	}
	letters := utf8.RuneCount(t.folded)
	behind, before := symbolBehind(s, t.End, letters), symbolBefore(s, t.Start, digit(t.folded[0]))
	if !or.carries(t) || behind == "" && before == "" || len(t.folded) > maxJoint/2 {
		return id, exact
	}
	if whole := or.spelled(before + string(t.folded) + behind); whole != none {
		doc.add(hit{term: whole, at: t.at, from: t.at, exact: true})
		return id, exact
	}
	if letters == 1 && behind != "" {
		return none, false
	}
	return id, exact
}

// carries reports whether a word has a symbol in the query or is a single
// letter of it.
func (or *oracle) carries(t oracleToken) bool {
	v := &or.q.variants
	for token := range v.words {
		word := v.word(int32(token))
		if string(word) == string(t.folded) && (v.ends[token] != none || utf8.RuneCount(word) == 1) {
			return true
		}
	}
	return false
}

// join tries the tokens as one word, with and without dots between thousands.
func (or *oracle) join(doc *oracleDocument, s string, tokens []oracleToken) {
	first, last := tokens[0], tokens[len(tokens)-1]
	if behindNumber(s, first.Start) || len(first.folded) >= maxJoint {
		return
	}
	spellings := []string{string(first.folded)}
	for i, t := range tokens[1:] {
		var longer []string
		for _, spelling := range spellings {
			longer = append(longer, or.longer(s, spelling, tokens[i], t, i == 0)...)
		}
		spellings = longer
	}
	for _, spelling := range spellings {
		if id, exact := or.whole(s, spelling, first.Start, last.End); id != none && int(id) < len(or.q.terms) {
			doc.add(hit{term: id, at: last.at, from: first.at, exact: exact})
		}
	}
}

// longer are the spellings with one more word.
func (or *oracle) longer(s, spelling string, left, right oracleToken, first bool) []string {
	if left.End > right.Start || len(spelling)+len(right.folded) >= maxJoint {
		return nil
	}
	by, b := link(left.folded, right.folded, first, s[left.End:right.Start])
	if b == apart || !or.mayBegin(spelling, b) || first && !mayFollow(s[left.End:], or.flagsOf(spelling)) {
		return nil
	}
	if by == 0 {
		return []string{spelling + string(right.folded)}
	}
	out := []string{spelling + string(by) + string(right.folded)}
	if by == '.' && grouped(left.folded, right.folded, first) {
		out = append([]string{spelling + string(right.folded)}, out...)
	}
	return out
}

// mayBegin reports whether a spelling of the query begins so and goes on.
func (or *oracle) mayBegin(spelling string, b border) bool {
	flags := or.flagsOf(spelling)
	return flags != 0 && (b == tight || flags&beginsSpaced != 0)
}

func (or *oracle) flagsOf(spelling string) uint8 {
	v, flags := &or.q.variants, uint8(0)
	for _, at := range v.spelled {
		rest, begins := strings.CutPrefix(string(v.joints[at.from:at.to]), spelling)
		if !begins || rest == "" {
			continue
		}
		flags |= beginsTight
		if digit(spelling[len(spelling)-1]) || digit(rest[0]) ||
			longEnough([]byte(spelling)) && longEnough([]byte(rest)) && !stopWord(or.q.language, []byte(spelling)) {
			flags |= beginsSpaced
		}
	}
	return flags
}

func (or *oracle) whole(s, spelling string, start, end int) (int32, bool) {
	if id := or.spelled(spelling); id != none {
		return id, true
	}
	if id := valueIn(&or.q.variants.capital, text.HashOf(spelling)); id != none && inCapitals(s[start:end]) {
		return id, true
	}
	if digit(spelling[len(spelling)-1]) {
		return none, false
	}
	if id := valueIn(&or.q.byLight, text.HashOf(text.Light([]byte(spelling)))); id != none {
		return id, false
	}
	if or.q.typed.term != none && or.q.begins([]byte(spelling)) {
		return or.q.typed.term, false
	}
	prefix := text.Prefix([]byte(spelling))
	for i, term := range or.q.terms {
		lower := text.AppendLower(nil, s[start:end])
		if term.stem != 0 && prefix&term.mask == term.lead && or.stemHash(string(lower)) == term.stem {
			return int32(i), false
		}
	}
	return none, false
}

// settle drops what a closer hit of any document rules out.
func (or *oracle) settle() {
	same := map[int32]bool{}
	for _, doc := range or.docs {
		for _, h := range doc.hits {
			same[h.term] = same[h.term] || !h.other
		}
	}
	or.drop(func(h hit) bool { return h.other && same[h.term] })
	t := &or.q.typed
	if t.term == none || or.typed[0]+or.typed[1] == 0 {
		return
	}
	if or.typed[1] > or.typed[0] {
		or.drop(func(h hit) bool { return h.term == t.term && h.typed })
		return
	}
	if term := &or.q.terms[t.term]; !term.stop && term.uses == 1 && term.lessened == 0 {
		letters := min(One, Score(utf8.RuneCount(t.folded)-1)*One/typedLetters)
		term.lessened, term.share = 1, mul(letters, share(or.typed[0], or.typed[0]+or.typed[1]))
	}
}

func (or *oracle) drop(out func(hit) bool) {
	for i := range or.docs {
		var kept []hit
		for _, h := range or.docs[i].hits {
			if !out(h) {
				kept = append(kept, h)
			}
		}
		or.docs[i].hits = kept
	}
}
