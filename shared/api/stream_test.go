package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/splitrank/splitrank/heuristics"
)

// chunked notes the longest write.
type chunked struct {
	bytes.Buffer
	longest int
}

func (c *chunked) Write(p []byte) (int, error) {
	c.longest = max(c.longest, len(p))
	return c.Buffer.Write(p)
}

// long has so many results with explanations.
func long(results int) *Response {
	r := bare()
	r.Results = nil
	for i := range results {
		r.Results = append(r.Results, Result{
			Index: i, Rank: i + 1, ID: ID{Text: fmt.Sprint("id ", i)}, ScoredBy: "heuristic",
			Explanation: &Explanation{Parts: []heuristics.Part{{Signal: "overlap", Raw: 1, Weight: 2, Contribution: 3}}},
			Matches:     make([]heuristics.Span, i%50),
		})
	}
	return r
}

// TestWriteAnswer writes what is appended, in pieces.
func TestWriteAnswer(t *testing.T) {
	for _, shape := range []Shape{Native, Chunks, CohereV1, CohereV2, Voyage, TEI, VLLM, Infinity, Mixedbread} {
		for _, r := range []*Response{full(), bare(), {Model: ModelNone}, long(1), long(300), long(3000)} {
			var got chunked
			if err := WriteAnswer(&got, "data: ", Form{Shape: shape}, r, "\n\n"); err != nil {
				t.Fatal(err)
			}
			want := append(AppendAnswer([]byte("data: "), Form{Shape: shape}, r), "\n\n"...)
			if !bytes.Equal(got.Bytes(), want) || got.longest > 2*piece {
				t.Errorf("shape %d, %d results: %d bytes for %d, in pieces of up to %d", shape, len(r.Results), got.Len(), len(want), got.longest)
			}
			if data := bytes.TrimPrefix(got.Bytes(), []byte("data: ")); !json.Valid(data) {
				t.Errorf("shape %d, %d results: no JSON: %.200s", shape, len(r.Results), data)
			}
		}
	}
}

func TestBatchWriter(t *testing.T) {
	fault := &Error{Code: TooLong, Message: "long", Field: "query"}
	for name, answers := range map[string][]BatchAnswer{
		"none": {}, "one": {{Response: bare()}}, "an error first": {{Err: fault}, {Response: full()}},
		"many": {{Response: long(500)}, {Err: fault}, {Form: Form{Shape: Chunks}, Response: long(5000)}, {Response: long(100)}, {Form: Form{Shape: Chunks}, Response: &Response{}}},
	} {
		var got chunked
		b := NewBatchWriter(&got)
		for _, a := range answers {
			if err := b.Write(a); err != nil {
				t.Fatal(err)
			}
		}
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
		if want := append(AppendBatch(nil, answers), '\n'); !bytes.Equal(got.Bytes(), want) || got.longest > 2*piece {
			t.Errorf("%s: %d bytes for %d, in pieces of up to %d", name, got.Len(), len(want), got.longest)
		}
	}
}

type broken struct{}

var errBroken = errors.New("broken")

func (broken) Write([]byte) (int, error) { return 0, errBroken }

// TestWriteAnswerToNobody ends with the first piece that is not taken.
func TestWriteAnswerToNobody(t *testing.T) {
	if err := WriteAnswer(broken{}, "", Form{}, long(5000), ""); !errors.Is(err, errBroken) {
		t.Error(err)
	}
	b := NewBatchWriter(broken{})
	if err := b.Write(BatchAnswer{Response: long(5000)}); !errors.Is(err, errBroken) {
		t.Error(err)
	}
}
