package heuristics

// Bounds of the number of buckets that words are hashed into, powers of two.
const (
	minBuckets = 1 << 10
	maxBuckets = 1 << 15
)

// entry is one bucket of a document's vector.
type entry struct {
	bucket int32
	value  int32 // occurrences, then their weight as a Score
}

// bucket stands for the words that hash to it.
type bucket struct {
	last int32 // its newest entry
	df   int32 // documents that hold it
}

// vectors are the documents as bags of words: light words hashed into
// buckets. Two words that share a bucket count as one, which costs nothing
// measurable and saves a table of words: see RATIONALE: why-feedback-is-a-cosine.
type vectors struct {
	mask     uint64
	buckets  []bucket
	centroid []Score
	entries  []entry // the memory of all; those before free are in use
	free     int32
	from     int32   // first entry of the current document
	rarity   []Score // by document frequency (see rarities)
}

// reset sizes the table by the bytes to come, so that it does not depend on
// anything else.
func (v *vectors) reset(docs []Document) {
	total := 0
	for i := range docs {
		total += len(docs[i].Title) + len(docs[i].Text)
	}
	size := minBuckets
	for size < maxBuckets && size < total/16 {
		size *= 2
	}
	v.mask = uint64(size - 1)
	v.free = 1 // entry 0 is never used, so that 0 in bucket.last means none
	v.buckets = zeroed(v.buckets, size)
	v.centroid = zeroed(v.centroid, size)
}

// zeroed answers n zeros in the memory of s if they fit.
func zeroed[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	s = s[:n]
	clear(s)
	return s
}

// begin starts a document and answers its first entry. It makes room for all
// buckets and one, so that add need not ask.
func (v *vectors) begin() int32 {
	if most := len(v.buckets) + 1; len(v.entries) < int(v.free)+most {
		v.entries = append(v.entries, make([]entry, most)...)
		v.entries = v.entries[:cap(v.entries)]
	}
	v.from = v.free
	return v.from
}

// add counts a word. Whether the document has had it is not asked by a branch,
// which no processor could guess. See RATIONALE: why-words-are-counted-without-a-branch.
func (v *vectors) add(word uint64) {
	i := word & v.mask
	b := &v.buckets[i]
	fresh := (b.last - v.from) >> 31 // all ones for the first of its bucket in the document, else zero
	at := b.last ^ (b.last^v.free)&fresh
	e := &v.entries[at]
	*e = entry{int32(i), e.value&^fresh + 1}
	b.last = at
	b.df -= fresh
	v.free -= fresh
}

// end answers the end of the document's entries.
func (v *vectors) end() int32 { return v.free }

// weigh turns counts into weights, tf/(tf+K) times the rarity of the bucket
// among the candidates, and sets the length of every vector.
func (v *vectors) weigh(docs []document) {
	v.rarity = rarities(v.rarity, len(docs))
	for i := range docs {
		docs[i].norm = v.weighOne(v.entries[docs[i].entries.from:docs[i].entries.to], docs[i].saturate)
	}
}

func (v *vectors) weighOne(entries []entry, k Score) Score {
	var known [8]Score // saturated counts
	for tf := range known {
		known[tf] = saturated(Score(tf), k)
	}
	squares := uint64(0)
	for i := range entries {
		e := &entries[i]
		var s Score
		if e.value < int32(len(known)) {
			s = known[e.value]
		} else {
			s = saturated(Score(e.value), k)
		}
		w := mul(s, v.rarity[v.buckets[e.bucket].df])
		e.value = int32(w)
		squares += uint64(w * w)
	}
	return Score(isqrt(squares))
}

// addToCentroid adds a document, scaled to length One and times weight, to the
// centroid.
func (v *vectors) addToCentroid(d *document, weight Score) {
	if d.norm == 0 {
		return
	}
	for _, e := range v.entries[d.entries.from:d.entries.to] {
		v.centroid[e.bucket] += mul(Score(e.value)*One/d.norm, weight)
	}
}

// removeFromCentroid sets the centroid to zero wherever the document has a word.
func (v *vectors) removeFromCentroid(d *document) {
	for _, e := range v.entries[d.entries.from:d.entries.to] {
		v.centroid[e.bucket] = 0
	}
}

// similarity is the dot product of a document, scaled to length One, with the
// centroid.
func (v *vectors) similarity(d *document) Score {
	sum := Score(0)
	for _, e := range v.entries[d.entries.from:d.entries.to] {
		sum += Score(e.value) * v.centroid[e.bucket]
	}
	if d.norm == 0 {
		return 0
	}
	return sum / d.norm
}
