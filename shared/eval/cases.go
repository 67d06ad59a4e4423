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
// Ids are strings or integers. Only query and relevant_chunks are required. All relevant chunks have grade 1.
type Case struct {
	// ID defaults to the case's number in the file, counted from 1.
	ID    string
	Query string
	// Relevant lists document ids; at least one.
	Relevant []string
	// Candidates in the retriever's order. Without any, a run has to name them.
	Candidates []Candidate
}

// caseRow is a Case as a file has it.
type caseRow struct {
	ID         identifier   `json:"id"`
	Query      string       `json:"query"`
	Relevant   []identifier `json:"relevant_chunks"`
	Candidates []Candidate  `json:"candidates"`
}

func (r caseRow) plain() Case {
	c := Case{ID: string(r.ID), Query: r.Query, Candidates: r.Candidates}
	for _, id := range r.Relevant {
		c.Relevant = append(c.Relevant, string(id))
	}
	return c
}

// Candidate is a whole passage, or its id alone, to be looked up in a corpus.
type Candidate struct {
	Passage
	// Inline says that the text came with the case.
	Inline bool
}

// UnmarshalJSON reads an id or {"id", "title", "text"}.
func (c *Candidate) UnmarshalJSON(b []byte) error {
	if kind := jsontext.Value(b).Kind(); kind == '"' || kind == '0' {
		*c = Candidate{}
		var id identifier
		err := json.Unmarshal(b, &id)
		c.ID = string(id)
		return err
	}
	var p struct {
		ID    identifier `json:"id"`
		Title string     `json:"title"`
		Text  *string    `json:"text"`
	}
	if err := json.Unmarshal(b, &p, jsontext.AllowInvalidUTF8(true)); err != nil {
		return err
	}
	if p.Text == nil {
		return fmt.Errorf(`candidate %q has no "text"`, p.ID)
	}
	*c = Candidate{Passage: Passage{ID: string(p.ID), Title: p.Title, Text: *p.Text}, Inline: true}
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
	err := eachJSON(name, r, func(row caseRow) error {
		c := row.plain()
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
