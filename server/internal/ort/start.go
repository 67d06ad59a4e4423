package ort

import (
	"fmt"
	"os"
	"sync"
)

// process is what a process has one of: ONNX Runtime cannot be loaded twice.
var process struct {
	sync.Mutex
	library string // "" = not started
}

// Start loads libonnxruntime from path, once for the life of the process.
// Starting again with the same path does nothing; after an error another path
// can be tried. An error is one line that names the path.
func Start(path string) error {
	process.Lock()
	defer process.Unlock()
	if process.library == path && path != "" {
		return nil
	}
	if process.library != "" {
		return fmt.Errorf("loading %q: libonnxruntime is already loaded from %q", path, process.library)
	}
	if err := startEnvironment(path); err != nil {
		return fmt.Errorf("loading libonnxruntime from %q: %w", path, oneLine(err))
	}
	process.library = path
	return nil
}

// started is Start with the library that FindLibrary finds for a device, unless there
// is one already.
func started(d Device) error {
	if err := available(); err != nil {
		return err
	}
	process.Lock()
	library := process.library
	process.Unlock()
	if library != "" {
		return nil
	}
	path, err := FindLibraryFor(d, os.Getenv)
	if err != nil {
		return err
	}
	return Start(path)
}
