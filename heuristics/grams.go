package heuristics

import (
	"unicode/utf8"

	"github.com/splitrank/splitrank/heuristics/text"
)

// grams counts the query's character n-grams in documents, for words that no
// stemmer serves.
type grams struct {
	n      int // letters of a gram, 0 = the query has none
	latin  bool
	keys   []uint64 // distinct grams of the query
	df     []Score
	tf     []int32
	slots  []int32 // open addressing over keys, -1 = free
	found  []gramCount
	from   int32
	active []int32
}

// gramCount is how often a document holds a gram.
type gramCount struct{ gram, count int32 }

// reset collects the grams of the query's words that are neither stop words
// nor stemmed nor n-grams already.
func (g *grams) reset(q *query) {
	g.keys, g.found, g.n = g.keys[:0], g.found[:0], 0
	for i, term := range q.sequence {
		t, word := &q.terms[term], q.word(i)
		first, _ := utf8.DecodeRune(word)
		script := text.ScriptOf(first)
		if t.stop || t.stem != 0 || script == text.EastAsian || script == text.Unspaced {
			continue
		}
		if g.n == 0 {
			g.setLength(script == text.Latin)
		}
		if g.latin == (script == text.Latin) {
			q.lower = text.AppendFolded(q.lower[:0], word)
			g.each(q.lower, g.collect)
		}
	}
	g.index()
}

func (g *grams) setLength(latin bool) {
	g.latin, g.n = latin, 3
	if latin {
		g.n = 4
	}
}

// each calls f with every gram of a folded word, packed 16 bits a letter.
func (g *grams) each(folded []byte, f func(uint64)) {
	var key uint64
	mask := uint64(1)<<(16*g.n) - 1
	if g.n == 4 {
		mask = 1<<64 - 1
	}
	seen := 0
	for i := 0; i < len(folded); {
		r, size := utf8.DecodeRune(folded[i:])
		i += size
		key = (key<<16 | uint64(r&0xFFFF)) & mask
		if seen++; seen >= g.n {
			f(key)
		}
	}
}

func (g *grams) collect(key uint64) {
	for _, k := range g.keys {
		if k == key {
			return
		}
	}
	g.keys = append(g.keys, key)
}

// index builds the table of the query's grams.
func (g *grams) index() {
	if len(g.keys) == 0 {
		g.n = 0
		return
	}
	size := 64
	for size < 4*len(g.keys) {
		size *= 2
	}
	g.slots = append(g.slots[:0], make([]int32, size)...)
	for i := range g.slots {
		g.slots[i] = none
	}
	for i, k := range g.keys {
		g.slots[g.slot(k)] = int32(i)
	}
	g.df = append(g.df[:0], make([]Score, len(g.keys))...)
	g.tf = append(g.tf[:0], make([]int32, len(g.keys))...)
}

// slot is where a gram is, or where it would be.
func (g *grams) slot(key uint64) int {
	mask := len(g.slots) - 1
	at := int(key*0x9E3779B97F4A7C15>>40) & mask
	for g.slots[at] != none && g.keys[g.slots[at]] != key {
		at = (at + 1) & mask
	}
	return at
}

// begin starts a document.
func (g *grams) begin() {
	g.from = int32(len(g.found))
	g.active = g.active[:0]
}

// add counts the grams of the scanner's token.
func (g *grams) add(sc *text.Scanner) {
	folded := sc.Folded()
	if folded[0] < 0x80 != g.latin {
		return
	}
	g.each(folded, g.count)
}

func (g *grams) count(key uint64) {
	i := g.slots[g.slot(key)]
	if i == none {
		return
	}
	if g.tf[i] == 0 {
		g.active = append(g.active, i)
	}
	g.tf[i]++
}

// end closes a document and answers its counts.
func (g *grams) end() span32 {
	for _, i := range g.active {
		g.found = append(g.found, gramCount{i, g.tf[i]})
		g.df[i]++
		g.tf[i] = 0
	}
	return span32{g.from, int32(len(g.found))}
}

// score computes Grams: BM25 over grams whose weight is
// 0.4 + 0.6·rarity.
func (g *grams) score(docs []document) {
	if g.n == 0 {
		return
	}
	total := Score(0)
	for i, df := range g.df {
		g.df[i] = floorListed + mul(One-floorListed, rarity(df, Score(len(docs)))) // now a weight
		total += g.df[i]
	}
	for i := range docs {
		d := &docs[i]
		sum := Score(0)
		for _, c := range g.found[d.grams.from:d.grams.to] {
			sum += mul(g.df[c.gram], saturated(Score(c.count), d.saturate))
		}
		d.raw[spelled] = share(sum, total)
	}
}
