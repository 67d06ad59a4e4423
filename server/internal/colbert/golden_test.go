package colbert_test

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/go-json-experiment/json"

	"github.com/splitrank/splitrank/server/internal/colbert"
	"github.com/splitrank/splitrank/server/internal/ort"
	"github.com/splitrank/splitrank/server/internal/ort/orttest"
	"github.com/splitrank/splitrank/server/internal/token"
)

// maxDifference of a value from PyLate's.
const maxDifference = 1e-4

// goldens are the models that parity/golden.py makes.
var goldens = []struct {
	name  string
	apart bool // the projection is no part of the graph
	query int  // tokens of the shortest query
}{
	{"inside", false, 16}, {"attends", false, 24}, {"apart", true, 3}, {"roberta", false, 16}, {"original", true, 16},
}

// pylateLine is what PyLate makes of a text.
type pylateLine struct {
	Text    string      `json:"text"`
	Query   bool        `json:"query"`
	IDs     []int32     `json:"ids"`
	Seen    int         `json:"seen"` // tokens that are attended
	Vectors [][]float32 `json:"vectors"`
	Kept    int         `json:"kept"` // vectors, where these are not there
}

// TestTokensEqualPyLates: ids, attention and which vectors are kept.
func TestTokensEqualPyLates(t *testing.T) {
	for _, g := range goldens {
		t.Run(g.name, func(t *testing.T) {
			dir := unpack(t, g.name)
			settings, texts := load(t, dir, 1<<20)
			cut := 0
			for _, line := range lines(t, g.name) {
				got := write(t, texts, line)
				if !slices.Equal(got.IDs, line.IDs) || len(got.IDs)-got.Unattended != line.Seen {
					t.Fatalf("%q: ids %v, %d of them unattended, want %v, %d attended", line.Text, got.IDs, got.Unattended, line.IDs, line.Seen)
				}
				if kept := len(keep(settings, line, got.IDs)); kept != max(line.Kept, len(line.Vectors)) {
					t.Errorf("%q: %d vectors are kept, want %d", line.Text, kept, max(line.Kept, len(line.Vectors)))
				}
				if line.Query && len(got.IDs) < g.query {
					t.Errorf("%q: a query of %d tokens", line.Text, len(got.IDs))
				}
				if got.Cut {
					cut++
				}
			}
			if cut < 10 {
				t.Errorf("%d texts are cut: the test has become weaker", cut)
			}
		})
	}
}

// TestVectorsEqualPyLates: through ONNX Runtime, projection and normalization.
func TestVectorsEqualPyLates(t *testing.T) {
	orttest.Library(t)
	for _, g := range goldens {
		t.Run(g.name, func(t *testing.T) {
			dir := unpack(t, g.name)
			settings, err := colbert.Read(os.DirFS(dir))
			if err != nil {
				t.Fatal(err)
			}
			encoder, err := ort.LoadEncoder(dir, ort.Options{Dimensions: settings.Dimensions})
			if err != nil {
				t.Fatal(err)
			}
			defer encoder.Close()
			_, texts := load(t, dir, encoder.MaxLength())
			projection, err := colbert.ReadProjection(os.DirFS(dir), encoder.Output(), encoder.Dimensions())
			if err != nil || (projection != nil) != g.apart {
				t.Fatalf("projection %v, %v", projection, err)
			}
			compared := 0
			for _, line := range lines(t, g.name) {
				if line.Vectors == nil {
					continue
				}
				compared += len(line.Vectors)
				compare(t, encoder, projection, settings, write(t, texts, line), line)
			}
			if compared < 150 {
				t.Errorf("%d vectors are compared: the test has become weaker", compared)
			}
		})
	}
}

// compare one text's vectors, read beside a longer text.
func compare(t *testing.T, encoder *ort.Encoder, projection *colbert.Projection, settings colbert.Settings, text colbert.Text, line pylateLine) {
	t.Helper()
	long := ort.Text{IDs: slices.Repeat(text.IDs[:1], encoder.MaxLength())}
	read, err := encoder.Encode(t.Context(), []ort.Text{{IDs: text.IDs, Unattended: text.Unattended}, long})
	if err != nil {
		t.Fatal(err)
	}
	vectors, dimensions := slices.Clone(read[0].Tokens), encoder.Dimensions()
	if projection != nil {
		vectors, dimensions = projection.Apply(vectors), projection.Dimensions()
	}
	colbert.Normalize(vectors, dimensions)
	for i, at := range keep(settings, line, text.IDs) {
		for j, want := range line.Vectors[i] {
			if got := vectors[at*dimensions+j]; !(math.Abs(float64(got-want)) <= maxDifference) {
				t.Fatalf("%q: value %d of vector %d is %v, PyLate's %v", line.Text, j, i, got, want)
			}
		}
	}
}

// keep says which vectors of a text are compared.
func keep(s colbert.Settings, line pylateLine, ids []int32) (kept []int) {
	for i, id := range ids {
		if line.Query || !slices.Contains(s.SkipIDs, id) {
			kept = append(kept, i)
		}
	}
	return kept
}

func write(t *testing.T, texts *colbert.Texts, line pylateLine) colbert.Text {
	t.Helper()
	read := texts.Document
	if line.Query {
		read = texts.Query
	}
	text, err := read(line.Text, 0)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func load(t *testing.T, dir string, maxLength int) (colbert.Settings, *colbert.Texts) {
	t.Helper()
	settings, err := colbert.Read(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	tokenizer, err := token.LoadFS(os.DirFS(dir), "tokenizer.json", token.Options{})
	if err != nil {
		t.Fatal(err)
	}
	texts, err := settings.Texts(tokenizer, maxLength)
	if err != nil {
		t.Fatal(err)
	}
	return settings, texts
}

// unpack writes the files of a model into a folder.
func unpack(t *testing.T, name string) string {
	t.Helper()
	dir, archive := t.TempDir(), tar.NewReader(bytes.NewReader(unzipped(t, name+".model.tar.gz")))
	for {
		entry, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return dir
		}
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, filepath.FromSlash(entry.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func lines(t *testing.T, name string) (list []pylateLine) {
	t.Helper()
	scanner := bufio.NewScanner(bytes.NewReader(unzipped(t, name+".golden.jsonl.gz")))
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		var line pylateLine
		if err := json.Unmarshal(scanner.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		list = append(list, line)
	}
	if scanner.Err() != nil || len(list) < 100 {
		t.Fatalf("%d lines, %v", len(list), scanner.Err())
	}
	return list
}

func unzipped(t *testing.T, name string) []byte {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
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
