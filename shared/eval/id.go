package eval

import (
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// identifier is the id of a passage or query in a file: a JSON string, or an
// integer, which is kept digit by digit. The two that spell the same are the
// same id, as they are in requests.
type identifier string

// UnmarshalJSON reads a string or an integer.
func (id *identifier) UnmarshalJSON(b []byte) error {
	if v := jsontext.Value(b); v.Kind() == '0' {
		if !isInteger(b) {
			return fmt.Errorf("id %s is neither a string nor an integer", v)
		}
		*id = identifier(b)
		return nil
	}
	return json.Unmarshal(b, (*string)(id))
}

func isInteger(number []byte) bool {
	for i, c := range number {
		if (c < '0' || c > '9') && (c != '-' || i > 0) {
			return false
		}
	}
	return true
}
