package crossencoder

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/go-json-experiment/json"

	"github.com/splitrank/splitrank/server/internal/hub"
	"github.com/splitrank/splitrank/server/internal/ort/orttest"
)

// maxDifference from PyTorch's logits.
const maxDifference = 1e-4

// parityCase is one line of the reference's answers: a model to load, or a
// query with its documents and what PyTorch makes of them.
type parityCase struct {
	Model     string `json:"model"` // a folder
	MaxLength int    `json:"max_length"`

	Query     string    `json:"query"`
	Documents []string  `json:"documents"`
	Logits    []float64 `json:"logits"`
	Truncated []bool    `json:"truncated"`
}

// parity scores a stream of cases, end to end from their texts, and counts.
type parity struct {
	model                      *Model
	pairs, truncated, failures int
	worst, lowest, highest     float64
	report                     func(format string, args ...any)
}

func (p *parity) run(ctx context.Context, r io.Reader) error {
	lines := bufio.NewReaderSize(r, 1<<20)
	for {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return p.close(ctx)
		}
		if err != nil {
			return err
		}
		var c parityCase
		if err := json.Unmarshal(line, &c); err != nil {
			return err
		}
		if err := p.check(ctx, &c); err != nil {
			return err
		}
	}
}

func (p *parity) check(ctx context.Context, c *parityCase) error {
	if c.Model != "" {
		return p.load(ctx, c)
	}
	if p.model == nil {
		return errors.New("no model")
	}
	got, err := scoreTexts(p.model, ctx, c.Query, c.Documents)
	if err != nil {
		return fmt.Errorf("scoring documents of %.100q: %w", c.Query, err)
	}
	for i, want := range c.Logits {
		p.count(c, i, got.Logits[i], want)
		if got.Truncated[i] != c.Truncated[i] {
			p.fail("document %d of %.100q: truncated %v, want %v", i, c.Query, got.Truncated[i], c.Truncated[i])
		}
	}
	return nil
}

func (p *parity) load(ctx context.Context, c *parityCase) (err error) {
	if err := p.close(ctx); err != nil {
		return err
	}
	files := &hub.Files{Name: c.Model, Dir: c.Model, ONNX: "model.onnx"}
	p.model, err = Load(c.Model, files, Options{MaxLength: c.MaxLength, Threads: 2})
	return err
}

func (p *parity) close(ctx context.Context) error {
	if p.model == nil {
		return nil
	}
	return p.model.Close(ctx)
}

func (p *parity) count(c *parityCase, i int, got, want float64) {
	if p.pairs == 0 {
		p.lowest, p.highest = want, want
	}
	p.pairs++
	if c.Truncated[i] {
		p.truncated++
	}
	p.lowest, p.highest = min(p.lowest, want), max(p.highest, want)
	off := math.Abs(got - want)
	p.worst = max(p.worst, off)
	if !(off <= maxDifference) {
		p.fail("document %d of %.100q, %.100q: logit %v, PyTorch's %v", i, c.Query, c.Documents[i], got, want)
	}
}

func (p *parity) fail(format string, args ...any) {
	p.failures++
	if p.failures <= 10 {
		p.report(format, args...)
	}
}

func (p *parity) String() string {
	return fmt.Sprintf("%d pairs, %d of them truncated, logits from %.2f to %.2f, %d differ, at most by %.1e",
		p.pairs, p.truncated, p.lowest, p.highest, p.failures, p.worst)
}

// TestParity compares with the reference's answers on standard input; `make
// parity` writes them. Without SPLITRANK_PARITY it has nothing to do.
func TestParity(t *testing.T) {
	if os.Getenv("SPLITRANK_PARITY") == "" {
		t.Skip("SPLITRANK_PARITY is not set: parity/logits.py runs this test with the reference's answers")
	}
	p := parity{report: t.Errorf}
	if err := p.run(t.Context(), os.Stdin); err != nil {
		t.Fatal(err)
	}
	t.Log(&p)
	if p.failures > 0 || p.pairs == 0 {
		t.Fail()
	}
}

// TestGolden compares with a stored sample of PyTorch's answers, for a tiny head
// of each family.
func TestGolden(t *testing.T) {
	orttest.Library(t)
	for _, name := range []string{"bert", "distilroberta", "xlm-roberta"} {
		t.Run(name, func(t *testing.T) {
			dir := golden(t, name)
			p := parity{report: t.Errorf}
			cases := fmt.Appendf(nil, "{\"model\":%q}\n", dir)
			cases = append(cases, unpacked(t, "testdata/"+name+".golden.jsonl.gz")...)
			if err := p.run(t.Context(), bytes.NewReader(cases)); err != nil {
				t.Fatal(err)
			}
			if p.failures > 0 || p.pairs < 100 || p.truncated < 20 || p.highest-p.lowest < 1 {
				t.Error(&p)
			}
		})
	}
}

// golden unpacks a tiny head into a folder. Its tokenizer is one of those that
// token's own golden files are about.
func golden(t *testing.T, name string) string {
	dir := t.TempDir()
	tokenizers := map[string]string{"bert": "bert", "distilroberta": "roberta", "xlm-roberta": "xlm-roberta"}
	orttest.Write(t, dir, "tokenizer.json", unpacked(t, "../token/testdata/"+tokenizers[name]+".tokenizer.json.gz"))
	orttest.Write(t, dir, "config.json", unpacked(t, "testdata/"+name+".config.json.gz"))
	orttest.Write(t, dir, "model.onnx", unpacked(t, "testdata/"+name+".onnx.gz"))
	return dir
}

func unpacked(t *testing.T, path string) []byte {
	t.Helper()
	f, err := os.Open(filepath.FromSlash(path))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
