package ort

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// onnxFile finds the graph in a model folder: the file asked for, else
// onnx/model.onnx, else model.onnx, else the only one that there is.
func onnxFile(dir, asked string) (string, error) {
	if asked != "" {
		path := filepath.Join(dir, filepath.FromSlash(asked))
		if !isFile(path) {
			return "", fmt.Errorf("it has no %s", asked)
		}
		return path, nil
	}
	for _, name := range []string{"onnx/model.onnx", "model.onnx"} {
		if path := filepath.Join(dir, filepath.FromSlash(name)); isFile(path) {
			return path, nil
		}
	}
	return onlyONNX(dir)
}

func onlyONNX(dir string) (string, error) {
	var found []string
	for _, folder := range []string{filepath.Join(dir, "onnx"), dir} {
		entries, err := os.ReadDir(folder)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return "", err
		}
		for _, e := range entries {
			if path := filepath.Join(folder, e.Name()); filepath.Ext(path) == ".onnx" && isFile(path) {
				found = append(found, path)
			}
		}
	}
	switch len(found) {
	case 0:
		return "", errors.New("it has no ONNX file")
	case 1:
		return found[0], nil
	}
	for i, path := range found {
		found[i], _ = filepath.Rel(dir, path)
	}
	return "", fmt.Errorf("it has no model.onnx, but several others: choose %s", strings.Join(found, " or "))
}
