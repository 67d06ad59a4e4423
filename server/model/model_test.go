package model_test

import (
	"testing"

	"github.com/splitrank/splitrank/server/internal/modelfiles"
	"github.com/splitrank/splitrank/server/internal/ort"
	"github.com/splitrank/splitrank/server/internal/ort/orttest"
	"github.com/splitrank/splitrank/server/model"
)

// TestBatchSpread: loading a built-in model does without the trial that other
// models go through, because it is tried here. The trial may find less than
// config.json says, which real pairs of many lengths showed.
func TestBatchSpread(t *testing.T) {
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
			own, err := modelfiles.ReadSettings(inside[name])
			if err != nil {
				t.Fatal(err)
			}
			if own.Spread <= ort.MaxSpread || m.BatchSpread() > own.Spread || m.MaxLength() != 512 {
				t.Errorf("a vector changes by %v with its batch, config.json says %v; texts have at most %d tokens", m.BatchSpread(), own.Spread, m.MaxLength())
			}
		})
	}
}
