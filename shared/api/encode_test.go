package api

import (
	"bytes"
	"flag"
	"path/filepath"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/golden"
)

const goldens = "testdata/golden"

var update = flag.Bool("update", false, "write the golden files anew")

// full has every field set, bare none that may be left out.
func full() *Response {
	return &Response{
		Results: []Result{{
			Index: 1, Rank: 1, ID: ID{Text: "שלום\"</b>"}, RelevanceScore: 0.75, ScoredBy: "cross-encoder", HeuristicScore: 0.5,
			Logit: ptr(-1.25), Truncated: true,
			Document: &Document{Raw: jsontext.Value("{\"text\" : \"\\u05d0\",\n \"page\":[1, 2.50]}")},
			Explanation: &Explanation{Reason: "kept: first stage", Parts: []heuristics.Part{
				{Signal: "span", Raw: heuristics.One / 2, Weight: heuristics.One, Contribution: heuristics.One / 2},
				{Signal: "length", Raw: 1, Weight: 3, Contribution: -1},
			}, Blend: &Blend{Terms: []Term{{Name: "logit", Raw: -1.25, Weight: 2, Contribution: -2.5}, {Name: "shift", Raw: 3.5, Weight: 1, Contribution: 3.5}}, Sum: 1}},
			Matches: []heuristics.Span{{Start: 0, End: 2}, {Start: 5, End: 9}},
		}, {
			Index: 0, Rank: 2, ID: ID{Text: "17", Number: true}, ScoredBy: "heuristic",
			Document:    &Document{Text: "by hand", Title: "t", Rank: 3, Score: ptr(0)},
			Explanation: &Explanation{}, Matches: []heuristics.Span{},
		}},
		Model: "m", Calibration: "c", Scorer: "h1+en", Language: "he", Stemmed: true, Degraded: true, Reason: "deadline",
		Usage:   Usage{Documents: 2, Scored: 6, Cached: 3, Known: 2, Read: 1, Trimmed: 4, Tokens: 5},
		Timings: Timings{Total: 1.5, Heuristic: 0.25, Queue: 0.125, Inference: 1, Query: 0.25, Documents: 0.5, Comparing: 0.125},
	}
}

func bare() *Response {
	return &Response{Results: []Result{{Rank: 1, ScoredBy: "heuristic"}}, Model: ModelNone, Scorer: "h1", Language: "und"}
}

func TestAppend(t *testing.T) {
	fault := &Error{Code: TooLong, Message: "query is \"long\"", Field: "query"}
	tests := []struct {
		name string
		got  []byte
	}{
		{"full", AppendResponse(nil, full())},
		{"bare", AppendResponse(nil, bare())},
		{"empty", AppendResponse(nil, &Response{Model: ModelNone})},
		{"chunks", AppendChunks(nil, full())},
		{"chunks_empty", AppendChunks(nil, &Response{})},
		{"error", AppendError(nil, fault)},
		{"error_without_field", AppendError(nil, NewError(Internal, "internal error"))},
		{"batch", AppendBatch(nil, []BatchAnswer{{Response: bare()}, {Err: fault}, {Form: Form{Shape: Chunks}, Response: full()}})},
	}
	seen := map[string]bool{}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			golden.File(t, *update, filepath.Join(goldens, tt.name+".json"), golden.JSON(t, tt.got))
		})
		seen[tt.name+".json"] = true
	}
	golden.NoStrays(t, goldens, seen)
}

func TestAppendKeepsPrefix(t *testing.T) {
	for name, got := range map[string][]byte{
		"response": AppendResponse([]byte("data: "), bare()),
		"chunks":   AppendChunks([]byte("data: "), bare()),
		"error":    AppendError([]byte("data: "), NewError(Internal, "x")),
		"request":  AppendRequest([]byte("data: "), &Request{}),
	} {
		rest, found := bytes.CutPrefix(got, []byte("data: "))
		if !found || !jsontext.Value(rest).IsValid() {
			t.Errorf("%s: %s is not the prefix and JSON", name, got)
		}
	}
}
