package onnx

import (
	"bytes"
	"testing"
)

// chain is a graph of operators one after the other, whose last result comes out.
func chain(operators ...string) []byte {
	var g []byte
	at := "x"
	for i, operator := range operators {
		next := string(rune('a' + i))
		g = append(g, field(1, field(1, []byte(at)), field(1, []byte("shape")), field(2, []byte(next)), field(4, []byte(operator)))...)
		at = next
	}
	return field(7, g, field(12, field(1, []byte(at)), field(2, []byte("type"))))
}

func TestSquashed(t *testing.T) {
	for _, tt := range []struct {
		graph []byte
		want  string
	}{
		{chain("MatMul", "Add"), ""},
		{chain("MatMul", "Sigmoid"), "Sigmoid"},
		{chain("Sigmoid", "MatMul"), ""},
		{chain("MatMul", "Softmax"), "Softmax"},
		{chain("MatMul", "Softmax", "Gather", "Squeeze", "Cast", "Identity"), "Softmax"},
		{chain("MatMul", "LogSoftmax", "Slice"), "LogSoftmax"},
		{chain("Softmax", "Mul", "Reshape"), ""},
		{chain("Identity"), ""},
		{chain(), ""},
		{field(7, field(1, field(1, []byte("a")), field(2, []byte("a")), field(4, []byte("Identity"))), field(12, field(1, []byte("a")))), ""},
		// A Sigmoid within a nested graph is not what comes out.
		{field(7, field(1, field(1, []byte("x")), field(2, []byte("y")), field(4, []byte("Add")), field(5, field(6, field(1, field(2, []byte("y")), field(4, []byte("Sigmoid"))), field(12, field(1, []byte("y")))))), field(12, field(1, []byte("y")))), ""},
	} {
		got, err := Squashed(bytes.NewReader(tt.graph))
		if err != nil || got != tt.want {
			t.Errorf("%q: %q, want %q, error %v", tt.graph, got, tt.want, err)
		}
	}
}
