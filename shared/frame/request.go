package frame

import (
	"math"
	"strconv"

	"github.com/splitrank/splitrank/heuristics"
)

// Operation asked for.
type Operation uint32

const (
	// Rank orders all documents.
	Rank Operation = iota
	// Trim orders them and marks those to keep.
	Trim
)

// Request is one batch. Options.Stemmers does not travel: a program uses the
// stemmers built into it.
type Request struct {
	Operation Operation
	Options   heuristics.Options
	Budget    heuristics.Budget
	// TopK items are wanted in the response, 0 = all.
	TopK      int
	Query     string
	Documents []heuristics.Document
}

const (
	requestFixed  = 76
	documentBytes = 12

	reservedFrom = 36
	reservedTo   = 64

	flagHidden  = 1 << 0
	flagExplain = 1 << 1
	flagMatches = 1 << 2
	flagsKnown  = flagHidden | flagExplain | flagMatches
)

// AppendRequest appends the frame of r to dst. The error is an *Error that
// names the field over a limit or out of range; dst is then returned as it was.
func AppendRequest(dst []byte, r *Request) ([]byte, error) {
	if err := r.check(); err != nil {
		return dst, err
	}
	start := len(dst)
	dst, w := grow(dst, requestFixed+documentBytes*len(r.Documents))
	r.putFixed(w)
	for i, d := range r.Documents {
		at := requestFixed + documentBytes*i
		w.putU32(at, uint32(len(d.Title)))
		w.putU32(at+4, uint32(len(d.Text)))
		w.putU32(at+8, uint32(d.Rank))
	}
	dst = append(append(dst, r.Options.Language...), r.Query...)
	for _, d := range r.Documents {
		dst = append(append(dst, d.Title...), d.Text...)
	}
	seal(dst[start:], RequestKind)
	return dst, nil
}

func (r *Request) putFixed(w words) {
	w.putU32(12, uint32(r.Operation))
	w.putU32(16, r.flags())
	w.putU32(20, uint32(r.TopK))
	w.putU32(24, uint32(r.Budget.Documents))
	w.putU64(28, math.Float64bits(r.Options.Diversity))
	w.putU32(64, uint32(len(r.Options.Language)))
	w.putU32(68, uint32(len(r.Query)))
	w.putU32(72, uint32(len(r.Documents)))
}

func (r *Request) flags() uint32 {
	var f uint32
	if r.Options.FirstStage == heuristics.Hidden {
		f |= flagHidden
	}
	if r.Options.Explain {
		f |= flagExplain
	}
	if r.Options.Matches {
		f |= flagMatches
	}
	return f
}

// check holds r against what a frame can say.
func (r *Request) check() error {
	switch {
	case r.Operation > Trim:
		return outOfRange("operation", "neither rank nor trim")
	case r.Options.FirstStage > heuristics.Hidden:
		return outOfRange("first_stage", "neither given nor hidden")
	case r.TopK < 0 || r.TopK > maxInt:
		return outOfRange("top_k", "not between 0 and 2147483647")
	case r.Budget.Documents < 0 || r.Budget.Documents > maxInt:
		return outOfRange("budget", "not between 0 and 2147483647")
	case !(r.Options.Diversity >= 0 && r.Options.Diversity <= 1):
		return outOfRange("diversity", "not between 0 and 1")
	case len(r.Documents) > MaxDocuments:
		return tooMany()
	}
	return r.checkSizes()
}

func (r *Request) checkSizes() error {
	size := int64(requestFixed) + int64(len(r.Options.Language)) + int64(len(r.Query))
	for i, d := range r.Documents {
		if d.Rank < 0 || d.Rank > maxInt {
			return badRank(i)
		}
		size += documentBytes + int64(len(d.Title)) + int64(len(d.Text))
	}
	if size > MaxBytes {
		return tooLarge("frame")
	}
	return nil
}

func badRank(document int) *Error {
	return outOfRange("documents["+strconv.Itoa(document)+"].rank", "not between 0 and 2147483647")
}

// Decode reads the frame b into r and keeps the memory of r.Documents. Its
// strings share b's memory: they are good as long as b is left alone. The
// error is an *Error; r is then not to be used.
func (r *Request) Decode(b []byte) error {
	if err := expect(b, RequestKind, requestFixed); err != nil {
		return err
	}
	w := words(b)
	if err := r.decodeOptions(w); err != nil {
		return err
	}
	n := w.u32(72)
	if n > MaxDocuments {
		return tooMany()
	}
	strings := requestFixed + documentBytes*int(n)
	if strings > len(b) {
		return malformed("documents", "more than the frame holds")
	}
	s := blob{rest: b[strings:]}
	r.Options.Language = s.next(w.u32(64))
	r.Query = s.next(w.u32(68))
	return r.decodeDocuments(w, int(n), &s)
}

func (r *Request) decodeOptions(w words) error {
	flags, diversity := w.u32(16), math.Float64frombits(w.u64(28))
	topK, budget := w.u32(20), w.u32(24)
	if flags&^flagsKnown != 0 {
		return malformed("flags", "an option this version does not know")
	}
	for at := reservedFrom; at < reservedTo; at += 4 {
		if w.u32(at) != 0 {
			return malformed("reserved", "an option this version does not know")
		}
	}
	if topK > maxInt || budget > maxInt {
		return malformed("top_k or budget", "over 2147483647")
	}
	r.Operation, r.TopK = Operation(w.u32(12)), int(topK)
	r.Budget = heuristics.Budget{Documents: int(budget)}
	r.Options = heuristics.Options{
		Diversity: diversity,
		Explain:   flags&flagExplain != 0,
		Matches:   flags&flagMatches != 0,
	}
	if flags&flagHidden != 0 {
		r.Options.FirstStage = heuristics.Hidden
	}
	r.Documents = r.Documents[:0]
	return r.check()
}

func (r *Request) decodeDocuments(w words, n int, s *blob) error {
	if cap(r.Documents) < n {
		r.Documents = make([]heuristics.Document, 0, n)
	}
	r.Documents = r.Documents[:n]
	for i := range r.Documents {
		at := requestFixed + documentBytes*i
		title, text, rank := s.next(w.u32(at)), s.next(w.u32(at+4)), w.u32(at+8)
		if rank > maxInt {
			return badRank(i)
		}
		r.Documents[i] = heuristics.Document{Title: title, Text: text, Rank: int(rank)}
	}
	return s.end()
}
