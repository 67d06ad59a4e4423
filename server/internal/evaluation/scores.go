package evaluation

import (
	"bufio"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"sync"

	"github.com/go-json-experiment/json"

	"github.com/splitrank/splitrank/server/internal/digest"
	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/shared/api"
)

// Scores is a model that remembers: logits that a file holds are read from it,
// and those of the model behind are added. Several models may share a file. It
// is safe for concurrent use; two processes must not write one file at once.
//
// It is no cache: to a cascade no pair is known before it is asked about, so
// that what is asked about is what would be without the file. Requests with a
// deadline go to the model itself, because they measure its speed.
type Scores struct {
	rerank.PairModel
	identity string

	mu    sync.Mutex
	known map[string]float64
	file  *os.File
}

// scoreLine is one line of the file.
type scoreLine struct {
	Key   string  `json:"key"`
	Logit float64 `json:"logit"`
}

// OpenScores puts a file before a model, and makes it if there is none.
// identity stands for all that a logit depends on besides the texts. A last
// line that was cut off, as by an interruption, is removed.
func OpenScores(path string, m rerank.PairModel, identity string) (*Scores, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("opening scores: %w", err)
	}
	s := &Scores{PairModel: m, identity: identity, known: map[string]float64{}, file: file}
	if err := s.read(); err != nil {
		return nil, errors.Join(fmt.Errorf("reading scores %q: %w", path, err), file.Close())
	}
	return s, nil
}

func (s *Scores) read() error {
	in, whole := bufio.NewReader(s.file), int64(0)
	for n := 1; ; n++ {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if err := s.readLine(line); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		whole += int64(len(line))
	}
	if err := s.file.Truncate(whole); err != nil {
		return err
	}
	_, err := s.file.Seek(whole, io.SeekStart)
	return err
}

func (s *Scores) readLine(line []byte) error {
	var l scoreLine
	if err := json.Unmarshal(line, &l, json.RejectUnknownMembers(true)); err != nil {
		return err
	}
	if len(l.Key) != 2*len(digest.Pair{}) || math.IsInf(l.Logit, 0) {
		return errors.New("no line of a scores file")
	}
	s.known[l.Key] = l.Logit
	return nil
}

// lookUp a pair.
func (s *Scores) lookUp(key string) (logit float64, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	logit, ok = s.known[key]
	return logit, ok
}

// add writes at once, so that an interrupted run keeps what it has paid for.
func (s *Scores) add(key string, logit float64) error {
	line, err := json.Marshal(scoreLine{key, logit})
	if err != nil {
		return fmt.Errorf("writing scores: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known[key] = logit
	if _, err := s.file.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("writing scores: %w", err)
	}
	return nil
}

// keys of the pairs of a request, by document.
func (s *Scores) keys(req *api.Request) []string {
	keys := make([]string, len(req.Documents))
	for i, pair := range digest.Pairs(s.identity, req) {
		keys[i] = hex.EncodeToString(pair[:])
	}
	return keys
}

// Close closes the file.
func (s *Scores) Close() error { return s.file.Close() }
