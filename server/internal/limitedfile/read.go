// Package limitedfile reads files that are small if they are what they should
// be: a name given by mistake, or by a stranger, may be a device, a pipe or
// gigabytes.
package limitedfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// ErrKind is returned for what is no regular file.
var ErrKind = errors.New("it is no regular file")

// Read reads a file of at most so many bytes.
func Read(path string, most int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	return read(path, info, most, func() (fs.File, error) { return os.Open(path) })
}

// ReadFS is Read for a file of any file system.
func ReadFS(files fs.FS, name string, most int64) ([]byte, error) {
	info, err := fs.Stat(files, name)
	if err != nil {
		return nil, err
	}
	return read(name, info, most, func() (fs.File, error) { return files.Open(name) })
}

// read looks before it opens: opening a pipe waits for whoever writes into it.
func read(name string, info fs.FileInfo, most int64, open func() (fs.File, error)) ([]byte, error) {
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "read", Path: name, Err: ErrKind}
	}
	f, err := open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(data)) > most {
		err = &fs.PathError{Op: "read", Path: name, Err: fmt.Errorf("it is larger than %d bytes", most)}
	}
	if err != nil {
		return nil, err
	}
	return data, nil
}
