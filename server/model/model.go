// Package model holds the built-in late-interaction models: weights of their encoders,
// tokenizers and configurations in Hugging Face's layout.
package model

import "io/fs"

// Names of the models. Name reads English; Bilingual reads English and Hebrew, and
// answers what Name does not read.
const (
	Name      = "splitrank-mini"
	Bilingual = "splitrank-small"
)

// Names of both, in the order in which they are asked.
func Names() []string { return []string{Name, Bilingual} }

// Builtin are the files of the built-in models, by name. There are
// none in a program that was built without cgo, which could not run them, or
// without the weights, which makes it smaller.
func Builtin() map[string]fs.FS {
	found := map[string]fs.FS{}
	for _, name := range Names() {
		files, err := fs.Sub(all, name)
		if err != nil {
			continue
		}
		if _, err := fs.Stat(files, "model.onnx"); err == nil {
			found[name] = files
		}
	}
	if len(found) == 0 {
		return nil
	}
	return found
}
