package ort

import (
	"strings"
	"testing"
)

// ids and mask of a graph with that batch.
func ids(batch int64) port  { return port{inputIDs, "int64", []int64{batch, -1}} }
func mask(batch int64) port { return port{inputMask, "int64", []int64{batch, -1}} }

// TestEncoderInputs: a graph that says that it takes one text a call needs no mask.
func TestEncoderInputs(t *testing.T) {
	outputs := []port{{outputTokens, "float32", []int64{-1, -1, 96}}}
	for _, tt := range []struct {
		name    string
		inputs  []port
		oneText bool
		fails   string
	}{
		{"any batch", []port{ids(-1), mask(-1)}, false, ""},
		{"any batch, no mask", []port{ids(-1)}, false, "it has no input attention_mask"},
		{"one text", []port{ids(1)}, true, ""},
		{"one text with a mask", []port{ids(1), mask(1)}, true, ""},
		{"one text with any mask", []port{ids(1), mask(-1)}, false, "input_ids int64[1 -1] has a fixed size"},
		{"two texts", []port{ids(2), mask(2)}, false, "has a fixed size"},
		{"of one length", []port{{inputIDs, "int64", []int64{1, 64}}}, false, "has a fixed size"},
		{"no ids", []port{mask(1)}, false, "it has no input input_ids"},
		{"no inputs", nil, false, "it has no input input_ids"},
	} {
		s, err := readEncoderSignature(graph{tt.inputs, outputs}, 0)
		if (err == nil) != (tt.fails == "") || err != nil && !strings.Contains(err.Error(), tt.fails) || err == nil && s.oneText != tt.oneText {
			t.Errorf("%s: one text %v, %v, want %v, %q", tt.name, s.oneText, err, tt.oneText, tt.fails)
		}
	}
	outputs[0].dims[0] = 1
	if _, err := readEncoderSignature(graph{[]port{ids(1)}, outputs}, 0); err != nil {
		t.Errorf("one text in, one out: %v", err)
	}
}

func TestEncoderSignature(t *testing.T) {
	inputs := []port{ids(-1), mask(-1)}
	tokens := func(name, kind string, dims ...int64) port { return port{name, kind, dims} }
	for _, tt := range []struct {
		name       string
		outputs    []port
		dimensions int // told by the caller
		want       int
		fails      string
	}{
		{"in the graph", []port{tokens("output", "float32", -1, -1, 96)}, 0, 96, ""},
		{"in the graph, whatever is told", []port{tokens("output", "float16", -1, -1, 96)}, 128, 96, ""},
		{"left open, and told", []port{tokens("contextual", "float32", -1, -1, -1)}, 96, 96, ""},
		{"left open", []port{tokens("contextual", "float32", -1, -1, -1)}, 0, 0, "leaves open how many dimensions a vector has"},
		{"one of several by its name", []port{tokens("last_hidden_state", "float32", -1, -1, 384), tokens(outputTokens, "float32", -1, -1, 128)}, 0, 128, ""},
		{"several", []port{tokens("a", "float32", -1, -1, 384), tokens("b", "float32", -1, -1, 128)}, 0, 0, "it has not one output"},
		{"logits", []port{tokens("logits", "float32", -1, 1)}, 96, 0, "it has not one output"},
		{"of one text", []port{tokens("output", "float32", 1, -1, 96)}, 96, 0, "it has not one output"},
	} {
		s, err := readEncoderSignature(graph{inputs, tt.outputs}, tt.dimensions)
		if s.tokens.columns != tt.want && err == nil || (err == nil) != (tt.fails == "") || err != nil && !strings.Contains(err.Error(), tt.fails) {
			t.Errorf("%s: %+v, %v, want %d, %q", tt.name, s.tokens, err, tt.want, tt.fails)
		}
	}
}
