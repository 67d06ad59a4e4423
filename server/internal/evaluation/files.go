package evaluation

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/splitrank/splitrank/shared/eval"
)

// reader is a reader of shared/eval.
type reader[T any] func(name string, r io.Reader) (T, error)

func readFile[T any](path string, read reader[T]) (T, error) {
	f, err := os.Open(path)
	if err != nil {
		var zero T
		return zero, err
	}
	defer f.Close()
	return read(path, f)
}

// readEither reads path or path.gz.
func readEither[T any](path string, read reader[T]) (T, error) {
	v, err := readFile(path, read)
	if !errors.Is(err, fs.ErrNotExist) {
		return v, err
	}
	if zipped, errZipped := readFile(path+".gz", read); !errors.Is(errZipped, fs.ErrNotExist) {
		return zipped, errZipped
	}
	return v, err
}

func (s Source) readCorpus(wanted func(string) bool) (map[string]eval.Passage, error) {
	read := func(name string, r io.Reader) (map[string]eval.Passage, error) {
		return eval.ReadCorpus(name, r, wanted)
	}
	if s.Corpus != "" {
		return readFile(s.Corpus, read)
	}
	folder := s.Data
	if isCases(folder) {
		folder = filepath.Dir(folder)
	}
	return readEither(filepath.Join(folder, "corpus.jsonl"), read)
}

// readQrels reads the judgements asked for, or the folder's, gzipped or not.
func (s Source) readQrels() (eval.Qrels, error) {
	if s.Qrels != "" {
		return readFile(s.Qrels, eval.ReadQrels)
	}
	return readEither(filepath.Join(s.Data, "qrels", s.split()+".tsv"), eval.ReadQrels)
}

// runPath is the run asked for, or the only one that the folder holds.
func (s Source) runPath() (string, error) {
	if s.Run != "" {
		return s.Run, nil
	}
	runs, err := runsOf(s.Data)
	if err != nil {
		return "", err
	}
	switch len(runs) {
	case 0:
		return "", fmt.Errorf("finding a run: %s holds no run.*.trec: name one with --run FILE", s.Data)
	case 1:
		return runs[0], nil
	}
	return "", fmt.Errorf("finding a run: %s holds %s: choose one with --run FILE or --data DIR=RUN", s.Data, strings.Join(runs, " and "))
}

// runsOf lists run.*.trec[.gz] of a folder, sorted by name.
func runsOf(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var runs []string
	for _, e := range entries {
		name := strings.TrimSuffix(e.Name(), ".gz")
		if strings.HasPrefix(name, "run.") && strings.HasSuffix(name, ".trec") {
			runs = append(runs, filepath.Join(folder, e.Name()))
		}
	}
	return runs, nil
}

// runName is bm25 of run.bm25.trec.
func runName(path string) string {
	name := strings.TrimSuffix(filepath.Base(path), ".gz")
	return strings.TrimPrefix(strings.TrimSuffix(name, ".trec"), "run.")
}

// dataName is the folder's or the file's own name.
func dataName(path string) string {
	if absolute, err := filepath.Abs(path); err == nil {
		path = absolute
	}
	return filepath.Base(path)
}

// isCases says whether a path is a file of cases, not a folder.
func isCases(path string) bool {
	name := strings.TrimSuffix(path, ".gz")
	return strings.HasSuffix(name, ".jsonl")
}
