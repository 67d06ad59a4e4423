package frame

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/heuristics"
)

func TestEncodingRefuses(t *testing.T) {
	item := func(it heuristics.Item) func() ([]byte, error) {
		return func() ([]byte, error) {
			return AppendResponse(nil, &Response{Ranking: heuristics.Ranking{Items: []heuristics.Item{it}}})
		}
	}
	request := func(r Request) func() ([]byte, error) {
		return func() ([]byte, error) { return AppendRequest(nil, &r) }
	}
	big := strings.Repeat("x", MaxBytes)
	tests := []struct {
		name   string
		encode func() ([]byte, error)
		field  string
	}{
		{"operation", request(Request{Operation: 2}), "operation"},
		{"first stage", request(Request{Options: heuristics.Options{FirstStage: 2}}), "firstStage"},
		{"negative top k", request(Request{TopK: -1}), "topK"},
		{"negative budget", request(Request{Budget: heuristics.Budget{Documents: -1}}), "budget.documents"},
		{"budget of first stage under -1", request(Request{Budget: heuristics.Budget{FirstStage: -2}}), "budget.firstStage"},
		{"threshold over an int32", request(Request{Budget: heuristics.Budget{Threshold: 1 << 31}}), "budget.threshold"},
		{"negative weight", request(Request{Options: heuristics.Options{Weights: &heuristics.Weights{heuristics.Length: -1}}}), "weights.length"},
		{"diversity", request(Request{Options: heuristics.Options{Diversity: 1.5}}), "diversity"},
		{"negative rank", request(Request{Documents: []heuristics.Document{{}, {Rank: -1}}}), "documents[1].rank"},
		{"too many documents", request(Request{Documents: make([]heuristics.Document, MaxDocuments+1)}), "documents"},
		{"too many bytes", request(Request{Query: big}), "frame"},
		{"negative index", item(heuristics.Item{Index: -1}), "item"},
		{"inexact score", item(heuristics.Item{Score: maxExact + 1}), "item"},
		{"inexact part", item(heuristics.Item{Explanation: []heuristics.Part{{Raw: -maxExact - 1}}}), "explanation"},
		{"span backwards", item(heuristics.Item{Matches: []heuristics.Span{{Start: 2, End: 1}}}), "matches"},
		{"too many bytes of response", item(heuristics.Item{Reason: heuristics.Reason(big)}), "response"},
		{"too many names", tooManyNames, "reason"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b, err := tt.encode()
			var e *Error
			if !errors.As(err, &e) || e.Field != tt.field {
				t.Errorf("got error %v, want field %q", err, tt.field)
			}
			if b != nil {
				t.Errorf("got %d bytes beside the error", len(b))
			}
		})
	}
}

func tooManyNames() ([]byte, error) {
	items := make([]heuristics.Item, MaxNames+1)
	for i := range items {
		items[i].Reason = heuristics.Reason(strconv.Itoa(i))
	}
	return AppendResponse(nil, &Response{Ranking: heuristics.Ranking{Items: items}})
}

func TestErrorTooLargeToTell(t *testing.T) {
	e, err := DecodeError(AppendError(nil, &Error{Message: strings.Repeat("x", MaxBytes)}))
	if err != nil || e.Code != CodeInternal {
		t.Errorf("got %v, %v", e, err)
	}
}

// TestNoAllocations: with room in the buffers, a batch costs none.
func TestNoAllocations(t *testing.T) {
	documents := []heuristics.Document{{Title: "a"}, {Text: "b"}, {Rank: 3}}
	in, err := AppendRequest(nil, &Request{Query: "q", Documents: documents})
	if err != nil {
		t.Fatal(err)
	}
	var r Request
	response, out := responseValues()[2].Value.response(), make([]byte, 0, 4096)
	n := testing.AllocsPerRun(100, func() {
		if err := r.Decode(in); err != nil {
			t.Fatal(err)
		}
		if _, err := AppendResponse(out, response); err != nil {
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
	b, err := AppendRequest(nil, &Request{Documents: make([]heuristics.Document, 4)})
	if err != nil {
		t.Fatal(err)
	}
	words(b).putU32(countAt, MaxDocuments)
	n := testing.AllocsPerRun(10, func() {
		var r Request
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
