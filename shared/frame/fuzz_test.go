package frame

import (
	"bytes"
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/splitrank/splitrank/heuristics"
)

// FuzzDecode feeds bytes to all three readers: none may panic, an error is an
// *Error, and what is accepted is encoded again to the same bytes.
func FuzzDecode(f *testing.F) {
	for _, v := range requestValues() {
		b, _ := AppendRequest(nil, v.Value.request())
		f.Add(b)
	}
	for _, v := range responseValues() {
		b, _ := AppendResponse(nil, v.Value.response())
		f.Add(b)
	}
	for _, v := range errorValues() {
		f.Add(AppendError(nil, &Error{v.Value.Code, v.Value.Field, v.Value.Message}))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		b = bytes.Clone(b)
		if len(b) >= headerBytes {
			seal(b, Kind(words(b).u32(4))) // past the header, where the reading is
		}
		canonical(t, b, new(Request), (*Request).Decode, AppendRequest)
		canonical(t, b, new(Response), (*Response).Decode, AppendResponse)
		e, err := DecodeError(b)
		if err == nil && !bytes.Equal(AppendError(nil, e), b) {
			t.Errorf("error frame %x is not the only one of %v", b, e)
		}
	})
}

func canonical[T any](t *testing.T, b []byte, v *T, decode func(*T, []byte) error, encode func([]byte, *T) ([]byte, error)) {
	t.Helper()
	if err := decode(v, b); err != nil {
		if !errors.As(err, new(*Error)) {
			t.Errorf("error %v is no *Error", err)
		}
		return
	}
	again, err := encode(nil, v)
	if err != nil {
		t.Fatalf("encoding what was decoded: %v", err)
	}
	if !bytes.Equal(again, b) {
		t.Errorf("two frames of one value:\n%x\n%x", b, again)
	}
}

// FuzzRequest encodes a request and decodes it again.
func FuzzRequest(f *testing.F) {
	f.Add("q", "title", "text", "en", 3, 1, -1, 0.5, true)
	f.Fuzz(func(t *testing.T, query, title, text, language string, rank, topK, budget int, diversity float64, flag bool) {
		want := Request{
			Operation: Trim, TopK: topK, Query: query,
			Options:   heuristics.Options{Language: language, Diversity: diversity, Explain: flag, Matches: !flag, Typing: flag},
			Budget:    heuristics.Budget{Floor: topK, FirstStage: budget},
			Documents: []heuristics.Document{{Title: title, Text: text, Rank: rank}, {}, {Text: query}},
		}
		if flag {
			want.Options.Weights = &heuristics.Weights{Phrase: rank, FirstStage: topK}
			want.Options.Length = heuristics.LengthCurve{Long: rank}
		}
		b, err := AppendRequest([]byte("before"), &want)
		if err != nil {
			inRange := topK >= 0 && topK <= maxInt && rank >= 0 && rank <= maxInt && budget >= -1 && budget <= maxInt && diversity >= 0 && diversity <= 1
			if inRange {
				t.Errorf("refused: %v", err)
			}
			return
		}
		var got Request
		if err := got.Decode(b[len("before"):]); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("changed (-want +got):\n%s", d)
		}
	})
}

// FuzzResponse encodes a response and decodes it again.
func FuzzResponse(f *testing.F) {
	f.Add("h1", "en", "reason", "signal", int64(1), int64(-1), 3, 5, true)
	f.Fuzz(func(t *testing.T, scorer, language, reason, signal string, a, b int64, start, end int, flag bool) {
		x, y := heuristics.Score(a), heuristics.Score(b)
		want := Response{Scorer: scorer, Ranking: heuristics.Ranking{Language: language, Stemmed: flag, Trust: y, Items: []heuristics.Item{
			{Index: 1, Score: x, Kept: flag, Reason: heuristics.Reason(reason), Explanation: []heuristics.Part{{Signal: heuristics.Signal(signal), Raw: x, Weight: y, Contribution: x}}},
			{Index: 0, Score: y, Reason: heuristics.Reason(signal), Matches: []heuristics.Span{{Start: start, End: end}, {}}},
		}}}
		buf, err := AppendResponse(nil, &want)
		if err != nil {
			if exact(x) && exact(y) && 0 <= start && start <= end && end <= math.MaxInt32 {
				t.Errorf("refused: %v", err)
			}
			return
		}
		var got Response
		if err := got.Decode(buf); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("changed (-want +got):\n%s", d)
		}
	})
}
