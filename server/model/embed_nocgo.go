//go:build !cgo

package model

import "embed"

// all is empty: ONNX Runtime cannot be called, so the weights would lie there unused.
var all embed.FS
