package frame_test

import (
	"bytes"
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/frame"
	"github.com/splitrank/splitrank/shared/frame/frametest"
)

// FuzzDecode feeds bytes to the reader: it may not panic, an error is an *Error,
// and what is accepted is encoded again to the same bytes.
func FuzzDecode(f *testing.F) {
	for _, v := range requestValues() {
		f.Add(frametest.Request(v.Value.request()))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) >= frame.HeaderBytes { // past the header, where the reading is
			b = with(with(resized(b), 0, frame.Magic), 4, uint32(frame.RequestKind))
		}
		var r frame.Request
		if err := r.Decode(b); err != nil {
			if !errors.As(err, new(*frame.Error)) {
				t.Errorf("error %v is no *Error", err)
			}
		} else if again := frametest.Request(&r); !bytes.Equal(again, b) {
			t.Errorf("two frames of one value:\n%x\n%x", b, again)
		}
	})
}

// FuzzRequest encodes a request and decodes it again.
func FuzzRequest(f *testing.F) {
	f.Add("q", "title", "text", "en", 3, 1, -1, 0.5, true)
	f.Fuzz(func(t *testing.T, query, title, text, language string, rank, topK, budget int, diversity float64, flag bool) {
		want := frame.Request{
			Operation: frame.Trim, TopK: topK, Query: query,
			Options:   heuristics.Options{Language: language, Diversity: diversity, Explain: flag, Matches: !flag, Typing: flag},
			Budget:    heuristics.Budget{Floor: topK, FirstStage: budget},
			Documents: []heuristics.Document{{Title: title, Text: text, Rank: rank}, {}, {Text: query}},
		}
		if flag {
			want.Options.Weights = &heuristics.Weights{heuristics.Phrase: rank, heuristics.FirstStageOrder: topK}
			want.Options.Length = heuristics.LengthCurve{Long: rank}
		}
		inRange := func(n, least int) bool { return n >= least && n <= frame.MaxInt }
		if !inRange(topK, 0) || !inRange(rank, 0) || !inRange(budget, -1) {
			return
		}
		var got frame.Request
		if err := got.Decode(frametest.Request(&want)); err != nil {
			if diversity >= 0 && diversity <= 1 {
				t.Errorf("refused: %v", err)
			}
			return
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
		want := frame.Response{Scorer: scorer, Ranking: heuristics.Ranking{Language: language, Stemmed: flag, Trust: y, Items: []heuristics.Item{
			{Index: 1, Score: x, Kept: flag, Reason: heuristics.Reason(reason), Explanation: []heuristics.Part{{Signal: signal, Raw: x, Weight: y, Contribution: x}}},
			{Index: 0, Score: y, Reason: heuristics.Reason(signal), Matches: []heuristics.Span{{Start: start, End: end}, {}}},
		}}}
		buf, err := frame.AppendResponse(nil, &want)
		if err != nil {
			exact := func(n heuristics.Score) bool { return n >= -frame.MaxExact && n <= frame.MaxExact }
			if exact(x) && exact(y) && 0 <= start && start <= end && end <= math.MaxInt32 {
				t.Errorf("refused: %v", err)
			}
			return
		}
		got := frametest.Response(buf)
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("changed (-want +got):\n%s", d)
		}
	})
}
