package eval

import (
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// eachJSON calls use with every line of a JSONL file. Unknown members are
// metadata and ignored; invalid UTF-8, which crawled corpora do contain,
// becomes U+FFFD: see RATIONALE: why-corpora-may-hold-invalid-utf-8.
func eachJSON[T any](name string, r io.Reader, use func(T) error) error {
	l, err := newLines(name, r)
	if err != nil {
		return err
	}
	for l.next() {
		var row T
		if err := json.Unmarshal(l.line, &row, jsontext.AllowInvalidUTF8(true)); err != nil {
			return l.fail(err)
		}
		if err := use(row); err != nil {
			return l.fail(err)
		}
	}
	return l.err()
}
