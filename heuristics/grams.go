package heuristics

import (
	"unicode/utf8"

	"github.com/splitrank/splitrank/heuristics/text"
)

// grams counts the query's character n-grams in documents, for words that no
// stemmer serves.
type grams struct {
	n      int   // letters of a gram, 0 = the query has none
	latin  bool  // only words in Latin letters count, or only others
	known  index // numbers of the query's distinct grams
	df     []Score
	tf     []int32
	found  []gramCount
	from   int32
	active []int32
	packed []uint64 // grams of one word
}

// gramCount is how often a document holds a gram.
type gramCount struct{ gram, count int32 }

// reset collects the grams of the query's words that are neither numbers, stop
// words nor stemmed, nor n-grams already. They are of the script of the first
// such word.
func (g *grams) reset(q *query) {
	g.n, g.df, g.found = 0, g.df[:0], g.found[:0]
	g.known.reset(len(q.written))
	for i, term := range q.sequence {
		t, word := &q.terms[term], q.word(i)
		if t.stop || t.stem != 0 || cut(word) {
			continue
		}
		folded := q.variants.word(int32(i))
		if g.n == 0 && !number(folded) {
			g.setLength(latin(folded))
		}
		if g.counts(folded) {
			for _, gram := range g.of(folded) {
				g.collect(gram)
			}
		}
	}
	if len(g.df) == 0 {
		g.n = 0
	}
	g.tf = zeroed(g.tf, len(g.df))
}

// cut reports words that are n-grams of their script.
func cut(word []byte) bool {
	first, _ := utf8.DecodeRune(word)
	script := text.ScriptOf(first)
	return script == text.EastAsian || script == text.Unspaced
}

// number reports a folded word that begins with a digit. It has no grams:
// see RATIONALE: why-numbers-have-no-n-grams.
func number(folded []byte) bool { return folded[0] <= '9' }

// latin reports a folded word that begins with a Latin letter.
func latin(folded []byte) bool { return folded[0] < utf8.RuneSelf }

// counts reports whether grams of a folded word are asked for.
func (g *grams) counts(folded []byte) bool {
	return g.n != 0 && latin(folded) == g.latin && !number(folded)
}

func (g *grams) setLength(latin bool) {
	g.latin, g.n = latin, 3
	if latin {
		g.n = 4
	}
}

// of answers the grams of a folded word, each its letters packed 16 bits each,
// then mixed.
func (g *grams) of(folded []byte) []uint64 {
	var packed uint64
	mask := uint64(1)<<(16*g.n) - 1 // all ones for four letters
	g.packed = g.packed[:0]
	for i, seen := 0, 1; i < len(folded); seen++ {
		r, size := text.Letter(folded, i)
		i += size
		packed = (packed<<16 | uint64(r&0xFFFF)) & mask
		if seen >= g.n {
			mixed := packed * 0x9E3779B97F4A7C15
			g.packed = append(g.packed, mixed^mixed>>32)
		}
	}
	return g.packed
}

func (g *grams) collect(gram uint64) {
	if g.known.find(gram) == none {
		g.known.put(gram, int32(len(g.df)))
		g.df = append(g.df, 0)
	}
}

// begin starts a document.
func (g *grams) begin() {
	g.from = int32(len(g.found))
	g.active = g.active[:0]
}

// add counts the grams of the scanner's token.
func (g *grams) add(sc *text.Scanner) {
	if folded := sc.Folded(); g.counts(folded) {
		for _, gram := range g.of(folded) {
			g.count(gram)
		}
	}
}

func (g *grams) count(gram uint64) {
	i := g.known.values[g.known.place(gram)]
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
// 0.4 + 0.6·rarity, which is given by document frequency.
func (g *grams) score(docs []document, rarity []Score) {
	if g.n == 0 {
		return
	}
	total := Score(0)
	for i, df := range g.df {
		g.df[i] = floorListed + mul(One-floorListed, rarity[df]) // now a weight
		total += g.df[i]
	}
	for i := range docs {
		d := &docs[i]
		sum := Score(0)
		for _, c := range g.found[d.grams.from:d.grams.to] {
			sum += mul(g.df[c.gram], saturated(Score(c.count), d.saturate))
		}
		d.raw[Grams] = share(sum, total)
	}
}
