package ort

import (
	"fmt"
	"path/filepath"

	"github.com/splitrank/splitrank/server/internal/token"
)

// Optimization says how far ONNX Runtime rewrites the graph at load time.
type Optimization string

// The levels of ONNX Runtime.
const (
	OptimizeAll      Optimization = "all"
	OptimizeExtended Optimization = "extended"
	OptimizeBasic    Optimization = "basic"
	OptimizeNone     Optimization = "none"
)

// Options of Load. The zero value is the default.
type Options struct {
	// ONNX is the graph's file within the folder, with slashes. Default:
	// onnx/model.onnx, else model.onnx, else the only file *.onnx in either
	// place.
	ONNX string
	// Threads of one call of Score. Default 1: as many calls at once as there are
	// cores take no more time than one call on all of them, and less where the
	// cores have other work too (BenchmarkRequest).
	Threads int
	// Calls of Score at once, which a device other than the processor makes room for.
	// Default 1.
	Calls int
	// Device that the graph runs on. Default CPU.
	Device Device
	// Optimization of the graph. Default all.
	Optimization Optimization
	// NoArena gives memory back after each batch. By default ONNX Runtime keeps
	// that of its largest ones, which is little where batches are bounded, and
	// takes a tenth to a half less time (BenchmarkScore).
	NoArena bool
	// MaxLength caps the tokens of a pair below what the model has; 0 does not.
	MaxLength int
	// Spread, where it is not nil, is what trying these very files has found
	// before: see Session.BatchSpread. Loading does without the trial then.
	Spread *float32
	// Dimensions of the vectors of an Encoder whose graph leaves them open, as
	// exports that normalize vectors often do. 0 = the graph must say.
	Dimensions int
	// Tokenizer is how tokenizer.json is read.
	Tokenizer token.Options
}

func (o Options) withDefaults() Options {
	if o.Threads == 0 {
		o.Threads = 1
	}
	if o.Calls == 0 {
		o.Calls = 1
	}
	if o.Optimization == "" {
		o.Optimization = OptimizeAll
	}
	return o
}

func (o Options) validate() error {
	if _, err := ParseDevice(string(o.Device)); err != nil {
		return err
	}
	switch {
	case o.Threads < 0 || o.Calls < 0:
		return fmt.Errorf("%d threads", o.Threads)
	case o.MaxLength < 0:
		return fmt.Errorf("a length of at most %d tokens", o.MaxLength)
	case o.Dimensions < 0:
		return fmt.Errorf("vectors of %d dimensions", o.Dimensions)
	case o.ONNX != "" && !filepath.IsLocal(filepath.FromSlash(o.ONNX)):
		return fmt.Errorf("the ONNX file %q does not lie within the folder", o.ONNX)
	}
	switch o.Optimization {
	case OptimizeAll, OptimizeExtended, OptimizeBasic, OptimizeNone:
		return nil
	}
	return fmt.Errorf("optimization %q is not known", string(o.Optimization))
}
