// Package frametest speaks the other end of shared/frame, that of JavaScript, for
// tests. It writes every request, also those that a reader must refuse, and
// panics where a frame to read is not well-formed.
package frametest

import (
	"encoding/binary"
	"math"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/frame"
)

const (
	magic      = 'S' | 'R'<<8 | 'F'<<16 | 1<<24
	weightsEnd = 128 // with what is reserved
)

// Request is the frame of r.
func Request(r *frame.Request) []byte {
	o, budget := r.Options, r.Budget
	b := words(nil, magic, int(frame.RequestKind), 0, int(r.Operation), flags(o), r.TopK)
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(o.Diversity))
	b = words(b, o.Length.Short, o.Length.Long)
	b = words(b, budget.Documents, budget.Floor, budget.Cap, int(budget.Threshold), budget.FirstStage)
	if o.Weights != nil {
		b = words(b, o.Weights[:]...)
	}
	b = append(b, make([]byte, weightsEnd-len(b))...)
	b = words(b, len(o.Language), len(r.Query), len(r.Documents))
	for _, d := range r.Documents {
		b = words(b, len(d.Title), len(d.Text), d.Rank)
	}
	b = append(append(b, o.Language...), r.Query...)
	for _, d := range r.Documents {
		b = append(append(b, d.Title...), d.Text...)
	}
	binary.LittleEndian.PutUint32(b[8:], uint32(len(b)))
	return b
}

func flags(o heuristics.Options) int {
	bits := 0
	for i, set := range []bool{o.FirstStage == heuristics.Hidden, o.Explain, o.Matches, o.Weights != nil, o.Typing} {
		if set {
			bits |= 1 << i
		}
	}
	return bits
}

func words(b []byte, values ...int) []byte {
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, uint32(v))
	}
	return b
}

// Response reads a response frame.
func Response(b []byte) frame.Response {
	r := open(b, frame.ResponseKind)
	stemmed, trust := r.word() == 1, r.score()
	scorer, language := r.word(), r.word()
	names := make([]string, r.word())
	items, parts, spans := r.word(), r.word(), r.word()
	lengths, rows := r.part(4*len(names)), r.part(28*items)
	ledger, places := r.part(28*parts), r.part(8*spans)
	out := frame.Response{Scorer: r.text(scorer), Ranking: heuristics.Ranking{Language: r.text(language), Stemmed: stemmed, Trust: trust}}
	for i := range names {
		names[i] = r.text(lengths.word())
	}
	for range items {
		out.Ranking.Items = append(out.Ranking.Items, item(rows, ledger, places, names))
	}
	ledger.end()
	places.end()
	r.end()
	return out
}

// item reads a row, and the parts and spans that it counts.
func item(rows, parts, spans *reader, names []string) heuristics.Item {
	it := heuristics.Item{Score: rows.score(), Index: rows.word(), Reason: heuristics.Reason(names[rows.word()]), Kept: rows.word() == 1}
	partCount, spanCount := rows.word(), rows.word()
	for range partCount {
		it.Explanation = append(it.Explanation, heuristics.Part{
			Signal: names[parts.word()], Raw: parts.score(), Weight: parts.score(), Contribution: parts.score(),
		})
	}
	for range spanCount {
		it.Matches = append(it.Matches, heuristics.Span{Start: spans.word(), End: spans.word()})
	}
	return it
}

// Error reads an error frame.
func Error(b []byte) *frame.Error {
	r := open(b, frame.ErrorKind)
	code, field, message := r.word(), r.word(), r.word()
	e := &frame.Error{Code: r.text(code), Field: r.text(field), Message: r.text(message)}
	r.end()
	return e
}

// reader takes values from the front of rest.
type reader struct{ rest []byte }

// open reads the header.
func open(b []byte, kind frame.Kind) *reader {
	r := &reader{b}
	if r.word() != magic || r.word() != int(kind) || r.word() != len(b) {
		panic("frametest: another header than that of the kind wanted")
	}
	return r
}

func (r *reader) word() int {
	return int(binary.LittleEndian.Uint32(r.part(4).rest))
}

func (r *reader) score() heuristics.Score {
	return heuristics.Score(binary.LittleEndian.Uint64(r.part(8).rest))
}

func (r *reader) text(n int) string { return string(r.part(n).rest) }

func (r *reader) part(n int) *reader {
	p := &reader{r.rest[:n]}
	r.rest = r.rest[n:]
	return p
}

func (r *reader) end() {
	if len(r.rest) > 0 {
		panic("frametest: more bytes than values")
	}
}
