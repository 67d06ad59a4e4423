//go:build cgo && !(linux || darwin)

package ort

import (
	"errors"

	onnx "github.com/yalue/onnxruntime_go"
)

var errElsewhere = errors.New("plugins are loaded on Linux and macOS only")

func appendPlugin(*onnx.SessionOptions, Device) error { return errElsewhere }

func takenByPlugin(*onnx.DynamicAdvancedSession, Device) (Placement, error) {
	return Placement{}, errElsewhere
}
