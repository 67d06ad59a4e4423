package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/splitrank/splitrank/heuristics/text"
	"github.com/splitrank/splitrank/server/internal/evaluation"
	"github.com/splitrank/splitrank/shared/eval"
)

// candidates of every request.
const candidates = 100

// traffic are judged questions with candidates of mixed lengths.
type traffic struct {
	name      string
	questions []question
	minGrade  int
}

type question struct {
	text      string
	documents []eval.Passage
	grades    eval.Grades
}

// loadTraffic takes the questions in Latin script of a collection, each with
// its candidates in Latin script, filled up with those of others.
func loadTraffic(folder string) (*traffic, error) {
	sources, err := evaluation.Sources([]string{folder}, nil, evaluation.Source{Depth: candidates})
	if err != nil {
		return nil, err
	}
	c, err := evaluation.Load(sources[0])
	if err != nil {
		return nil, err
	}
	t := &traffic{name: c.Title(), minGrade: c.MinGrade}
	pool := latin(c)
	for _, q := range c.Queries {
		if text.MainScript(q.Text) == text.Latin {
			t.questions = append(t.questions, question{q.Text, fill(q.Candidates, pool), q.Grades})
		}
	}
	if len(t.questions) == 0 || len(pool) < candidates {
		return nil, fmt.Errorf("collection %s has %d questions and %d passages in Latin script, want some and %d", t.name, len(t.questions), len(pool), candidates)
	}
	return t, nil
}

// latin passages of all queries, each once.
func latin(c *evaluation.Collection) (pool []eval.Passage) {
	seen := map[string]bool{}
	for _, q := range c.Queries {
		for _, p := range q.Candidates {
			if !seen[p.ID] && text.MainScript(p.Text) == text.Latin {
				pool = append(pool, p)
			}
			seen[p.ID] = true
		}
	}
	return pool
}

func fill(own, pool []eval.Passage) (documents []eval.Passage) {
	seen := map[string]bool{}
	for _, p := range slices.Concat(own, pool) {
		if !seen[p.ID] && len(documents) < candidates && text.MainScript(p.Text) == text.Latin {
			documents = append(documents, p)
		}
		seen[p.ID] = true
	}
	return documents
}

// String says how long the texts are.
func (t *traffic) String() string {
	var lengths []float64
	for _, q := range t.questions {
		for _, d := range q.documents {
			lengths = append(lengths, float64(len(d.Title)+len(d.Text)))
		}
	}
	slices.Sort(lengths)
	at := func(share float64) float64 { return eval.Percentile(lengths, share) }
	return fmt.Sprintf("%d questions of %s with %d candidates of %.0f to %.0f bytes (10th, 50th and 90th percentile: %.0f, %.0f, %.0f)",
		len(t.questions), t.name, candidates, at(0), at(1), at(0.1), at(0.5), at(0.9))
}

// shot is a request.
type shot struct {
	question int // that it asks, -1 for none by itself
	path     string
	body     []byte
	header   http.Header
	deadline time.Duration // that it names; 0 = none, or it does not matter
}

// ask makes a request of a question, with more fields.
func (t *traffic) ask(n int, more map[string]any) shot {
	n %= len(t.questions)
	return shot{question: n, path: "/rerank", body: marshal(t.body(n, "", more)), header: http.Header{}}
}

// askAnew is ask with a number behind the question, so that no cache knows it.
func (t *traffic) askAnew(n, number int, more map[string]any) shot {
	s := t.ask(n, nil)
	s.body = marshal(t.body(s.question, " "+strconv.Itoa(number), more))
	return s
}

func (t *traffic) body(n int, suffix string, more map[string]any) map[string]any {
	q := &t.questions[n]
	documents := make([]map[string]any, len(q.documents))
	for i, d := range q.documents {
		documents[i] = map[string]any{"id": d.ID, "title": d.Title, "text": d.Text}
	}
	body := map[string]any{"query": q.text + suffix, "documents": documents}
	for key, value := range more {
		body[key] = value
	}
	return body
}

// marshal what is made here and has no value that JSON cannot hold.
func marshal(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return data
}

// ndcg of an answer to a question.
func (t *traffic) ndcg(n int, a *answer) float64 {
	q := &t.questions[n]
	var ids []string
	for _, r := range a.Results {
		ids = append(ids, q.documents[r.Index].ID)
	}
	return eval.Judge(ids, q.grades, t.minGrade).NDCG(10)
}
