//go:build !cgo

package ort

import (
	"context"
	"errors"
)

// errNoCgo is what everything says that needs ONNX Runtime.
var errNoCgo = errors.New("this program was built without cgo: build it with CGO_ENABLED=1 and a C compiler")

func available() error { return errNoCgo }

func startEnvironment(string) error { return errNoCgo }

func readGraph(graphFile) (graph, error) { return graph{}, errNoCgo }

type native struct{}

func openSession(graphFile, []string, []output, Options) (*native, error) { return nil, errNoCgo }

func (s *native) run(context.Context, *input) ([][]float32, error) { return nil, errNoCgo }

func (s *native) close() error { return nil }

func (s *native) placement() Placement { return Placement{} }
