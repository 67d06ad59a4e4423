package eval

import (
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Case is a question with its answers in one line of JSON, the form in which
// teams write their first test sets:
//
//	{"id": "1", "query": "…", "relevant_chunks": ["a", "b"], "candidates": ["c", "a", {"id": "b", "text": "…"}]}
//
// Only query and relevant_chunks are required. All relevant chunks have grade 1.
type Case struct {
	// ID defaults to the case's number in the file, counted from 1.
	ID    string `json:"id"`
	Query string `json:"query"`
	// Relevant lists document ids; at least one.
	Relevant []string `json:"relevant_chunks"`
	// Candidates in the retriever's order. Without any, a run has to name them.
	Candidates []Candidate `json:"candidates"`
}

// Candidate is a whole passage, or its id alone, to be looked up in a corpus.
type Candidate struct {
	Passage
	// Inline says that the text came with the case.
	Inline bool
}

// UnmarshalJSON reads "id" or {"id", "title", "text"}.
func (c *Candidate) UnmarshalJSON(b []byte) error {
	if jsontext.Value(b).Kind() == '"' {
		*c = Candidate{}
		return json.Unmarshal(b, &c.ID)
	}
	var p struct {
		ID    string  `json:"id"`
		Title string  `json:"title"`
		Text  *string `json:"text"`
	}
	if err := json.Unmarshal(b, &p, jsontext.AllowInvalidUTF8(true)); err != nil {
		return err
	}
	if p.Text == nil {
		return fmt.Errorf(`candidate %q has no "text"`, p.ID)
	}
	*c = Candidate{Passage: Passage{ID: p.ID, Title: p.Title, Text: *p.Text}, Inline: true}
	return nil
}

// Grades are the case's judgements.
func (c Case) Grades() Grades {
	g := Grades{}
	for _, id := range c.Relevant {
		g[id] = 1
	}
	return g
}

// ReadCases reads JSONL of Case in file order.
func ReadCases(name string, r io.Reader) ([]Case, error) {
	var cases []Case
	seen := map[string]bool{}
	err := eachJSON(name, r, func(c Case) error {
		if c.ID == "" {
			c.ID = strconv.Itoa(len(cases) + 1)
		}
		if seen[c.ID] {
			return fmt.Errorf("case %q is there twice", c.ID)
		}
		seen[c.ID] = true
		cases = append(cases, c)
		return c.validate()
	})
	return cases, err
}

func (c Case) validate() error {
	if c.Query == "" {
		return errors.New(`missing "query"`)
	}
	if len(c.Relevant) == 0 {
		return errors.New(`missing "relevant_chunks"`)
	}
	seen := map[string]bool{}
	for _, candidate := range c.Candidates {
		if candidate.ID == "" {
			return errors.New(`candidate without "id"`)
		}
		if seen[candidate.ID] {
			return fmt.Errorf("candidate %q is there twice", candidate.ID)
		}
		seen[candidate.ID] = true
	}
	return nil
}
