package vectors

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Folder is what the folder of a Store holds.
type Folder struct {
	Dir     string
	Entries int   // values, those that are too old included
	Bytes   int64 // of all files
	// Formats of the values, of which a Store keeps one. Files that are none of
	// a store's, or damaged, are not among them.
	Formats []string
	// InUse reports that a process has it open, Process which one, as far as
	// that is known.
	InUse   bool
	Process string
}

// Inspect looks at a folder without changing it, also while it is in use. A
// folder that is missing is empty.
func Inspect(dir string) (Folder, error) {
	f := Folder{Dir: dir}
	list, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return f, nil
	}
	if err != nil {
		return f, err
	}
	index := map[Key]struct{}{}
	for _, e := range list {
		if !fileName.MatchString(e.Name()) {
			continue
		}
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() {
			continue // it was dropped just now, or is no file
		}
		f.Bytes += info.Size()
		if filepath.Ext(e.Name()) == ".vec" {
			f.add(filepath.Join(dir, e.Name()), info.Size(), index)
		}
	}
	f.Entries = len(index)
	f.InUse, f.Process = inUse(dir)
	return f, nil
}

// add what a segment holds to the index.
func (f *Folder) add(path string, size int64, index map[Key]struct{}) {
	file, err := os.Open(path)
	if err != nil {
		return
	}
	defer file.Close()
	format, ok := formatOf(file)
	if !ok {
		return
	}
	if !slices.Contains(f.Formats, format) {
		f.Formats = append(f.Formats, format)
	}
	s := segment{path: path, file: file, size: size}
	records, _, _ := s.load()
	for _, r := range records {
		if r.length == 0 {
			delete(index, r.key)
		} else {
			index[r.key] = struct{}{}
		}
	}
}

// formatOf a segment.
func formatOf(r io.ReaderAt) (format string, ok bool) {
	b := make([]byte, len(segmentHead(string(make([]byte, mostFormat)))))
	n, err := r.ReadAt(b, 0)
	if err != nil && err != io.EOF || n <= len(segmentMagic) {
		return "", false
	}
	name := b[len(segmentMagic)+1:]
	name = name[:min(len(name), int(b[len(segmentMagic)]))]
	return string(name), bytes.HasPrefix(b[:n], segmentHead(string(name)))
}

// Remove empties a folder of all that a Store keeps there, of whatever format,
// and returns what it held. It is an error if the folder is in use. A folder
// that is missing is empty; other files in it are left alone.
func Remove(dir string) (Folder, error) {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return Folder{Dir: dir}, nil
	}
	lock, err := openFolder(dir)
	if err != nil {
		return Folder{}, err
	}
	held, err := Inspect(dir)
	held.InUse, held.Process = false, ""
	if err == nil {
		err = removeFiles(dir)
	}
	return held, errors.Join(err, lock.release())
}

func removeFiles(dir string) error {
	list, err := os.ReadDir(dir)
	for _, e := range list {
		if fileName.MatchString(e.Name()) && e.Type().IsRegular() {
			err = errors.Join(err, os.Remove(filepath.Join(dir, e.Name())))
		}
	}
	return err
}
