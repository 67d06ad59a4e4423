package eval

import (
	"fmt"
	"io"
)

// Query is one question.
type Query struct {
	ID   string `json:"_id"`
	Text string `json:"text"`
}

// ReadQueries reads BEIR queries, JSONL with _id and text, in file order.
func ReadQueries(name string, r io.Reader) ([]Query, error) {
	var queries []Query
	seen := map[string]bool{}
	err := eachJSON(name, r, func(q Query) error {
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
