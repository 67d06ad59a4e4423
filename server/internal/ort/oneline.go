package ort

import (
	"errors"
	"strings"
)

// oneLine bounds what the library says: its errors may run over many lines
// with the places in its own source.
func oneLine(err error) error {
	text := strings.Join(strings.Fields(err.Error()), " ")
	if len(text) <= 300 {
		return errors.New(text)
	}
	return errors.New(strings.ToValidUTF8(text[:300], "") + "…")
}
