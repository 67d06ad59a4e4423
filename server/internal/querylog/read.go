package querylog

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/splitrank/splitrank/server/internal/ubi"
)

// Reader is called with every record of some files.
type Reader struct {
	Query func(*ubi.Query)
	Event func(*ubi.Event)
}

// Files that paths name: files themselves, and those of a log in a folder.
func Files(paths []string) (files []string, err error) {
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			files = append(files, path)
			continue
		}
		found, err := inFolder(path)
		if err != nil {
			return nil, err
		}
		files = append(files, found...)
	}
	slices.Sort(files)
	return slices.Compact(files), nil
}

func inFolder(dir string) (files []string, err error) {
	for _, name := range []string{queriesName, eventsName} {
		for _, suffix := range []string{extension, extension + ".gz"} {
			found, err := filepath.Glob(filepath.Join(globbed(dir), name+"*"+suffix))
			if err != nil {
				return nil, err
			}
			files = append(files, found...)
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%s holds no %s.jsonl and no %s.jsonl", dir, queriesName, eventsName)
	}
	return files, nil
}

// globbed is a path that a pattern takes literally.
func globbed(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// Read files of JSON lines, gzip-compressed ones too, and say how many lines were no
// record: the last line of a server that was killed, say.
func (r Reader) Read(files []string) (bad int, err error) {
	for _, name := range files {
		n, err := r.readFile(name)
		if err != nil {
			return bad, fmt.Errorf("reading %s: %w", name, err)
		}
		bad += n
	}
	return bad, nil
}

func (r Reader) readFile(name string) (bad int, err error) {
	file, err := os.Open(name)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	var from io.Reader = file
	if strings.HasSuffix(name, ".gz") {
		if from, err = gzip.NewReader(file); err != nil {
			return 0, err
		}
	}
	return r.readLines(bufio.NewReaderSize(from, 1<<20))
}

func (r Reader) readLines(from *bufio.Reader) (bad int, err error) {
	for {
		line, err := from.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return bad, err
		}
		if line = bytes.TrimSpace(line); len(line) > 0 && !r.record(line) {
			bad++
		}
		if err != nil {
			return bad, nil
		}
	}
}

// record of one line, by the field that only its kind has.
func (r Reader) record(line []byte) bool {
	var kind struct {
		Action *string `json:"action_name"`
		Query  *string `json:"user_query"`
	}
	switch err := json.Unmarshal(line, &kind); {
	case err != nil || kind.Action == nil && kind.Query == nil:
		return false
	case kind.Action != nil:
		return decoded(line, r.Event)
	}
	return decoded(line, r.Query)
}

func decoded[T any](line []byte, take func(*T)) bool {
	record := new(T)
	if json.Unmarshal(line, record) != nil {
		return false
	}
	take(record)
	return true
}
