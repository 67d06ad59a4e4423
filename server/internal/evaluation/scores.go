package evaluation

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"sync"

	"github.com/go-json-experiment/json"

	"github.com/splitrank/splitrank/heuristics"
)

// Scores is a Model that remembers: logits that a file holds are read from it,
// and those of the model behind are added. Several models may share a file. It
// is safe for concurrent use; two processes must not write one file at once.
type Scores struct {
	model    Model
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
func OpenScores(path string, m Model, identity string) (*Scores, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("opening scores: %w", err)
	}
	s := &Scores{model: m, identity: identity, known: map[string]float64{}, file: file}
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
	if len(l.Key) != 2*sha256.Size || math.IsInf(l.Logit, 0) {
		return errors.New("no line of a scores file")
	}
	s.known[l.Key] = l.Logit
	return nil
}

// Name implements Model.
func (s *Scores) Name() string { return s.model.Name() }

// Value implements Model.
func (s *Scores) Value(logit, heuristic float64) float64 { return s.model.Value(logit, heuristic) }

// Reads implements Model.
func (s *Scores) Reads(query string, documents []heuristics.Document) []bool {
	return s.model.Reads(query, documents)
}

// Logits implements Model: the model behind is asked about what is not known.
func (s *Scores) Logits(ctx context.Context, query string, documents []heuristics.Document) ([]float64, int, error) {
	keys := s.keys(query, documents)
	logits, missing := s.lookUp(keys)
	if len(missing) == 0 {
		return logits, 0, nil
	}
	asked := make([]heuristics.Document, len(missing))
	for i, position := range missing {
		asked[i] = documents[position]
	}
	found, ran, err := s.model.Logits(ctx, query, asked)
	if err != nil {
		return nil, 0, err
	}
	if len(found) != len(missing) {
		return nil, 0, fmt.Errorf("the model gave %d logits for %d documents", len(found), len(missing))
	}
	var lines bytes.Buffer
	for i, position := range missing {
		logits[position] = found[i]
		if err := json.MarshalWrite(&lines, scoreLine{keys[position], found[i]}); err != nil {
			return nil, 0, fmt.Errorf("writing scores: %w", err)
		}
		lines.WriteByte('\n')
	}
	return logits, ran, s.add(keys, logits, missing, lines.Bytes())
}

func (s *Scores) lookUp(keys []string) (logits []float64, missing []int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	logits = make([]float64, len(keys))
	for i, key := range keys {
		logit, ok := s.known[key]
		if !ok {
			missing = append(missing, i)
		}
		logits[i] = logit
	}
	return logits, missing
}

// add writes at once, so that an interrupted run keeps what it has paid for.
func (s *Scores) add(keys []string, logits []float64, positions []int, lines []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, i := range positions {
		s.known[keys[i]] = logits[i]
	}
	if _, err := s.file.Write(lines); err != nil {
		return fmt.Errorf("writing scores: %w", err)
	}
	return nil
}

// keys are digests of model, query and document, each with its length before it.
func (s *Scores) keys(query string, documents []heuristics.Document) []string {
	keys := make([]string, len(documents))
	for i, d := range documents {
		h := sha256.New()
		for _, part := range []string{s.identity, query, d.Title, d.Text} {
			var length [8]byte
			binary.BigEndian.PutUint64(length[:], uint64(len(part)))
			h.Write(length[:])
			h.Write([]byte(part))
		}
		keys[i] = fmt.Sprintf("%x", h.Sum(nil))
	}
	return keys
}

// Close closes the file.
func (s *Scores) Close() error { return s.file.Close() }
