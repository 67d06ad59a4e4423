package eval

import (
	"fmt"
	"io"
)

// Query is one question.
type Query struct {
	ID   string
	Text string
}

// queryRow is a Query as a file has it.
type queryRow struct {
	ID   identifier `json:"_id"`
	Text string     `json:"text"`
}

// ReadQueries reads BEIR queries, JSONL with _id, a string or an integer, and
// text, in file order.
func ReadQueries(name string, r io.Reader) ([]Query, error) {
	var queries []Query
	seen := map[string]bool{}
	err := eachJSON(name, r, func(row queryRow) error {
		q := Query{ID: string(row.ID), Text: row.Text}
		if q.ID == "" {
			return errNoID
		}
		if seen[q.ID] {
			return fmt.Errorf("query %q is there twice", q.ID)
		}
		seen[q.ID] = true
		queries = append(queries, q)
		return nil
	})
	return queries, err
}
