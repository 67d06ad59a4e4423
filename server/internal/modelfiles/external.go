package modelfiles

import (
	"errors"
	"fmt"
	"io/fs"
	"path"

	"github.com/splitrank/splitrank/server/internal/hub"
	"github.com/splitrank/splitrank/server/internal/onnx"
)

// externalFiles are those that a graph keeps weights in, by their paths in
// files, sorted. Each must be a regular file below the graph's folder, or a link
// to one: whatever else ONNX Runtime would read is no part of a digest.
func externalFiles(files fs.FS, graph string) ([]string, error) {
	f, err := files.Open(graph)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	names, err := onnx.External(f)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path.Base(graph), err)
	}
	for i, name := range names {
		names[i] = path.Join(path.Dir(graph), name)
		info, err := fs.Stat(files, names[i])
		if err == nil && !info.Mode().IsRegular() {
			err = errors.New("it is no regular file")
		}
		if err != nil {
			return nil, fmt.Errorf("reading %s, which keeps weights in %q: %w", path.Base(graph), name, err)
		}
	}
	return names, nil
}

// CheckHead refuses a cross-encoder's graph whose outputs are probabilities already: answers
// would be the sigmoid of a sigmoid, all between 0.5 and 0.73.
func CheckHead(files *hub.Files) error {
	f, err := files.FS().Open(files.ONNX)
	if err != nil {
		return err
	}
	defer f.Close()
	operator, err := onnx.Squashed(f)
	if err == nil && operator != "" {
		err = fmt.Errorf("its output comes from a %s, and logits are wanted: export it without", operator)
	}
	if err != nil {
		return fmt.Errorf("reading %s: %w", path.Base(files.ONNX), err)
	}
	return nil
}

// checkExternal refuses a graph that draws on files which a digest could not
// speak of, before ONNX Runtime opens them. A built-in one has none: they
// would be looked for in whatever folder the program was started in.
func checkExternal(files *hub.Files) error {
	names, err := externalFiles(files.FS(), files.ONNX)
	if err == nil && files.Builtin != nil && len(names) > 0 {
		err = fmt.Errorf("%s keeps weights in %q, and a built-in model has one file", files.ONNX, names[0])
	}
	return err
}
