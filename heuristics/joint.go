package heuristics

import (
	"unicode/utf8"

	"github.com/splitrank/splitrank/heuristics/text"
)

// maxOpen bounds how many joined words may be open at once: those that began with
// one of the last three words, with and without dots between thousands.
const maxOpen = 8

// openJoint is the beginning of a word that a document spells in parts.
type openJoint struct {
	spelling [maxJoint]byte
	length   int32
	start    int32 // of its first part in the text
	from     int32 // words before it
	parts    int32
}

// joints are the words that are open at the scanner's last token.
type joints struct {
	open   [maxOpen]openJoint
	count  int
	last   []byte // the folded last token
	end    int32  // where it ended
	folded []byte
}

// meetToken notes what the scanner's token is: a term, or with what stands
// before it one that the document spells in parts. n words stand before it, and
// may says whether it can be a term at all. It answers how many words it stands
// for.
func (r *Ranker) meetToken(s string, n int32, may bool) int32 {
	sc, m := &r.scanner, &r.matcher
	id, exact, flags := int32(none), false, uint8(0)
	if may {
		found := m.find(&r.query, &sc.Token, sc.Plain(), s)
		id, exact, flags = found.term, found.exact, found.flags
	}
	if flags == 0 && m.joints.count == 0 { // most words are a term and nothing else, or none
		if id != none {
			r.hits = append(r.hits, hit{at: n, from: n, term: id, start: int32(sc.Start), end: int32(sc.End), exact: exact})
		}
		return 1
	}
	if flags&(inCapital|carriesSymbol) != 0 {
		id, exact = r.named(s, n, id, exact, flags)
	}
	if flags&(typedSubject|typedStop) != 0 {
		r.query.typed.count(flags)
	}
	words := int32(1)
	if id != none {
		words = r.hitToken(n, id, exact, flags)
	}
	if m.joints.count > 0 {
		r.closeJoints(s, n)
	}
	if flags&(beginsTight|beginsSpaced) != 0 && mayFollow(s[sc.End:], flags) && !behindNumber(s, sc.Start) {
		m.joints.begin(sc.Folded(), int32(sc.Start), n)
	}
	if m.joints.count > 0 {
		m.joints.last = append(m.joints.last[:0], sc.Folded()...)
		m.joints.end = int32(sc.End)
	}
	return words
}

// named is the term of a token that counts in capitals or with its symbol.
func (r *Ranker) named(s string, n int32, id int32, exact bool, flags uint8) (int32, bool) {
	sc, v := &r.scanner, &r.query.variants
	if flags&inCapital != 0 && inCapitals(s[sc.Start:sc.End]) {
		id, exact = v.capital.find(sc.Exact), true
	}
	if flags&carriesSymbol == 0 || !symbolBeside(s, sc.Start, sc.End) {
		return id, exact
	}
	folded := sc.Folded()
	letters := utf8.RuneCount(folded)
	symbol := symbolBehind(s, sc.End, letters)
	before := symbolBefore(s, sc.Start, digit(folded[0]))
	if symbol == "" && before == "" {
		return id, exact
	}
	if len(folded) > maxJoint/2 {
		return id, exact
	}
	spelling := append(append(append(r.matcher.joints.folded[:0], before...), folded...), symbol...)
	r.matcher.joints.folded = spelling
	if whole := r.query.byExact.find(text.HashOf(spelling)); whole != none {
		r.addHit(hit{at: n, from: n, term: whole, start: int32(sc.Start - len(before)), end: int32(sc.End), exact: true})
		return id, exact
	}
	if letters == 1 && symbol != "" {
		return none, false // C is not C++
	}
	return id, exact
}

// hitToken notes that the scanner's token is a term, or an alias of several.
// It answers how many words that is.
func (r *Ranker) hitToken(n, id int32, exact bool, flags uint8) int32 {
	sc, v := &r.scanner, &r.query.variants
	h := hit{at: n, from: n, term: id, start: int32(sc.Start), end: int32(sc.End), exact: exact}
	if flags&othersSpelling != 0 {
		h.other = true
		r.others++
	}
	h.typed = flags&typedSubject != 0
	if int(id) < len(r.query.terms) {
		r.addHit(h)
	}
	of := v.of[v.parts[id].from:v.parts[id].to]
	if len(of) == 0 || sc.Compound() {
		return 1
	}
	for i, part := range of {
		h.term, h.at, h.from = part, n+int32(i), n+int32(i)
		r.addHit(h)
	}
	return int32(len(of))
}

//go:noinline
func (r *Ranker) addHit(h hit) { r.hits = append(r.hits, h) }

// mayFollow reports whether what stands behind a word lets it be joined with
// the next one.
func mayFollow(rest string, flags uint8) bool {
	if rest == "" {
		return false
	}
	if (rest[0] == ' ' || rest[0] == 0xC2) && !(len(rest) > 1 && rest[1] == '&') {
		return flags&beginsSpaced != 0
	}
	return true
}

// behindNumber reports whether a number stands right before, as in 1.4.2
// before 4.
func behindNumber(s string, start int) bool {
	return start > 1 && digit(s[start]) && digit(s[start-2]) && (s[start-1] == '.' || s[start-1] == ',' || s[start-1] == ':')
}

// begin opens a joint with its first word.
func (j *joints) begin(folded []byte, start, n int32) {
	if len(folded) >= maxJoint {
		return
	}
	o := j.room()
	o.length = int32(copy(o.spelling[:], folded))
	o.start, o.from, o.parts = start, n, 1
}

// room for one more joint; the oldest one gives way.
func (j *joints) room() *openJoint {
	if j.count == maxOpen {
		copy(j.open[:], j.open[1:])
		j.count--
	}
	j.count++
	return &j.open[j.count-1]
}

// closeJoints adds the scanner's token to the open joints, notes the terms that
// are complete with it, and keeps those that may go on.
func (r *Ranker) closeJoints(s string, n int32) {
	sc, j := &r.scanner, &r.matcher.joints
	folded := sc.Folded()
	opened := j.count
	var ungrouped [maxOpen]openJoint
	more := 0
	j.count = 0
	if int(j.end) > sc.Start {
		return
	}
	between := s[j.end:sc.Start]
	for i := range opened {
		o := j.open[i]
		by, b := link(j.last, folded, o.parts == 1, between)
		if b == apart || o.parts == maxParts || int(o.length)+len(folded) >= maxJoint {
			continue
		}
		if by == '.' && grouped(j.last, folded, o.parts == 1) {
			if u := o; r.goOn(&u, folded, 0, b, s, n) {
				ungrouped[more] = u
				more++
			}
		}
		if r.goOn(&o, folded, by, b, s, n) {
			j.open[j.count] = o
			j.count++
		}
	}
	for i := range more {
		*j.room() = ungrouped[i]
	}
}

// goOn adds a word to a joint, notes the term that it completes and reports
// whether it may go on.
func (r *Ranker) goOn(o *openJoint, folded []byte, by byte, b border, s string, n int32) bool {
	before := r.query.variants.flagsOf(text.HashOf(o.spelling[:o.length]))
	if b == spaced && before&beginsSpaced == 0 {
		return false
	}
	if by != 0 {
		o.spelling[o.length] = by
		o.length++
	}
	o.length += int32(copy(o.spelling[o.length:], folded))
	o.parts++
	id, exact := r.whole(o, s)
	if id != none && int(id) < len(r.query.terms) {
		r.addHit(hit{at: n, from: o.from, term: id, start: o.start, end: int32(r.scanner.End), exact: exact})
	}
	return r.query.variants.flagsOf(text.HashOf(o.spelling[:o.length]))&(beginsTight|beginsSpaced) != 0
}

// whole is the term that a document spells in parts, none if there is none.
func (r *Ranker) whole(o *openJoint, s string) (int32, bool) {
	q := &r.query
	spelling := o.spelling[:o.length]
	key := text.HashOf(spelling)
	if id := q.byExact.find(key); id != none {
		return id, true
	}
	if id := q.variants.capital.find(key); id != none && inCapitals(s[o.start:r.scanner.End]) {
		return id, true
	}
	if digit(spelling[o.length-1]) {
		return none, false
	}
	if id := q.byLight.find(text.HashOf(text.Light(spelling))); id != none {
		return id, false
	}
	if q.typed.term != none && q.begins(spelling) {
		return q.typed.term, false
	}
	t := text.Token{Start: int(o.start), End: r.scanner.End, Exact: key, Prefix: text.Prefix(spelling)}
	return r.matcher.lookUpStem(q, &t, s), false
}

// settleSpellings drops hits that are spelled otherwise than the query where a
// candidate holds the query's own spelling: רו״ח is no רוח then. Where none
// does, the writers left the gershayim out, or put them in.
func (r *Ranker) settleSpellings() {
	r.tallies = zeroed(r.tallies, len(r.query.terms))
	for _, h := range r.hits {
		if !h.other {
			r.tallies[h.term].all++
		}
	}
	r.dropHits(func(h hit) bool { return h.other && r.tallies[h.term].all > 0 })
}

// dropHits takes hits out of the documents.
func (r *Ranker) dropHits(drop func(hit) bool) {
	kept := r.hits[:0]
	for i := range r.docs {
		d := &r.docs[i]
		from := int32(len(kept))
		for _, h := range r.hits[d.hits.from:d.hits.to] {
			if !drop(h) {
				kept = append(kept, h)
			}
		}
		d.hits = span32{from, int32(len(kept))}
	}
	r.hits = kept
}
