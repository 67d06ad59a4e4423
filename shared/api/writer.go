package api

import (
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// writer appends JSON. A comma is due unless the last byte opened something or
// followed a key: values never end with one of those bytes.
type writer []byte

func (w *writer) open(delim byte) {
	w.comma()
	*w = append(*w, delim)
}

func (w *writer) close(delim byte) { *w = append(*w, delim) }

func (w *writer) comma() {
	if n := len(*w); n > 0 && (*w)[n-1] != '{' && (*w)[n-1] != '[' && (*w)[n-1] != ':' {
		*w = append(*w, ',')
	}
}

func (w *writer) key(name string) *writer {
	w.comma()
	*w = append(append(append(*w, '"'), name...), '"', ':')
	return w
}

// text writes invalid UTF-8 as replacement characters.
func (w *writer) text(s string) {
	w.comma()
	*w, _ = jsontext.AppendQuote(*w, s)
}

func (w *writer) int(n int) {
	w.comma()
	*w = strconv.AppendInt(*w, int64(n), 10)
}

func (w *writer) float(f float64) {
	w.comma()
	*w = jsontext.AppendFloat(*w, f, 64)
}

func (w *writer) bool(b bool) {
	w.comma()
	*w = strconv.AppendBool(*w, b)
}

func (w *writer) id(id ID) {
	if !id.Number {
		w.text(id.Text)
		return
	}
	w.comma()
	*w = append(*w, id.Text...)
}

// raw writes a value without its white space.
// literal writes a JSON string as it came in, where it was looked through.
func (w *writer) literal(v jsontext.Value) {
	w.comma()
	*w = append(*w, v...)
}

func (w *writer) raw(v jsontext.Value) {
	w.comma()
	if b, err := jsontext.AppendFormat(*w, v, jsontext.PreserveRawStrings(true)); err == nil {
		*w = b
	}
}

// optional keys are left out where the value is zero.

func (w *writer) optionalText(name, s string) {
	if s != "" {
		w.key(name).text(s)
	}
}

func (w *writer) optionalInt(name string, n int) {
	if n != 0 {
		w.key(name).int(n)
	}
}

func (w *writer) optionalBool(name string, b bool) {
	if b {
		w.key(name).bool(b)
	}
}

func (w *writer) optionalID(name string, id ID) {
	if !id.IsZero() {
		w.key(name).id(id)
	}
}
