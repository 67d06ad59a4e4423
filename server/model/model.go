// Package model holds the built-in late-interaction model: weights of its encoder,
// tokenizer and configuration in Hugging Face's layout.
package model

import "io/fs"

// Name of the model.
const Name = "splitrank-mini"

// Builtin are the files of the built-in models, by name. There are
// none in a program that was built without cgo, which could not run them, or
// without the weights, which makes it smaller.
func Builtin() map[string]fs.FS {
	files, err := fs.Sub(all, Name)
	if err != nil {
		return nil
	}
	if _, err := fs.Stat(files, "model.onnx"); err != nil {
		return nil
	}
	return map[string]fs.FS{Name: files}
}
