package token

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
)

// parityCase is one line of the reference's answers: the name of a tokenizer
// file, a text with its ids, or a pair with the model's input.
type parityCase struct {
	Tokenizer string `json:"tokenizer"`
	Specials  bool   `json:"specials"` // Options.SpecialsInVocabulary

	Text *string `json:"text"`

	Query     string   `json:"query"`
	Document  string   `json:"document"`
	Max       int      `json:"max"`
	Strategy  Strategy `json:"strategy"`
	Stride    int      `json:"stride"`
	Refused   bool     `json:"refused"`
	Types     string   `json:"types"`
	Mask      string   `json:"mask"`
	Truncated bool     `json:"truncated"`

	IDs     []int64   `json:"ids"`
	Windows [][]int64 `json:"windows"` // the reference's overflow: all but the first
}

// parity compares a stream of cases and counts.
type parity struct {
	folder                 string // of tokenizer files given without one
	t                      *Tokenizer
	texts, pairs, failures int
	report                 func(format string, args ...any)
}

func (p *parity) run(r io.Reader) error {
	lines := bufio.NewReaderSize(r, 1<<20)
	for {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		var c parityCase
		if err := json.Unmarshal(line, &c); err != nil {
			return err
		}
		if err := p.check(&c); err != nil {
			p.failures++
			if p.failures <= 10 {
				p.report("%s: %v", c.name(), err)
			}
		}
	}
}

func (c *parityCase) name() string {
	if c.Text != nil {
		return fmt.Sprintf("text %.300q", *c.Text)
	}
	return fmt.Sprintf("pair %.200q, %.200q (%s %d, stride %d)", c.Query, c.Document, c.Strategy, c.Max, c.Stride)
}

func (p *parity) check(c *parityCase) (err error) {
	switch {
	case c.Tokenizer != "":
		if !filepath.IsAbs(c.Tokenizer) {
			c.Tokenizer = filepath.Join(p.folder, c.Tokenizer)
		}
		p.t, err = loadAny(c.Tokenizer, Options{SpecialsInVocabulary: c.Specials})
		return err
	case p.t == nil:
		return errors.New("no tokenizer")
	case c.Text != nil:
		p.texts++
		return same("ids", wide(must(p.t.Encode(nil, *c.Text, 0))), c.IDs)
	}
	p.pairs++
	return p.checkPair(c)
}

// loadAny also reads a compressed file.
func loadAny(path string, o Options) (*Tokenizer, error) {
	if !strings.HasSuffix(path, ".gz") {
		return LoadFS(os.DirFS(filepath.Dir(path)), filepath.Base(path), o)
	}
	data, err := unpack(path)
	if err != nil {
		return nil, err
	}
	return Parse(data, o)
}

func unpack(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

func (p *parity) checkPair(c *parityCase) error {
	pairs, err := p.t.Pairs(Limits{MaxLength: c.Max, Strategy: c.Strategy})
	if err != nil {
		return err
	}
	query := must(pairs.Query(c.Query))
	document := must(pairs.Document(nil, query, c.Document))
	pair, err := pairs.Join(query, document)
	if c.Refused || err != nil {
		if !errors.Is(err, ErrQueryTooLong) || !c.Refused {
			return fmt.Errorf("error %v, reference refused: %v", err, c.Refused)
		}
		return nil
	}
	ids, types, mask := row(pairs, pair, c.Max)
	err = errors.Join(same("ids", ids, c.IDs), sameDigits("types", types, c.Types), sameDigits("mask", mask, c.Mask))
	if pair.Truncated != c.Truncated {
		err = errors.Join(err, fmt.Errorf("truncated %v, want %v", pair.Truncated, c.Truncated))
	}
	if c.Strategy == OnlySecond {
		err = errors.Join(err, p.checkWindows(pairs, query, c))
	}
	return err
}

func (p *parity) checkWindows(pairs *Pairs, query Query, c *parityCase) error {
	w := Windows{Stride: c.Stride}
	document, err := pairs.WindowDocument(nil, query, c.Document, w)
	if errors.Is(err, ErrQueryTooLong) && len(c.Windows) == 0 {
		return nil // nothing to cut: the reference adds no document tokens
	}
	if err != nil {
		return err
	}
	windows, err := pairs.Windows(nil, query, document, w)
	if err != nil {
		return err
	}
	if len(windows) != len(c.Windows)+1 {
		return fmt.Errorf("%d windows, want %d", len(windows), len(c.Windows)+1)
	}
	for i, want := range c.Windows {
		ids, _, _ := row(pairs, windows[i+1], c.Max)
		if err := same(fmt.Sprintf("window %d", i+1), ids, want); err != nil {
			return err
		}
	}
	return nil
}

func row(pairs *Pairs, pair Pair, size int) (ids, types, mask []int64) {
	ids, types, mask = make([]int64, size), make([]int64, size), make([]int64, size)
	pairs.Write(ids, types, mask, pair)
	return ids, types, mask
}

func same(what string, got, want []int64) error {
	if slices.Equal(got, want) {
		return nil
	}
	return fmt.Errorf("%s\n got %.600s\nwant %.600s", what, fmt.Sprint(got), fmt.Sprint(want))
}

func sameDigits(what string, got []int64, want string) error {
	ok := len(got) == len(want)
	for i := 0; ok && i < len(got); i++ {
		ok = got[i] == int64(want[i]-'0')
	}
	if ok {
		return nil
	}
	return fmt.Errorf("%s\n got %.600s\nwant %.600s", what, fmt.Sprint(got), want)
}

func wide(ids []int32) []int64 {
	var out []int64
	for _, id := range ids {
		out = append(out, int64(id))
	}
	return out
}

// TestParity compares with the reference's answers on standard input; `make
// parity` writes them. Without SPLITRANK_PARITY it has nothing to do.
func TestParity(t *testing.T) {
	if os.Getenv("SPLITRANK_PARITY") == "" {
		t.Skip("SPLITRANK_PARITY is not set: parity/parity.py runs this test with the reference's answers")
	}
	p := parity{report: t.Errorf}
	if err := p.run(os.Stdin); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d texts, %d pairs, %d differences", p.texts, p.pairs, p.failures)
	if p.failures > 0 || p.texts+p.pairs == 0 {
		t.Fail()
	}
}

// TestGolden compares with a stored sample of the reference's answers.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.golden.jsonl.gz")
	if err != nil || len(files) == 0 {
		t.Fatal("no golden files", err)
	}
	slices.Sort(files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			cases, err := unpack(file)
			if err != nil {
				t.Fatal(err)
			}
			p := parity{report: t.Errorf, folder: "testdata"}
			if err := p.run(bytes.NewReader(cases)); err != nil {
				t.Fatal(err)
			}
			if p.failures > 0 || p.texts < 80 || p.pairs < 40 {
				t.Errorf("%d texts, %d pairs, %d differences", p.texts, p.pairs, p.failures)
			}
		})
	}
}
