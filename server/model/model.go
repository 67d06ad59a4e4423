// Package model holds the cross-encoder that ships inside the program: weights,
// tokenizer and configuration in Hugging Face's layout.
package model

import "io/fs"

// Name of the model.
const Name = "splitrank-mini"

// Inside are the files of the models inside this program, by name. There are
// none in a program that was built without cgo, which could not run them, or
// without the weights, which makes it smaller.
func Inside() map[string]fs.FS {
	files, err := fs.Sub(all, Name)
	if err != nil {
		return nil
	}
	if _, err := fs.Stat(files, "model.onnx"); err != nil {
		return nil
	}
	return map[string]fs.FS{Name: files}
}
