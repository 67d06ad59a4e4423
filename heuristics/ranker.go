package heuristics

import (
	"slices"

	"github.com/splitrank/splitrank/heuristics/text"
)

// Ranker ranks one query after another and reuses its memory: after the first
// calls only stemmers allocate. The zero value is ready. It is not safe for
// concurrent use, and a Ranking it answers is valid until its next call.
type Ranker struct {
	query   query
	matcher matcher
	scanner text.Scanner
	vectors vectors
	grams   grams
	docs    []document
	hits    []hit
	others  int // hits that are spelled otherwise than the query
	content []hit
	tallies []tally
	lexical lexical
	touched []int32
	runs    []run
	weights [signals]Score // shares of their sum
	trust   Score
	keys    []uint64
	byRank  []int32
	places  []Score // FirstStageOrder by rank
	nearest []Score
	items   []Item
	kept    []int
	byScore bool // they were chosen by score
	parts   []Part
	spans   []Span
}

// Rank orders all documents. The query may be any text; one without words
// leaves the first stage's order. Errors are *OptionError or *DocumentError.
func (r *Ranker) Rank(query string, docs []Document, o Options) (Ranking, error) {
	return r.rank(query, docs, o, nil)
}

// rank orders all documents and, with a budget, trims them.
func (r *Ranker) rank(query string, docs []Document, o Options, b *Budget) (Ranking, error) {
	if err := o.Validate(); err != nil {
		return Ranking{}, err
	}
	if err := validateDocuments(query, docs); err != nil {
		return Ranking{}, err
	}
	r.trust, r.kept, r.byScore = 0, r.kept[:0], false
	r.prepare(query, docs, o)
	if len(docs) > 0 {
		r.scoreWords()
		r.combine(o)
	}
	r.list()
	if b != nil {
		r.trim(query, docs, o.FirstStage, *b)
	}
	r.finish(o)
	return Ranking{Language: r.query.language, Stemmed: r.query.stemmed, Trust: r.trust, Items: r.items}, nil
}

// prepare takes query and documents apart.
func (r *Ranker) prepare(query string, docs []Document, o Options) {
	r.query.parse(query, o)
	r.matcher.reset(&r.query, o)
	r.grams.reset(&r.query)
	r.vectors.reset(docs)
	r.scan(docs)
	r.rankFirstStage(docs)
	r.countTerms()
	r.query.weigh(len(docs))
	r.vectors.weigh(r.docs)
	for i := range r.docs {
		r.docs[i].raw[Length] = o.Length.fit(int(r.docs[i].words))
	}
}

// list fills r.items in the order of the scores.
func (r *Ranker) list() {
	r.sort()
	r.items = slices.Grow(r.items[:0], len(r.docs))
	for _, key := range r.keys {
		i := int(r.byRank[uint32(key)])
		r.items = append(r.items, Item{Index: i, Score: r.docs[i].score, Kept: true})
	}
}

// finish adds to r.items what was asked for beside the scores.
func (r *Ranker) finish(o Options) {
	r.parts, r.spans = r.parts[:0], r.spans[:0]
	if o.Diversity > 0 {
		r.Diversify(r.items, o.Diversity)
	}
	if o.Explain {
		r.explain()
	}
	if o.Matches {
		r.match()
	}
}

// sort orders r.keys by falling score, then by first-stage rank: the score
// stands inverted in the high half of a key, the rank in the low half.
func (r *Ranker) sort() {
	r.keys = r.keys[:0]
	for at, i := range r.byRank {
		r.keys = append(r.keys, uint64(One-r.docs[i].score)<<32|uint64(at))
	}
	slices.Sort(r.keys)
}
