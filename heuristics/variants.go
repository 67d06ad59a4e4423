package heuristics

import (
	"unicode/utf8"

	"github.com/splitrank/splitrank/heuristics/text"
)

// Bounds of what is joined: words in a row, and bytes of the whole.
const (
	maxParts = 4
	maxJoint = 40
	// maxOperators of a query are terms.
	maxOperators = 16
)

// What a folded word may begin, beside being a term. The matcher remembers it
// with the term.
const (
	beginsTight    uint8 = 1 << iota // a joined word, if a mark follows
	beginsSpaced                     // a joined word, if a space follows
	carriesSymbol                    // a name with a symbol, or a single letter that must not have one
	inCapital                        // a term of its own where it is written in capitals
	typedSubject                     // what the word that is being typed may become
	typedStop                        // the same, but a stop word
	othersSpelling                   // the term, with gershayim where the query has none or without them where it has
	standsForParts                   // an alias or a name of several terms
)

// variants are the other spellings of a query's words: joined, parted, with
// symbols.
type variants struct {
	folded  []byte   // folded words of the query's tokens, one behind the other
	words   []span32 // where each token's word is
	leaves  []int32  // tokens but for names that are followed by their parts
	joints  []byte   // all that a document may spell in parts, one behind the other
	spelled []span32 // where each is
	places  []span32 // tokens that make each alias, from the first to behind the last
	parts   []span32 // for each term and alias, the terms it stands for in r.of
	of      []int32
	ends    []int32 // for each token, the term that ends with it, or none
	flags   index   // what folded words begin
	capital index   // terms that are written in capitals
	bare    index   // abbreviations without their gershayim
	signs   bool    // operators are terms
}

func (v *variants) reset() {
	v.folded, v.words, v.leaves = v.folded[:0], v.words[:0], v.leaves[:0]
	v.joints, v.spelled, v.places = v.joints[:0], v.spelled[:0], v.places[:0]
	v.parts, v.of, v.ends = v.parts[:0], v.of[:0], v.ends[:0]
	v.signs = false
}

// word of a token as it is folded.
//
//go:noinline
func (v *variants) word(token int32) []byte { return v.folded[v.words[token].from:v.words[token].to] }

// note the scanner's token.
func (v *variants) note(folded []byte) {
	from := int32(len(v.folded))
	v.folded = append(v.folded, folded...)
	v.words = append(v.words, span32{from, int32(len(v.folded))})
	v.ends = append(v.ends, none)
}

// addVariants adds to the terms what several words or a word and its symbol
// name together, and notes how they may be spelled.
func (q *query) addVariants(s string) {
	v := &q.variants
	q.findLeaves()
	for at := range v.leaves {
		q.addSymbols(s, v.leaves[at])
	}
	q.addOperators(s)
	for at := range v.leaves {
		q.addNumber(s, at)
	}
	terms := len(q.terms)
	for len(v.parts) < terms {
		v.parts = append(v.parts, span32{})
	}
	q.addWholes()
	for at := range v.leaves {
		q.addAliases(s, at)
	}
	q.noteBeginnings()
}

// findLeaves lists the tokens that are not followed by their own parts.
func (q *query) findLeaves() {
	for token := range q.spans {
		if token+1 < len(q.spans) && q.spans[token+1].from == q.spans[token].from {
			continue
		}
		q.variants.leaves = append(q.variants.leaves, int32(token))
	}
}

// addTerm adds a term that stands beside those of the tokens, spelled as
// given, and ends with a token of the query.
func (q *query) addTerm(spelling []byte, token int32) int32 {
	key := text.HashOf(spelling)
	if i := q.byExact.find(key); i != none {
		return i
	}
	i := int32(len(q.terms))
	t := term{light: key, newest: none, common: One, floor: floorUnlisted, uses: 1, letters: letterPower[7]}
	if q.languageOf(text.Latin) == listed {
		t.floor = floorListed
	}
	q.terms = append(q.terms, t)
	q.byExact.put(key, i)
	q.forms = append(q.forms, text.Prefix(spelling))
	if token != none {
		q.variants.ends[token] = i
	}
	return i
}

// addSymbols adds a name with its symbol, which the bare letter is not.
func (q *query) addSymbols(s string, token int32) {
	word, at := q.variants.word(token), q.spans[token]
	letters := utf8.RuneCount(word)
	symbol := symbolBehind(s, int(at.to), letters)
	before := symbolBefore(s, int(at.from), digit(word[0]))
	if symbol == "" && before == "" || len(word) > maxJoint/2 {
		return
	}
	q.spelling = append(append(append(q.spelling[:0], before...), word...), symbol...)
	q.addTerm(q.spelling, token)
	if letters == 1 && symbol != "" {
		q.terms[q.sequence[token]].lessen(One / 8)
	}
}

// lessen the weight of a term that is only ever part of another.
func (t *term) lessen(share Score) {
	t.lessened++
	t.share = max(t.share, share)
}

// addOperators adds the operators between the words.
func (q *query) addOperators(s string) {
	end, most := 0, len(q.terms)+maxOperators
	for token := 0; token <= len(q.spans); token++ {
		start := len(s)
		if token < len(q.spans) {
			start = int(q.spans[token].from)
		}
		if start > end {
			operatorsIn(s[end:start], end == 0, func(operator string, _, _ int) {
				if len(q.terms) == most {
					return
				}
				q.spelling = append(q.spelling[:0], operator...)
				q.addTerm(q.spelling, none)
				q.variants.signs = true
			})
		}
		if token < len(q.spans) {
			end = max(end, int(q.spans[token].to))
		}
	}
}

// chain joins leaves from at on and answers how many fit: for each more it
// calls with the spelling so far.
func (q *query) chain(s string, at int, each func(n int, left, right []byte, by byte, b border) bool) {
	v := &q.variants
	q.spelling = append(q.spelling[:0], v.word(v.leaves[at])...)
	for n := 1; n < maxParts && at+n < len(v.leaves); n++ {
		before, next := v.leaves[at+n-1], v.leaves[at+n]
		left, right := v.word(before), v.word(next)
		from, to := q.spans[before].to, q.spans[next].from
		if from > to {
			return
		}
		by, b := link(left, right, n == 1, s[from:to])
		if b == apart || len(q.spelling)+len(right) >= maxJoint || !each(n, left, right, by, b) {
			return
		}
	}
}

// addNumber adds the number that begins with a leaf and has parts, such as 4.2
// or 1,000, or initials such as R&D. Its parts say little alone: 2.4 has them
// too.
func (q *query) addNumber(s string, at int) {
	v := &q.variants
	if at > 0 && q.linked(s, at-1) {
		return // begun before
	}
	last, loose := 0, false
	dotted := false
	q.chain(s, at, func(n int, left, right []byte, by byte, b border) bool {
		if (!digit(left[0]) || !digit(right[0])) && (n > 1 || !q.initials(s, at)) {
			return false
		}
		if by != 0 {
			q.spelling = append(q.spelling, by)
		}
		dotted = dotted || by == '.' && grouped(left, right, n == 1)
		loose = loose || b == spaced
		q.spelling = append(q.spelling, right...)
		last = n
		return true
	})
	if last == 0 || stopWord(q.language, q.spelling) {
		return
	}
	t := q.addTerm(q.spelling, v.leaves[at+last])
	q.keep(q.spelling)
	if dotted {
		q.byUngrouped(t)
	}
	for _, token := range v.leaves[at : at+last+1] {
		if part := &q.terms[q.sequence[token]]; loose {
			part.lessen(One)
		} else {
			part.lessen(Score(min(8, len(v.word(token)))) * One / 8)
		}
	}
	q.stand(t, at, last+1)
}

// initials reports whether a leaf and the next one are a letter each with a sign
// between them, as in R&D and I/O: they say little alone.
func (q *query) initials(s string, at int) bool {
	left, right := q.spans[q.variants.leaves[at]], q.spans[q.variants.leaves[at+1]]
	return right.to-left.from == 3 && (s[left.to] == '&' || s[left.to] == '/')
}

// byUngrouped lets a number whose dots may set off thousands be met without
// them.
func (q *query) byUngrouped(t int32) {
	n := 0
	for _, c := range q.spelling {
		if c != '.' {
			q.spelling[n] = c
			n++
		}
	}
	q.spelling = q.spelling[:n]
	if key := text.HashOf(q.spelling); q.byExact.find(key) == none {
		q.byExact.put(key, t)
		q.forms = append(q.forms, text.Prefix(q.spelling))
		q.keep(q.spelling)
	}
}

// linked reports whether a leaf goes on as a number with the next one.
func (q *query) linked(s string, at int) bool {
	v := &q.variants
	before, next := v.leaves[at], v.leaves[at+1]
	left, right := v.word(before), v.word(next)
	from, to := q.spans[before].to, q.spans[next].from
	if from > to || !digit(left[0]) || !digit(right[0]) {
		return false
	}
	_, b := link(left, right, true, s[from:to])
	return b != apart
}

// stand notes that a term in one piece stands for n leaves from at on too.
func (q *query) stand(id int32, at, n int) {
	v := &q.variants
	for int32(len(v.parts)) <= id {
		v.parts = append(v.parts, span32{})
	}
	from := int32(len(v.of))
	for _, token := range v.leaves[at : at+n] {
		v.of = append(v.of, q.sequence[token])
	}
	v.parts[id] = span32{from, int32(len(v.of))}
}

// addWholes lets a name in one piece stand for its parts: WiFi for Wi and Fi.
func (q *query) addWholes() {
	v := &q.variants
	for token := 0; token+1 < len(q.spans); token++ {
		if q.spans[token+1].from != q.spans[token].from {
			continue
		}
		id, from := q.sequence[token], int32(len(v.of))
		for part := token + 1; part < len(q.spans) && q.spans[part].to <= q.spans[token].to; part++ {
			v.of = append(v.of, q.sequence[part])
		}
		if v.parts[id] == (span32{}) {
			v.parts[id] = span32{from, int32(len(v.of))}
		}
	}
}

// addAliases lets the leaves from at on be met in one piece: e-mail as email,
// RTX 4090 as RTX4090.
func (q *query) addAliases(s string, at int) {
	v := &q.variants
	q.chain(s, at, func(n int, left, right []byte, by byte, b border) bool {
		if by != 0 {
			q.spelling = append(q.spelling, by)
		}
		q.spelling = append(q.spelling, right...)
		if b == spaced && !q.meet(v.leaves[at+n-1], v.leaves[at+n]) {
			return false
		}
		q.addAlias(at, n+1)
		return b == tight || digit(left[len(left)-1]) != digit(right[0])
	})
}

// meet reports whether two words with a space between them may be met in one
// piece: a word and a number, or two words of subject of three letters or more.
func (q *query) meet(left, right int32) bool {
	a, b := q.variants.word(left), q.variants.word(right)
	if digit(a[len(a)-1]) != digit(b[0]) {
		return true
	}
	s, t := &q.terms[q.sequence[left]], &q.terms[q.sequence[right]]
	return !s.stop && !t.stop && longEnough(a) && longEnough(b)
}

// longEnough reports whether a word may stand apart from what it is joined
// with: three letters, two where letters say more, as in Hebrew.
//
//go:noinline
func longEnough(word []byte) bool {
	n := utf8.RuneCount(word)
	return n > 2 || n == 2 && word[0] >= utf8.RuneSelf
}

func (q *query) addAlias(at, n int) {
	key := text.HashOf(q.spelling)
	if q.byExact.find(key) != none {
		return
	}
	id := int32(len(q.variants.parts))
	q.stand(id, at, n)
	if stopWord(q.language, q.spelling) {
		q.variants.capital.put(key, id) // U.S. is US and not us
	} else {
		q.byExact.put(key, id)
		q.alsoLight(id)
	}
	q.forms = append(q.forms, text.Prefix(q.spelling))
}

// alsoLight lets an alias be met as a plural and by its stem.
func (q *query) alsoLight(id int32) {
	if last := q.spelling[len(q.spelling)-1]; digit(last) {
		return
	}
	light := text.HashOf(text.Light(q.spelling))
	if q.byLight.find(light) == none {
		q.byLight.put(light, id)
	}
}

// keep a spelling that documents may part.
func (q *query) keep(spelling []byte) {
	v := &q.variants
	from := int32(len(v.joints))
	v.joints = append(v.joints, spelling...)
	v.spelled = append(v.spelled, span32{from, int32(len(v.joints))})
}

// noteBeginnings notes what folded words of a document begin a word of the
// query that may be parted, carry a symbol, or count in capitals.
func (q *query) noteBeginnings() {
	v := &q.variants
	for token, at := range v.words {
		if word := v.folded[at.from:at.to]; len(word) > 1 && len(word) <= maxJoint && !q.terms[q.sequence[token]].stop && !cut(word) {
			q.keep(word)
		}
	}
	v.flags.reset(len(v.joints) + 2*len(v.words) + len(q.terms))
	for _, at := range v.spelled {
		q.noteParts(v.joints[at.from:at.to])
	}
	for token := range v.words {
		q.noteSymbol(int32(token))
	}
	for i := range v.capital.values {
		if v.capital.values[i] != none {
			v.flag(v.capital.keys[i], inCapital)
		}
	}
}

// noteParts notes every beginning of a spelling that leaves something over.
func (q *query) noteParts(spelling []byte) {
	v := &q.variants
	letters := 0
	for k := 0; k < len(spelling); {
		_, size := text.Letter(spelling, k)
		k += size
		letters++
		rest := spelling[k:]
		if len(rest) == 0 {
			return
		}
		flags := beginsTight
		border := digit(spelling[k-1]) || digit(rest[0])
		if border || longEnough(spelling[:k]) && longEnough(rest) && !stopWord(q.language, spelling[:k]) {
			flags |= beginsSpaced
		}
		v.flag(text.HashOf(spelling[:k]), flags)
		if letters < 3 {
			q.forms = append(q.forms, text.Prefix(spelling[:k]))
		}
	}
}

// noteSymbol notes a word that has a symbol in the query, and single letters,
// which are not met where they have one.
func (q *query) noteSymbol(token int32) {
	if i := q.variants.ends[token]; i != none || utf8.RuneCount(q.variants.word(token)) == 1 {
		q.variants.flag(text.HashOf(q.variants.word(token)), carriesSymbol)
	}
}

func (v *variants) flag(key uint64, flags uint8) {
	at := v.flags.place(key)
	if v.flags.values[at] == none {
		v.flags.keys[at], v.flags.values[at] = key, 0
	}
	v.flags.values[at] |= int32(flags)
}

// flagsOf a folded word.
func (v *variants) flagsOf(key uint64) uint8 {
	if f := v.flags.find(key); f != none {
		return uint8(f)
	}
	return 0
}
