package frame

import "github.com/splitrank/splitrank/heuristics"

// Response is the answer to one Request.
type Response struct {
	// Scorer that decided, as heuristics.VersionWith names it.
	Scorer  string
	Ranking heuristics.Ranking
}

const (
	responseFixed = 48
	nameBytes     = 4
	itemBytes     = 28
	partBytes     = 28
	spanBytes     = 8

	flagStemmed = 1 << 0
	flagKept    = 1 << 0
)

// names interns the few reasons and signals of a response, in order of use.
type names struct {
	list  [MaxNames]string
	count int
	bytes int
}

// add returns the index of name and whether there was room for it.
func (n *names) add(name string) (uint32, bool) {
	for i := range n.list[:n.count] {
		if n.list[i] == name {
			return uint32(i), true
		}
	}
	if n.count == MaxNames {
		return 0, false
	}
	n.list[n.count] = name
	n.count++
	n.bytes += len(name)
	return uint32(n.count - 1), true
}

// index of a name that was added before.
func (n *names) index(name string) uint32 {
	i, _ := n.add(name)
	return i
}

func (n *names) put(w words) {
	for i, name := range n.list[:n.count] {
		w.putU32(responseFixed+nameBytes*i, uint32(len(name)))
	}
}

// shape is how many of each thing a response holds.
type shape struct{ names, items, parts, spans int }

func (s shape) itemsAt() int { return responseFixed + nameBytes*s.names }
func (s shape) partsAt() int { return s.itemsAt() + itemBytes*s.items }
func (s shape) spansAt() int { return s.partsAt() + partBytes*s.parts }
func (s shape) end() int     { return s.spansAt() + spanBytes*s.spans }

// AppendResponse appends the frame of r to dst, without allocating when dst
// has room. The error is an *Error of CodeInternal or CodeTooLarge: a response
// no scorer should give; dst is then returned as it was.
func AppendResponse(dst []byte, r *Response) ([]byte, error) {
	var n names
	s, err := measure(&n, r.Ranking.Items)
	if err != nil {
		return dst, err
	}
	if !exact(r.Ranking.Trust) {
		return dst, unsayable("trust")
	}
	if int64(s.end())+int64(n.bytes)+int64(len(r.Scorer))+int64(len(r.Ranking.Language)) > MaxBytes {
		return dst, tooLarge("response")
	}
	start := len(dst)
	dst, w := grow(dst, s.end())
	r.putFixed(w, s)
	n.put(w)
	putItems(w, s, &n, r.Ranking.Items)
	// From here on w may be memory that dst has left.
	dst = append(append(dst, r.Scorer...), r.Ranking.Language...)
	for _, name := range n.list[:n.count] {
		dst = append(dst, name...)
	}
	seal(dst[start:], ResponseKind)
	return dst, nil
}

// measure checks items and collects their names, those of the reasons first.
func measure(n *names, items []heuristics.Item) (shape, error) {
	s := shape{items: len(items)}
	for i := range items {
		it := &items[i]
		if _, ok := n.add(string(it.Reason)); !ok {
			return s, unsayable("reason")
		}
		if it.Index < 0 || it.Index > maxInt || !exact(it.Score) {
			return s, unsayable("item")
		}
		s.parts += len(it.Explanation)
		s.spans += len(it.Matches)
	}
	for i := range items {
		if err := measureParts(n, &items[i]); err != nil {
			return s, err
		}
	}
	s.names = n.count
	return s, nil
}

func measureParts(n *names, it *heuristics.Item) error {
	for _, p := range it.Explanation {
		if _, ok := n.add(p.Signal); !ok || !exact(p.Raw) || !exact(p.Weight) || !exact(p.Contribution) {
			return unsayable("explanation")
		}
	}
	for _, m := range it.Matches {
		if m.Start < 0 || m.End < m.Start || m.End > maxInt {
			return unsayable("matches")
		}
	}
	return nil
}

func exact(s heuristics.Score) bool { return s >= -maxExact && s <= maxExact }

func unsayable(field string) *Error {
	return &Error{Code: CodeInternal, Field: field, Message: "beyond what a frame can say"}
}

func (r *Response) putFixed(w words, s shape) {
	if r.Ranking.Stemmed {
		w.putU32(12, flagStemmed)
	}
	w.putU64(16, uint64(r.Ranking.Trust))
	w.putU32(24, uint32(len(r.Scorer)))
	w.putU32(28, uint32(len(r.Ranking.Language)))
	w.putU32(32, uint32(s.names))
	w.putU32(36, uint32(s.items))
	w.putU32(40, uint32(s.parts))
	w.putU32(44, uint32(s.spans))
}

func putItems(w words, s shape, n *names, items []heuristics.Item) {
	part, span := s.partsAt(), s.spansAt()
	for i := range items {
		it := &items[i]
		putItem(w, s.itemsAt()+itemBytes*i, n.index(string(it.Reason)), it)
		for _, p := range it.Explanation {
			w.putU32(part, n.index(p.Signal))
			w.putU64(part+4, uint64(p.Raw))
			w.putU64(part+12, uint64(p.Weight))
			w.putU64(part+20, uint64(p.Contribution))
			part += partBytes
		}
		for _, m := range it.Matches {
			w.putU32(span, uint32(m.Start))
			w.putU32(span+4, uint32(m.End))
			span += spanBytes
		}
	}
}

func putItem(w words, at int, reason uint32, it *heuristics.Item) {
	w.putU64(at, uint64(it.Score))
	w.putU32(at+8, uint32(it.Index))
	w.putU32(at+12, reason)
	if it.Kept {
		w.putU32(at+16, flagKept)
	}
	w.putU32(at+20, uint32(len(it.Explanation)))
	w.putU32(at+24, uint32(len(it.Matches)))
}
