package eval

import (
	"errors"
	"fmt"
	"io"
)

// Passage is a document of a corpus.
type Passage struct {
	ID    string
	Title string
	Text  string
}

// passageRow is a Passage as a corpus has it.
type passageRow struct {
	ID    identifier `json:"_id"`
	Title string     `json:"title"`
	Text  string     `json:"text"`
}

var errNoID = errors.New(`missing "_id"`)

// ReadCorpus reads a BEIR corpus: JSONL with _id, a string or an integer, title
// and text. Only wanted
// passages are kept, so that memory is bounded by what a run names and not by
// the corpus; a nil wanted keeps all.
func ReadCorpus(name string, r io.Reader, wanted func(id string) bool) (map[string]Passage, error) {
	corpus := map[string]Passage{}
	err := eachJSON(name, r, func(row passageRow) error {
		p := Passage{ID: string(row.ID), Title: row.Title, Text: row.Text}
		if p.ID == "" {
			return errNoID
		}
		if wanted != nil && !wanted(p.ID) {
			return nil
		}
		if _, twice := corpus[p.ID]; twice {
			return fmt.Errorf("document %q is there twice", p.ID)
		}
		corpus[p.ID] = p
		return nil
	})
	return corpus, err
}
