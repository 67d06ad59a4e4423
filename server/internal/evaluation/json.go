package evaluation

import (
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// WriteJSON writes the report of a single collection, or the whole summary of
// several, indented, names sorted.
func WriteJSON(w io.Writer, s *Summary) error {
	var v any = s
	if len(s.Collections) == 1 {
		v = s.Collections[0]
	}
	if err := json.MarshalWrite(w, v, json.Deterministic(true), jsontext.WithIndent("  ")); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
