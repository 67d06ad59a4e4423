package frame

import "github.com/splitrank/splitrank/heuristics"

// Decode reads the frame b into r. Its strings share b's memory. The error is
// an *Error; r is then not to be used.
func (r *Response) Decode(b []byte) error {
	if err := expect(b, ResponseKind, responseFixed); err != nil {
		return err
	}
	w := words(b)
	s, err := readShape(w, len(b))
	if err != nil {
		return err
	}
	flags, trust := w.u32(12), heuristics.Score(w.u64(16))
	if flags&^flagStemmed != 0 || !exact(trust) {
		return malformed("response", "a flag or a number out of range")
	}
	d := responseReader{w: w, shape: s, part: s.partsAt(), span: s.spansAt()}
	strings := blob{rest: b[s.end():]}
	r.Scorer = strings.next(w.u32(24))
	r.Ranking = heuristics.Ranking{Language: strings.next(w.u32(28)), Stemmed: flags&flagStemmed != 0, Trust: trust}
	distinct := d.readNames(&strings)
	if err := strings.end(); err != nil {
		return err
	}
	if !distinct {
		return malformed("names", "not distinct")
	}
	return d.readItems(&r.Ranking)
}

// readShape reads the four counts and checks them against the frame's size,
// so that what is allocated is bounded by what was sent.
func readShape(w words, size int) (shape, error) {
	n, items, parts, spans := w.u32(32), w.u32(36), w.u32(40), w.u32(44)
	if n > MaxNames {
		return shape{}, tooLarge("names")
	}
	if int64(n)*nameBytes+int64(items)*itemBytes+int64(parts)*partBytes+int64(spans)*spanBytes > int64(size-responseFixed) {
		return shape{}, malformed("response", "more than the frame holds")
	}
	return shape{int(n), int(items), int(parts), int(spans)}, nil
}

// responseReader walks the arrays of a response frame.
type responseReader struct {
	w     words
	shape shape
	names names
	// used names so far: the next new one must be this.
	used       uint32
	part, span int
}

// readNames reports whether the names are distinct.
func (d *responseReader) readNames(strings *blob) bool {
	distinct := true
	for i := range d.shape.names {
		at, _ := d.names.add(strings.next(d.w.u32(responseFixed + nameBytes*i)))
		distinct = distinct && at == uint32(i)
	}
	return distinct
}

// name looks up a reference and holds it to the order of first use.
func (d *responseReader) name(i uint32) (string, bool) {
	if i > d.used || i >= uint32(d.shape.names) {
		return "", false
	}
	if i == d.used {
		d.used++
	}
	return d.names.list[i], true
}

func (d *responseReader) readItems(r *heuristics.Ranking) error {
	if d.shape.items == 0 {
		return d.finished()
	}
	r.Items = make([]heuristics.Item, d.shape.items)
	for i := range r.Items {
		if !d.readItem(d.shape.itemsAt()+itemBytes*i, &r.Items[i]) {
			return malformed("items", "a number out of range")
		}
	}
	for i := range r.Items {
		if !d.readParts(d.shape.itemsAt()+itemBytes*i, &r.Items[i]) {
			return malformed("items", "parts or spans out of range")
		}
	}
	return d.finished()
}

// finished checks that every name, part and span was used.
func (d *responseReader) finished() error {
	if d.used != uint32(d.shape.names) || d.part != d.shape.spansAt() || d.span != d.shape.end() {
		return malformed("response", "holds what no item uses")
	}
	return nil
}

func (d *responseReader) readItem(at int, it *heuristics.Item) bool {
	reason, ok := d.name(d.w.u32(at + 12))
	score, index, flags := heuristics.Score(d.w.u64(at)), d.w.u32(at+8), d.w.u32(at+16)
	if !ok || index > maxInt || flags&^flagKept != 0 || !exact(score) {
		return false
	}
	it.Score, it.Index, it.Reason, it.Kept = score, int(index), heuristics.Reason(reason), flags&flagKept != 0
	return true
}

func (d *responseReader) readParts(at int, it *heuristics.Item) bool {
	parts, spans := d.w.u32(at+20), d.w.u32(at+24)
	if int64(d.part)+int64(parts)*partBytes > int64(d.shape.spansAt()) ||
		int64(d.span)+int64(spans)*spanBytes > int64(d.shape.end()) {
		return false
	}
	for range parts {
		p, ok := d.readPart()
		if !ok {
			return false
		}
		it.Explanation = append(it.Explanation, p)
	}
	for range spans {
		m := heuristics.Span{Start: int(d.w.u32(d.span)), End: int(d.w.u32(d.span + 4))}
		if m.End < m.Start || m.End > maxInt {
			return false
		}
		d.span += spanBytes
		it.Matches = append(it.Matches, m)
	}
	return true
}

func (d *responseReader) readPart() (heuristics.Part, bool) {
	signal, ok := d.name(d.w.u32(d.part))
	p := heuristics.Part{
		Signal:       signal,
		Raw:          heuristics.Score(d.w.u64(d.part + 4)),
		Weight:       heuristics.Score(d.w.u64(d.part + 12)),
		Contribution: heuristics.Score(d.w.u64(d.part + 20)),
	}
	d.part += partBytes
	return p, ok && exact(p.Raw) && exact(p.Weight) && exact(p.Contribution)
}
