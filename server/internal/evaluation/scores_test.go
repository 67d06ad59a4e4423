package evaluation

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// lengths is a model whose logit is the length of a text, a third of it. It
// reads nothing that is marked with *, and fails at the query "broken".
type lengths struct {
	asked *atomic.Int64
}

func (lengths) Name() string                       { return "lengths" }
func (lengths) SupportsLanguage(string, bool) bool { return true }
func (lengths) SupportsScript(text string) bool    { return !strings.HasPrefix(text, "*") }
func (lengths) Calibration() answer.Calibration    { return answer.Calibration{} }

func (m lengths) Open(req *api.Request) rerank.Pairs { return lengthsOf{m, req} }

// lengthsOf implements rerank.Pairs.
type lengthsOf struct {
	model lengths
	req   *api.Request
}

func (lengthsOf) Known(context.Context, []int) ([]answer.Score, rerank.Timing) {
	return nil, rerank.Timing{}
}
func (lengthsOf) Forecast([]int) time.Duration { return 0 }

func (p lengthsOf) Tokenize(_ context.Context, documents []int) ([]int, error) {
	tokens := make([]int, len(documents))
	for i, d := range documents {
		tokens[i] = len(p.req.Documents[d].Text)
	}
	return tokens, nil
}

func (p lengthsOf) Score(_ context.Context, documents []int, news func([]answer.Score)) (rerank.Timing, error) {
	if p.req.Query == "broken" {
		return rerank.Timing{}, errors.New("out of order")
	}
	p.model.asked.Add(int64(len(documents)))
	for _, d := range documents {
		text := p.req.Documents[d].Title + p.req.Documents[d].Text
		news([]answer.Score{{Document: d, Logit: float64(len(text)) / 3}})
	}
	return rerank.Timing{}, nil
}

func documents(texts ...string) (list []api.Document) {
	for _, text := range texts {
		list = append(list, api.Document{Text: text})
	}
	return list
}

func TestScores(t *testing.T) {
	path := filepath.Join(t.TempDir(), "scores.jsonl")
	steps := []struct {
		name, identity, query string
		documents             []api.Document
		want                  []float64
		ran                   int
		tokens                []int // 0 of what is known
	}{
		{"new", "m", "q", documents("a", "bb"), []float64{1. / 3, 2. / 3}, 2, []int{1, 2}},
		{"known", "m", "q", documents("bb", "a"), []float64{2. / 3, 1. / 3}, 0, []int{0, 0}},
		{"one is new", "m", "q", documents("bb", "ccc", "a"), []float64{2. / 3, 1, 1. / 3}, 1, []int{0, 3, 0}},
		{"another query", "m", "qa", documents("", "bb"), []float64{0, 2. / 3}, 2, []int{0, 2}},
		{"another model", "n", "q", documents("a"), []float64{1. / 3}, 1, []int{1}},
		{"a title is not the text", "m", "q", []api.Document{{Title: "a"}}, []float64{1. / 3}, 1, []int{0}},
		{"still known", "m", "q", documents("ccc"), []float64{1}, 0, []int{0}},
	}
	for _, tt := range steps {
		t.Run(tt.name, func(t *testing.T) {
			var asked atomic.Int64
			s, err := OpenScores(path, lengths{&asked}, tt.identity)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			got, tokens, err := logits(t, s, tt.query, tt.documents)
			if diff := cmp.Diff(tt.want, got); err != nil || asked.Load() != int64(tt.ran) || diff != "" {
				t.Errorf("asked %d, error %v (-want +got)\n%s", asked.Load(), err, diff)
			}
			if diff := cmp.Diff(tt.tokens, tokens); diff != "" {
				t.Errorf("tokens: (-want +got)\n%s", diff)
			}
		})
	}
}

// logits of all documents, and the tokens that had to be read for them.
func logits(t *testing.T, m rerank.PairModel, query string, docs []api.Document) (found []float64, tokens []int, err error) {
	t.Helper()
	req := &api.Request{Query: query, Documents: docs}
	pairs, all := m.Open(req), inOrder(len(docs))
	if known, _ := pairs.Known(t.Context(), all); known != nil {
		t.Errorf("a file of scores is a cache: %v", known)
	}
	if tokens, err = pairs.Tokenize(t.Context(), all); err != nil {
		return nil, nil, err
	}
	found = make([]float64, len(docs))
	_, err = pairs.Score(t.Context(), all, func(list []answer.Score) {
		for _, s := range list {
			found[s.Document] = s.Logit
		}
	})
	return found, tokens, err
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

// TestScoresAndDeadlines: a deadline is met by the model, whatever a file knows.
func TestScoresAndDeadlines(t *testing.T) {
	var asked atomic.Int64
	s, err := OpenScores(filepath.Join(t.TempDir(), "scores.jsonl"), lengths{&asked}, "m")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	req := &api.Request{Query: "q", Documents: []api.Document{{Text: "a"}}}
	for _, ms := range []int{0, 1000, 0} {
		req.Budget.DeadlineMS = ms
		if _, err := s.Open(req).Score(t.Context(), []int{0}, func([]answer.Score) {}); err != nil {
			t.Fatal(err)
		}
	}
	if asked.Load() != 2 {
		t.Errorf("the model was asked %d times, want once and for the deadline", asked.Load())
	}
}
