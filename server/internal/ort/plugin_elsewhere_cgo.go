//go:build cgo && !(linux || darwin)

package ort

import (
	"errors"

	onnx "github.com/yalue/onnxruntime_go"
)

func appendPlugin(*onnx.SessionOptions, Device) error {
	return errors.New("plugins are loaded on Linux and macOS only")
}
