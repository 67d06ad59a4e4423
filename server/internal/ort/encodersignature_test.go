package ort

import (
	"strings"
	"testing"
)

func TestEncoderSignature(t *testing.T) {
	inputs := []port{{inputIDs, "int64", []int64{-1, -1}}, {inputMask, "int64", []int64{-1, -1}}}
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
