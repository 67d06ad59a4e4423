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
	requestFixed  = 140
	documentBytes = 12

	lengthAt   = 32
	budgetAt   = 40
	weightsAt  = 60
	reservedAt = 96
	languageAt = 128
	queryAt    = 132
	countAt    = 136

	flagHidden  = 1 << 0
	flagExplain = 1 << 1
	flagMatches = 1 << 2
	flagWeights = 1 << 3
	flagTyping  = 1 << 4
	flagsKnown  = flagHidden | flagExplain | flagMatches | flagWeights | flagTyping
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
	w.putU64(24, math.Float64bits(r.Options.Diversity))
	for i, v := range r.numbers() {
		w.putU32(lengthAt+4*i, uint32(v))
	}
	w.putU32(languageAt, uint32(len(r.Options.Language)))
	w.putU32(queryAt, uint32(len(r.Query)))
	w.putU32(countAt, uint32(len(r.Documents)))
}

// numbers are length, budget and weights in the order of the layout.
func (r *Request) numbers() [(reservedAt - lengthAt) / 4]int {
	l, b, w := r.Options.Length, r.Budget, heuristics.Weights{}
	if r.Options.Weights != nil {
		w = *r.Options.Weights
	}
	return [...]int{
		l.Short, l.Long,
		b.Documents, b.Floor, b.Cap, int(b.Threshold), b.FirstStage,
		w.Overlap, w.Exact, w.Phrase, w.Proximity, w.Position, w.Grams, w.Feedback, w.Length, w.FirstStage,
	}
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
	if r.Options.Weights != nil {
		f |= flagWeights
	}
	if r.Options.Typing {
		f |= flagTyping
	}
	return f
}

// check holds r against what a frame can say. What the numbers mean is for
// heuristics to judge.
func (r *Request) check() error {
	switch {
	case r.Operation > Trim:
		return outOfRange("operation", "neither rank nor trim")
	case r.Options.FirstStage > heuristics.Hidden:
		return outOfRange("firstStage", "neither given nor hidden")
	case r.TopK < 0 || r.TopK > maxInt:
		return outOfRange("topK", "not between 0 and 2147483647")
	case !(r.Options.Diversity >= 0 && r.Options.Diversity <= 1):
		return outOfRange("diversity", "not between 0 and 1")
	case len(r.Documents) > MaxDocuments:
		return tooMany()
	}
	for i, v := range r.numbers() {
		if v < leastNumber(i) || v > maxInt {
			return outOfRange(numberNames[i], "not between "+strconv.Itoa(leastNumber(i))+" and 2147483647")
		}
	}
	return r.checkSizes()
}

// numberNames are the fields of numbers, as JavaScript calls them.
var numberNames = [(reservedAt - lengthAt) / 4]string{
	"length.short", "length.long",
	"budget.documents", "budget.floor", "budget.cap", "budget.threshold", noneOrMore,
	"weights.overlap", "weights.exact", "weights.phrase", "weights.proximity", "weights.position",
	"weights.grams", "weights.feedback", "weights.length", "weights.firstStage",
}

// noneOrMore is the one number that may be -1.
const noneOrMore = "budget.firstStage"

func leastNumber(i int) int {
	if numberNames[i] == noneOrMore {
		return -1
	}
	return 0
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
	n := w.u32(countAt)
	if n > MaxDocuments {
		return tooMany()
	}
	strings := requestFixed + documentBytes*int(n)
	if strings > len(b) {
		return malformed("documents", "more than the frame holds")
	}
	s := blob{rest: b[strings:]}
	r.Options.Language = s.next(w.u32(languageAt))
	r.Query = s.next(w.u32(queryAt))
	return r.decodeDocuments(w, int(n), &s)
}

func (r *Request) decodeOptions(w words) error {
	flags, topK := w.u32(16), w.u32(20)
	if flags&^flagsKnown != 0 {
		return malformed("flags", "an option this version does not know")
	}
	for at := reservedAt; at < languageAt; at += 4 {
		if w.u32(at) != 0 {
			return malformed("reserved", "an option this version does not know")
		}
	}
	if topK > maxInt {
		return outOfRange("topK", "not between 0 and 2147483647")
	}
	r.Operation, r.TopK = Operation(w.u32(12)), int(topK)
	r.Options = heuristics.Options{
		Diversity: math.Float64frombits(w.u64(24)),
		Explain:   flags&flagExplain != 0,
		Matches:   flags&flagMatches != 0,
		Typing:    flags&flagTyping != 0,
	}
	if flags&flagHidden != 0 {
		r.Options.FirstStage = heuristics.Hidden
	}
	r.Documents = r.Documents[:0]
	if err := r.decodeNumbers(w, flags&flagWeights != 0); err != nil {
		return err
	}
	return r.check()
}

// decodeNumbers is the inverse of numbers.
func (r *Request) decodeNumbers(w words, weights bool) error {
	at := lengthAt
	next := func() int {
		at += 4
		return int(int32(w.u32(at - 4)))
	}
	r.Options.Length = heuristics.LengthCurve{Short: next(), Long: next()}
	r.Budget = heuristics.Budget{
		Documents: next(), Floor: next(), Cap: next(), Threshold: heuristics.Score(next()), FirstStage: next(),
	}
	given := heuristics.Weights{
		Overlap: next(), Exact: next(), Phrase: next(), Proximity: next(), Position: next(),
		Grams: next(), Feedback: next(), Length: next(), FirstStage: next(),
	}
	if weights {
		kept := given // given itself stays off the heap where there are none
		r.Options.Weights = &kept
	} else if given != (heuristics.Weights{}) {
		return malformed("weights", "there, though the flag says that they are not")
	}
	return nil
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
