package lateinteraction

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"github.com/splitrank/splitrank/server/internal/hub"
	"github.com/splitrank/splitrank/server/internal/modelfiles"
	"github.com/splitrank/splitrank/server/internal/ort/orttest"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// pylateLine is one of colbert's golden files: what PyLate makes of a text.
type pylateLine struct {
	Text    string      `json:"text"`
	Query   bool        `json:"query"`
	Vectors [][]float64 `json:"vectors"`
}

// TestColBERTScoresAsPyLate: MaxSim of PyLate's vectors, as far as eight bits carry, of
// models whose projection is in the graph and apart.
func TestColBERTScoresAsPyLate(t *testing.T) {
	orttest.Library(t)
	for _, name := range []string{"inside", "attends", "apart", "roberta", "original"} {
		t.Run(name, func(t *testing.T) {
			m := loadColBERT(t, name)
			queries, documents := goldenTexts(t, name)
			req := &api.Request{}
			for _, d := range documents {
				req.Documents = append(req.Documents, api.Document{Text: d.Text})
			}
			for _, q := range queries {
				req.Query = q.Text
				for i, got := range allScores(t, m, req) {
					want := 20*maxSim(q.Vectors, documents[i].Vectors) - 12
					if math.Abs(got-want) > 0.15 {
						t.Errorf("%q with %q: logit %v, PyLate's vectors make %v", q.Text, documents[i].Text, got, want)
					}
				}
			}
		})
	}
}

// scores are the logits of a request's documents.
func allScores(t *testing.T, m *Model, req *api.Request) []float64 {
	t.Helper()
	p, all := m.Open(req), make([]int, len(req.Documents))
	for i := range all {
		all[i] = i
	}
	if _, err := p.Tokenize(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	logits := make([]float64, len(all))
	_, err := p.Score(t.Context(), all, func(list []answer.Score) {
		for _, s := range list {
			logits[s.Document] = s.Logit
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return logits
}

func maxSim(query, document [][]float64) (mean float64) {
	for _, q := range query {
		best := -1.0
		for _, d := range document {
			var sum float64
			for i := range q {
				sum += q[i] * d[i]
			}
			best = max(best, sum)
		}
		mean += best / float64(len(query))
	}
	return mean
}

func loadColBERT(t *testing.T, name string) *Model {
	t.Helper()
	dir := unpack(t, name)
	own, err := modelfiles.ReadSettings(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	if is, err := Is(os.DirFS(dir), own); !is || err != nil {
		t.Fatalf("a late-interaction model: %v, %v", is, err)
	}
	m, err := Load(dir, &hub.Files{Name: dir, Dir: dir, ONNX: "model.onnx"}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.Close(context.Background()) })
	return m
}

// TestColBERTIdentity: what PyLate's files say is part of what is kept, and of what is
// scored.
func TestColBERTIdentity(t *testing.T) {
	orttest.Library(t)
	dir := unpack(t, "apart")
	seen := map[string]string{}
	for _, change := range []struct{ name, file, old, new string }{
		{"as it is", "", "", ""},
		{"a length", "config_sentence_transformers.json", `"document_length": 33`, `"document_length": 32`},
		{"a skip list", "config_sentence_transformers.json", `"!"`, `"the"`},
	} {
		if change.file != "" {
			replace(t, filepath.Join(dir, change.file), change.old, change.new)
		}
		m, err := Load(dir, &hub.Files{Name: dir, Dir: dir, ONNX: "model.onnx"}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		identity, _ := m.Identity()
		digest, err := m.Digest()
		if err != nil || m.Close(context.Background()) != nil {
			t.Fatal(err)
		}
		for _, id := range []string{identity, digest} {
			if was, ok := seen[id]; ok {
				t.Errorf("%s: the same as %s", change.name, was)
			}
			seen[id] = change.name
		}
	}
}

func replace(t *testing.T, path, old, new string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(data), old) {
		t.Fatalf("%s has no %s: %v", path, old, err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(data), old, new, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestIs(t *testing.T) {
	for _, tt := range []struct {
		name, file, text string
		want             bool
		fails            string
	}{
		{"a cross-encoder", "config.json", `{}`, false, ""},
		{"an encoder of sentence-transformers", "config_sentence_transformers.json", `{"prompts": {}}`, false, ""},
		{"a broken one", "config_sentence_transformers.json", `{"query_length": -1}`, false, "query_length is -1"},
	} {
		dir := t.TempDir()
		orttest.Write(t, dir, tt.file, []byte(tt.text))
		is, err := Is(os.DirFS(dir), modelfiles.Settings{})
		if is != tt.want || (err == nil) != (tt.fails == "") || err != nil && !strings.Contains(err.Error(), tt.fails) {
			t.Errorf("%s: %v, %v", tt.name, is, err)
		}
	}
	if is, err := Is(os.DirFS(t.TempDir()), modelfiles.Settings{LateInteraction: &modelfiles.LateInteraction{}}); !is || err != nil {
		t.Errorf("one made for this program: %v, %v", is, err)
	}
}

// goldenTexts are those that PyLate's vectors are known of.
func goldenTexts(t *testing.T, name string) (queries, documents []pylateLine) {
	t.Helper()
	lines := bufio.NewScanner(bytes.NewReader(unzipped(t, name+".golden.jsonl.gz")))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var line pylateLine
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		switch {
		case line.Vectors == nil:
		case line.Query:
			queries = append(queries, line)
		default:
			documents = append(documents, line)
		}
	}
	if len(queries) < 5 || len(documents) < 5 {
		t.Fatalf("%d queries and %d documents, %v", len(queries), len(documents), lines.Err())
	}
	return queries, documents
}

// unpack writes the files of one of colbert's golden models into a folder.
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
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(filepath.FromSlash(entry.Name))), 0o755); err != nil {
			t.Fatal(err)
		}
		orttest.Write(t, dir, entry.Name, data)
	}
}

func unzipped(t *testing.T, name string) []byte {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "colbert", "testdata", name))
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
