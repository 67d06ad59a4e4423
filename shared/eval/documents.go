package eval

import (
	"errors"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// documentRow is a line with a document, or a list of them.
type documentRow struct {
	Title     string         `json:"title"`
	Text      *string        `json:"text"`
	Documents jsontext.Value `json:"documents"`
}

var errNoText = errors.New(`a line is a text, an object with "text", or one with "documents"`)

// EachDocument walks over the documents of a JSONL file, gzipped or not, and stops at
// the first error of each. A line is a text, an object with a text and perhaps a
// title, as in a BEIR corpus, or an object with documents, a list of such, as in a
// request to rank. Other keys mean nothing. An error names the line.
func EachDocument(name string, r io.Reader, each func(title, text string) error) error {
	l, err := newLines(name, r)
	if err != nil {
		return err
	}
	for l.next() {
		if err := documentsIn(l.line, true, each); err != nil {
			return l.fail(err)
		}
	}
	return l.err()
}

// documentsIn a value, which may be a list of them where it is nested in none.
func documentsIn(value jsontext.Value, outermost bool, each func(title, text string) error) error {
	var text string
	if kind := value.Kind(); kind == '"' {
		if err := json.Unmarshal(value, &text, jsontext.AllowInvalidUTF8(true)); err != nil {
			return err
		}
		return each("", text)
	}
	var row documentRow
	if err := json.Unmarshal(value, &row, jsontext.AllowInvalidUTF8(true)); err != nil {
		return err
	}
	switch {
	case row.Text != nil:
		return each(row.Title, *row.Text)
	case row.Documents == nil || !outermost:
		return errNoText
	}
	var list []jsontext.Value
	if err := json.Unmarshal(row.Documents, &list, jsontext.AllowInvalidUTF8(true)); err != nil {
		return err
	}
	for _, one := range list {
		if err := documentsIn(one, false, each); err != nil {
			return err
		}
	}
	return nil
}
