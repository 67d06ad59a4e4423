package evaluation

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/splitrank/splitrank/heuristics"
)

// lengths is a Model whose logit is the length of a text, a third of it.
type lengths struct{ asked *int }

func (lengths) Name() string { return "lengths" }

// Reads implements Model: it reads nothing that is marked.
func (lengths) Value(logit, _ float64) float64 { return logit }

func (lengths) Reads(query string, documents []heuristics.Document) []bool {
	reads := make([]bool, len(documents))
	for i, d := range documents {
		reads[i] = !strings.HasPrefix(query, "*") && !strings.HasPrefix(d.Text, "*")
	}
	return reads
}

func (m lengths) Logits(_ context.Context, query string, documents []heuristics.Document) ([]float64, int, error) {
	if query == "broken" {
		return nil, 0, errors.New("out of order")
	}
	*m.asked += len(documents)
	logits := make([]float64, len(documents))
	for i, d := range documents {
		logits[i] = float64(len(d.Title)+len(d.Text)) / 3
	}
	return logits, len(documents), nil
}

func documents(texts ...string) (list []heuristics.Document) {
	for _, text := range texts {
		list = append(list, heuristics.Document{Text: text})
	}
	return list
}

func TestScores(t *testing.T) {
	path := filepath.Join(t.TempDir(), "scores.jsonl")
	steps := []struct {
		name, identity, query string
		documents             []heuristics.Document
		want                  []float64
		ran                   int
	}{
		{"new", "m", "q", documents("a", "bb"), []float64{1. / 3, 2. / 3}, 2},
		{"known", "m", "q", documents("bb", "a"), []float64{2. / 3, 1. / 3}, 0},
		{"one is new", "m", "q", documents("bb", "ccc", "a"), []float64{2. / 3, 1, 1. / 3}, 1},
		{"another query", "m", "qa", documents("", "bb"), []float64{0, 2. / 3}, 2},
		{"another model", "n", "q", documents("a"), []float64{1. / 3}, 1},
		{"a title is not the text", "m", "q", []heuristics.Document{{Title: "a"}}, []float64{1. / 3}, 1},
		{"still known", "m", "q", documents("ccc"), []float64{1}, 0},
	}
	for _, tt := range steps {
		t.Run(tt.name, func(t *testing.T) {
			asked := 0
			s, err := OpenScores(path, lengths{&asked}, tt.identity)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			got, ran, err := s.Logits(t.Context(), tt.query, tt.documents)
			if diff := cmp.Diff(tt.want, got); err != nil || ran != tt.ran || asked != tt.ran || diff != "" {
				t.Errorf("ran %d, asked %d, error %v (-want +got)\n%s", ran, asked, err, diff)
			}
		})
	}
}

func TestScoresFile(t *testing.T) {
	key := strings.Repeat("0", 64)
	line := `{"key":"` + key + `","logit":0.25}` + "\n"
	tests := []struct {
		name, content string
		want          string // of the error
		left          string
	}{
		{"empty", "", "", ""},
		{"cut off", line + line[:20], "", line},
		{"no JSON", line + "x\n", "line 2: ", line + "x\n"},
		{"something else", `{"key":"short","logit":1}` + "\n", "line 1: no line of a scores file", `{"key":"short","logit":1}` + "\n"},
		{"unknown member", strings.Replace(line, "logit", "score", 1), "line 1: ", strings.Replace(line, "logit", "score", 1)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "scores.jsonl")
			if err := os.WriteFile(path, []byte(tt.content), 0o644); err != nil {
				t.Fatal(err)
			}
			s, err := OpenScores(path, lengths{}, "m")
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
			if s != nil {
				s.Close()
			}
			if left, _ := os.ReadFile(path); string(left) != tt.left {
				t.Errorf("left %q, want %q", left, tt.left)
			}
		})
	}
	if _, err := OpenScores(t.TempDir(), lengths{}, "m"); err == nil {
		t.Error("a folder is opened as a file")
	}
}

// TestCrossEncoderPipeline: the model's order counts, and its name is told.
func TestCrossEncoderPipeline(t *testing.T) {
	asked := 0
	pipelines, err := ParsePipelines([]string{"cross-encoder"}, nil, lengths{&asked})
	if err != nil {
		t.Fatal(err)
	}
	if pipelines[0].Model != "lengths" {
		t.Errorf("model %q", pipelines[0].Model)
	}
	orderer := pipelines[0].New()
	got, err := orderer.Order(t.Context(), Task{Query: "q", Documents: documents("a", "ccc", "b", "bb")})
	if diff := cmp.Diff(Outcome{Order: []int{1, 3, 0, 2}, Scored: 4}, got); err != nil || diff != "" {
		t.Errorf("error %v (-want +got)\n%s", err, diff)
	}
	if _, err := orderer.Order(t.Context(), Task{Query: "broken", Documents: documents("a")}); err == nil {
		t.Error("no error")
	}
	if _, err := ParsePipelines([]string{"cascade@30"}, nil, lengths{}); err == nil || errors.Is(err, ErrNoModel) {
		t.Errorf("cascade: error %v", err)
	}
}
