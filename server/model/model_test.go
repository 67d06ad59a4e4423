package model_test

import (
	"testing"

	"github.com/splitrank/splitrank/server/internal/ort"
	"github.com/splitrank/splitrank/server/internal/ort/orttest"
	"github.com/splitrank/splitrank/server/model"
)

// TestReadsOneText: a built-in model is loaded without the trial that other models go
// through, because it is tried here; and nobody can pad what it reads.
func TestReadsOneText(t *testing.T) {
	inside := model.Builtin()
	if inside == nil {
		t.Skip("no model is inside: it takes cgo and server/model/splitrank-mini/model.onnx")
	}
	orttest.Library(t)
	for _, name := range model.Names() {
		t.Run(name, func(t *testing.T) {
			m, err := ort.LoadEncoderFS(inside[name], name, ort.Options{ONNX: "model.onnx"})
			if err != nil {
				t.Fatal(err)
			}
			defer m.Close()
			if !m.ReadsOneText() || m.MaxLength() != 512 {
				t.Errorf("reads one text a call: %v; texts have at most %d tokens", m.ReadsOneText(), m.MaxLength())
			}
		})
	}
}
