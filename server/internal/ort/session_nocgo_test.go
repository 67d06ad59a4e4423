//go:build !cgo

package ort

import "testing"

func TestWithoutCgo(t *testing.T) {
	_, err := Load(tiny{}.folder(t), Options{})
	wantError(t, err, "build it with CGO_ENABLED=1 and a C compiler")
	wantError(t, Start("/any/library"), "build it with CGO_ENABLED=1 and a C compiler")
}
