package frame_test

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/frame"
	"github.com/splitrank/splitrank/shared/frame/frametest"
)

func TestEncodingRefuses(t *testing.T) {
	item := func(it heuristics.Item) func() ([]byte, error) {
		return func() ([]byte, error) {
			return frame.AppendResponse(nil, &frame.Response{Ranking: heuristics.Ranking{Items: []heuristics.Item{it}}})
		}
	}
	big := strings.Repeat("x", frame.MaxBytes)
	tests := []struct {
		name   string
		encode func() ([]byte, error)
		field  string
	}{
		{"negative index", item(heuristics.Item{Index: -1}), "item"},
		{"inexact score", item(heuristics.Item{Score: frame.MaxExact + 1}), "item"},
		{"inexact part", item(heuristics.Item{Explanation: []heuristics.Part{{Raw: -frame.MaxExact - 1}}}), "explanation"},
		{"span backwards", item(heuristics.Item{Matches: []heuristics.Span{{Start: 2, End: 1}}}), "matches"},
		{"too many bytes of response", item(heuristics.Item{Reason: heuristics.Reason(big)}), "response"},
		{"too many names", tooManyNames, "reason"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b, err := tt.encode()
			var e *frame.Error
			if !errors.As(err, &e) || e.Field != tt.field {
				t.Errorf("got error %v, want field %q", err, tt.field)
			}
			if b != nil {
				t.Errorf("got %d bytes beside the error", len(b))
			}
		})
	}
}

// TestDecodingRefuses: whatever a program may put into a frame.
func TestDecodingRefuses(t *testing.T) {
	for _, tt := range []struct {
		name    string
		request frame.Request
		field   string
	}{
		{"operation", frame.Request{Operation: 2}, "operation"},
		{"negative top k", frame.Request{TopK: -1}, "topK"},
		{"negative budget", frame.Request{Budget: heuristics.Budget{Documents: -1}}, "budget.documents"},
		{"budget of first stage under -1", frame.Request{Budget: heuristics.Budget{FirstStage: -2}}, "budget.firstStage"},
		{"threshold over an int32", frame.Request{Budget: heuristics.Budget{Threshold: 1 << 31}}, "budget.threshold"},
		{"negative weight", frame.Request{Options: heuristics.Options{Weights: &heuristics.Weights{heuristics.Length: -1}}}, "weights.length"},
		{"diversity", frame.Request{Options: heuristics.Options{Diversity: 1.5}}, "diversity"},
		{"negative rank", frame.Request{Documents: []heuristics.Document{{}, {Rank: -1}}}, "documents[1].rank"},
		{"too many documents", frame.Request{Documents: make([]heuristics.Document, frame.MaxDocuments+1)}, "documents"},
		{"too many bytes", frame.Request{Query: strings.Repeat("x", frame.MaxBytes)}, "frame"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var r frame.Request
			var e *frame.Error
			if err := r.Decode(frametest.Request(&tt.request)); !errors.As(err, &e) || e.Field != tt.field {
				t.Errorf("got error %v, want field %q", err, tt.field)
			}
		})
	}
}

func tooManyNames() ([]byte, error) {
	items := make([]heuristics.Item, frame.MaxNames+1)
	for i := range items {
		items[i].Reason = heuristics.Reason(strconv.Itoa(i))
	}
	return frame.AppendResponse(nil, &frame.Response{Ranking: heuristics.Ranking{Items: items}})
}

func TestErrorTooLargeToTell(t *testing.T) {
	e := frametest.Error(frame.AppendError(nil, &frame.Error{Message: strings.Repeat("x", frame.MaxBytes)}))
	if e.Code != frame.CodeInternal {
		t.Errorf("got %v", e)
	}
}

// TestNoAllocations: with room in the buffers, a batch costs none.
func TestNoAllocations(t *testing.T) {
	documents := []heuristics.Document{{Title: "a"}, {Text: "b"}, {Rank: 3}}
	in := frametest.Request(&frame.Request{Query: "q", Documents: documents})
	var r frame.Request
	response, out := responseValues()[2].Value.response(), make([]byte, 0, 4096)
	n := testing.AllocsPerRun(100, func() {
		if err := r.Decode(in); err != nil {
			t.Fatal(err)
		}
		if _, err := frame.AppendResponse(out, response); err != nil {
			t.Fatal(err)
		}
	})
	if n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}

// TestAllocationIsBounded: a frame that claims many documents makes room only
// for those it can hold.
func TestAllocationIsBounded(t *testing.T) {
	b := with(frametest.Request(&frame.Request{Documents: make([]heuristics.Document, 4)}), frame.CountAt, frame.MaxDocuments)
	n := testing.AllocsPerRun(10, func() {
		var r frame.Request
		if err := r.Decode(b); err == nil || cap(r.Documents) > 0 {
			t.Errorf("got %v, room for %d documents", err, cap(r.Documents))
		}
	})
	if n > 2 {
		t.Errorf("%v allocations, want the error and no more", n)
	}
}

// TestLayoutIsTheSameText compares the comment here with that of the
// TypeScript codec.
func TestLayoutIsTheSameText(t *testing.T) {
	here := layout(t, "frame.go", "as in web/src/frame.ts")
	there := layout(t, "../../web/src/frame.ts", "as in shared/frame/frame.go")
	if here != there {
		t.Errorf("the layouts differ:\n--- frame.go\n%s\n--- frame.ts\n%s", here, there)
	}
}

// layout is the text between LAYOUT and END OF LAYOUT without comment signs.
func layout(t *testing.T, file, title string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(b), "LAYOUT, the same text "+title)
	text, _, end := strings.Cut(rest, "END OF LAYOUT")
	if !found || !end {
		t.Fatalf("%s: no layout", file)
	}
	var lines []string
	for line := range strings.Lines(text) {
		lines = append(lines, strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(line), "//")))
	}
	return strings.Join(lines, "\n")
}
