package ubi

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// line of JSON that is being appended. A comma is due unless the last byte opened
// something, followed a key or ended the line before: values never end with one of
// those bytes. err is the first number that JSON has no form of.
type line struct {
	bytes []byte
	err   error
}

// end the line, or give back what it was appended to.
func (l *line) end(to []byte) ([]byte, error) {
	if l.err != nil {
		return to, l.err
	}
	return append(l.bytes, '\n'), nil
}

func (l *line) comma() {
	if n := len(l.bytes); n > 0 && !opens(l.bytes[n-1]) {
		l.bytes = append(l.bytes, ',')
	}
}

func opens(c byte) bool { return c == '{' || c == '[' || c == ':' || c == '\n' }

func (l *line) open(delim byte) {
	l.comma()
	l.bytes = append(l.bytes, delim)
}

func (l *line) close(delim byte) { l.bytes = append(l.bytes, delim) }

// key is of ASCII letters and _.
func (l *line) key(name string) *line {
	l.comma()
	l.bytes = append(append(append(l.bytes, '"'), name...), '"', ':')
	return l
}

func (l *line) text(s string) {
	l.comma()
	l.bytes = appendQuoted(l.bytes, s)
}

func appendQuoted(to []byte, s string) []byte {
	if !isPlain(s) {
		quoted, _ := json.Marshal(s) // a string never fails
		return append(to, quoted...)
	}
	return append(append(append(to, '"'), s...), '"')
}

// isPlain reports that encoding/json puts a text between quotes as it is.
func isPlain(s string) bool {
	all := byte(0)
	for i := range len(s) {
		c := s[i]
		if escaped[c] {
			return false
		}
		all |= c
	}
	return all < utf8.RuneSelf || utf8.ValidString(s) && !strings.ContainsAny(s, "\u2028\u2029")
}

// escaped are the bytes that are not written as they are.
var escaped = func() (bytes [256]bool) {
	for c := range byte(' ') {
		bytes[c] = true
	}
	for _, c := range []byte(`"\<>&`) {
		bytes[c] = true
	}
	return bytes
}()

func (l *line) texts(list []string) {
	if list == nil {
		l.comma()
		l.bytes = append(l.bytes, "null"...)
		return
	}
	l.open('[')
	for i, s := range list {
		if i > 0 {
			l.bytes = append(l.bytes, ',')
		}
		l.bytes = appendQuoted(l.bytes, s)
	}
	l.close(']')
}

func (l *line) int(n int) {
	l.comma()
	l.bytes = strconv.AppendInt(l.bytes, int64(n), 10)
}

func (l *line) float(f float64) {
	l.comma()
	if size := math.Abs(f); f == 0 || size >= 1e-6 && size < 1e21 {
		l.bytes = strconv.AppendFloat(l.bytes, f, 'f', -1, 64)
		return
	}
	number, err := json.Marshal(f)
	if err != nil && l.err == nil {
		l.err = fmt.Errorf("a record of the query log: %w", err)
	}
	l.bytes = append(l.bytes, number...)
}

// optional keys are left out where the value is zero.

func (l *line) optionalText(name, s string) {
	if s != "" {
		l.key(name).text(s)
	}
}

func (l *line) optionalInt(name string, n int) {
	if n != 0 {
		l.key(name).int(n)
	}
}

func (l *line) optionalFloat(name string, f float64) {
	if f != 0 {
		l.key(name).float(f)
	}
}

func (l *line) optionalTrue(name string, b bool) {
	if b {
		l.key(name)
		l.bytes = append(l.bytes, "true"...)
	}
}
