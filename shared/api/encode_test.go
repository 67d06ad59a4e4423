package api

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/splitrank/splitrank/heuristics"
)

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
			}},
			Matches: []heuristics.Span{{Start: 0, End: 2}, {Start: 5, End: 9}},
		}, {
			Index: 0, Rank: 2, ID: ID{Text: "17", Number: true}, ScoredBy: "heuristic",
			Document:    &Document{Text: "by hand", Title: "t", Rank: 3, Score: ptr(0)},
			Explanation: &Explanation{}, Matches: []heuristics.Span{},
		}},
		Model: "m", Calibration: "c", Scorer: "h1+en", Language: "he", Stemmed: true, Degraded: true, Reason: "deadline",
		Usage:   Usage{Documents: 2, Scored: 1, Cached: 3, Trimmed: 4, Tokens: 5},
		Timings: Timings{Total: 1.5, Heuristic: 0.25, Queue: 0.125, Inference: 1},
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
		{"batch", AppendBatch(nil, []BatchAnswer{{Response: bare()}, {Err: fault}, {Shape: Chunks, Response: full()}})},
	}
	seen := map[string]bool{}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { golden(t, tt.name+".json", tt.got) })
		seen[tt.name+".json"] = true
	}
	noStaleGoldens(t, seen)
}

// golden compares got, spread over lines, with a file; got itself is one line.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if bytes.ContainsAny(got, "\n") {
		t.Errorf("the answer is not one line: %q", got)
	}
	pretty, err := jsontext.AppendFormat(nil, got, jsontext.Multiline(true), jsontext.WithIndent("  "))
	if err != nil {
		t.Fatalf("the answer is no JSON: %v\n%s", err, got)
	}
	pretty = append(pretty, '\n')
	path := filepath.Join("testdata", "golden", name)
	if *update {
		if err := os.WriteFile(path, pretty, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(pretty, want) {
		t.Errorf("%s differs (go test -update writes it anew):\n%s", path, pretty)
	}
}

func noStaleGoldens(t *testing.T, seen map[string]bool) {
	t.Helper()
	files, err := os.ReadDir(filepath.Join("testdata", "golden"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !seen[f.Name()] {
			t.Errorf("no test writes testdata/golden/%s", f.Name())
		}
	}
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
