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
	weightsAt  = 60
	reservedAt = weightsAt + 4*len(heuristics.Weights{})
	languageAt = 128
	queryAt    = 132
	countAt    = 136

	// A negative number of reserved bytes does not compile.
	_ = uint(languageAt - reservedAt)

	flagHidden  = 1 << 0
	flagExplain = 1 << 1
	flagMatches = 1 << 2
	flagWeights = 1 << 3
	flagTyping  = 1 << 4
	flagsKnown  = flagHidden | flagExplain | flagMatches | flagWeights | flagTyping
)

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
	stringsAt := requestFixed + documentBytes*int(n)
	if stringsAt > len(b) {
		return malformed("documents", "more than the frame holds")
	}
	s := blob{rest: b[stringsAt:]}
	r.Options.Language = s.next(w.u32(languageAt))
	r.Query = s.next(w.u32(queryAt))
	return r.decodeDocuments(w, int(n), &s)
}

// decodeOptions holds what it reads against what a frame can say. What the
// numbers mean is for heuristics to judge.
func (r *Request) decodeOptions(w words) error {
	operation, flags, topK := w.u32(12), w.u32(16), w.u32(20)
	diversity := math.Float64frombits(w.u64(24))
	switch {
	case flags&^flagsKnown != 0:
		return malformed("flags", "an option this version does not know")
	case !zero(w[reservedAt:languageAt]):
		return malformed("reserved", "an option this version does not know")
	case Operation(operation) > Trim:
		return outOfRange("operation", "neither rank nor trim")
	case topK > maxInt:
		return outOfRange("topK", "not between 0 and 2147483647")
	case !(diversity >= 0 && diversity <= 1):
		return outOfRange("diversity", "not between 0 and 1")
	}
	r.Operation, r.TopK = Operation(operation), int(topK)
	r.Options = heuristics.Options{
		Diversity: diversity, Explain: flags&flagExplain != 0, Matches: flags&flagMatches != 0, Typing: flags&flagTyping != 0,
	}
	if flags&flagHidden != 0 {
		r.Options.FirstStage = heuristics.Hidden
	}
	return r.decodeNumbers(w, flags&flagWeights != 0)
}

func zero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

// decodeNumbers reads length, budget and weights.
func (r *Request) decodeNumbers(w words, weights bool) error {
	var n [(reservedAt - lengthAt) / 4]int
	for i := range n {
		n[i] = int(int32(w.u32(lengthAt + 4*i)))
		if n[i] < leastNumber(i) {
			return outOfRange(numberName(i), "not between "+strconv.Itoa(leastNumber(i))+" and 2147483647")
		}
	}
	r.Options.Length = heuristics.LengthCurve{Short: n[0], Long: n[1]}
	r.Budget = heuristics.Budget{Documents: n[2], Floor: n[3], Cap: n[4], Threshold: heuristics.Score(n[5]), FirstStage: n[6]}
	given := heuristics.Weights(n[len(numberNames):])
	if weights {
		kept := given // given itself stays off the heap where there are none
		r.Options.Weights = &kept
	} else if given != (heuristics.Weights{}) {
		return malformed("weights", "there, though the flag says that they are not")
	}
	return nil
}

// numberNames are the numbers before the weights, as JavaScript calls them.
var numberNames = [...]string{
	"length.short", "length.long",
	"budget.documents", "budget.floor", "budget.cap", "budget.threshold", "budget.firstStage",
}

func numberName(i int) string {
	if i < len(numberNames) {
		return numberNames[i]
	}
	return "weights." + camelCase(heuristics.Signal(i-len(numberNames)).String())
}

// camelCase is a name of several words as JavaScript spells it.
func camelCase(name string) string {
	out := make([]byte, 0, len(name))
	for i, c := range []byte(name) {
		switch {
		case c == '_':
		case i > 0 && name[i-1] == '_':
			out = append(out, c-'a'+'A')
		default:
			out = append(out, c)
		}
	}
	return string(out)
}

// leastNumber is 0 but for the one number that may be -1.
func leastNumber(i int) int {
	if i == len(numberNames)-1 {
		return -1
	}
	return 0
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
			return outOfRange("documents["+strconv.Itoa(i)+"].rank", "not between 0 and 2147483647")
		}
		r.Documents[i] = heuristics.Document{Title: title, Text: text, Rank: int(rank)}
	}
	return s.end()
}
