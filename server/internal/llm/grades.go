package llm

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/splitrank/splitrank/shared/answer"
)

// readGrades takes of an answer what is well formed: an integer from 0 to 10
// under a key that was given out, once. Anything else leaves that document
// without a grade. An error says that nothing can be used.
func readGrades(text string, docs []shown, why bool) ([]answer.Grade, error) {
	entries, err := entriesOf(text)
	if err != nil {
		return nil, err
	}
	var grades []answer.Grade
	known := 0
	for _, d := range docs {
		values := entries[d.key]
		known += min(len(values), 1)
		if len(values) != 1 {
			continue
		}
		if g, ok := gradeIn(values[0], why); ok {
			g.Document, g.Truncated = d.document, d.truncated
			grades = append(grades, g)
		}
	}
	if len(entries) > known && known < len(docs) {
		return nil, errShifted
	}
	return grades, nil
}

// errShifted is an answer that leaves out keys and has foreign ones: it may count
// from another number, and every grade may be another document's.
var errShifted = errors.New("the answer has other keys than those that were given out")

var errNoObject = errors.New("the answer is no JSON object")

// entriesOf the object that an answer consists of, each key with all its values.
// A fence of Markdown around it is taken off, prose is not.
func entriesOf(text string) (map[string][]jsontext.Value, error) {
	d := jsontext.NewDecoder(strings.NewReader(unfenced(text)), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if t, err := d.ReadToken(); err != nil || t.Kind() != '{' {
		return nil, errNoObject
	}
	entries := map[string][]jsontext.Value{}
	for d.PeekKind() == '"' {
		name, err := d.ReadToken()
		if err != nil {
			return nil, errNoObject
		}
		key := name.String()
		value, err := d.ReadValue()
		if err != nil {
			return nil, errNoObject
		}
		entries[key] = append(entries[key], value.Clone())
	}
	if t, err := d.ReadToken(); err != nil || t.Kind() != '}' {
		return nil, errNoObject
	}
	if _, err := d.ReadToken(); !errors.Is(err, io.EOF) {
		return nil, errNoObject
	}
	return entries, nil
}

func unfenced(text string) string {
	text = strings.TrimSpace(text)
	if rest, ok := strings.CutPrefix(text, "```"); ok {
		if rest, ok = strings.CutSuffix(rest, "```"); ok {
			_, inner, _ := strings.Cut(rest, "\n")
			return inner
		}
	}
	return text
}

// gradeIn is {"grade":7,"why":"…"}, or 7. Models that are asked for one may give
// the other.
func gradeIn(value jsontext.Value, why bool) (answer.Grade, bool) {
	if value.Kind() != '{' {
		n, ok := integerGrade(value)
		return answer.Grade{Grade: n}, ok
	}
	var entry struct {
		Grade jsontext.Value `json:"grade"`
		Why   jsontext.Value `json:"why"`
	}
	if err := json.Unmarshal(value, &entry, jsontext.AllowInvalidUTF8(true)); err != nil {
		return answer.Grade{}, false
	}
	n, ok := integerGrade(entry.Grade)
	g := answer.Grade{Grade: n}
	var s string
	if why && entry.Why.Kind() == '"' && json.Unmarshal(entry.Why, &s, jsontext.AllowInvalidUTF8(true)) == nil {
		g.Why = reason(s)
	}
	return g, ok
}

// integerGrade is a literal from 0 to 10: no fraction, no exponent, no string.
func integerGrade(v jsontext.Value) (float64, bool) {
	v = bytes.TrimSpace(v)
	switch {
	case len(v) == 1 && v[0] >= '0' && v[0] <= '9':
		return float64(v[0] - '0'), true
	case string(v) == "10":
		return 10, true
	}
	return 0, false
}
