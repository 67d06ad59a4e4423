package api

import (
	"bytes"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// decoder reads tokens and remembers the first error; after it every method
// does nothing and more is false, so that the readers below need no checks.
// See RATIONALE: why-json-is-read-by-token.
type decoder struct {
	json   *jsontext.Decoder
	body   []byte
	limits Limits
	err    *Error
	// broken says that err is one of JSON itself: nothing after it can be read.
	broken bool
}

// byteOrderMark may begin a text: Windows PowerShell and several editors write
// it.
const byteOrderMark = "\ufeff"

func newDecoder(body []byte, limits Limits) *decoder {
	body = bytes.TrimPrefix(body, []byte(byteOrderMark))
	d := &decoder{json: jsontext.NewDecoder(bytes.NewBuffer(body)), body: body, limits: limits.WithDefaults()}
	if len(body) > d.limits.BodyBytes {
		d.fatal(BodyTooLarge, "", "the body is longer than "+strconv.Itoa(d.limits.BodyBytes)+" bytes")
	}
	return d
}

// fail records an error about the value or the name read last.
func (d *decoder) fail(code Code, message string) {
	d.failAt(code, d.field(), message)
}

func (d *decoder) failAt(code Code, field, message string) {
	if d.err == nil {
		d.err = newError(code, field, message)
	}
}

func (d *decoder) fatal(code Code, field, message string) {
	d.failAt(code, field, message)
	d.broken = true
}

// field is where the value or name read last stands.
func (d *decoder) field() string { return fieldOf(d.json.StackPointer()) }

// open reads the delimiter that begins an object or a list.
func (d *decoder) open(kind jsontext.Kind, want string) {
	d.expect(kind, want)
}

// more reports whether another member or element follows in the object or list
// that was opened last.
func (d *decoder) more() bool {
	if d.err != nil {
		return false
	}
	kind := d.json.PeekKind()
	return kind != '}' && kind != ']'
}

// close reads the delimiter that ends it.
func (d *decoder) close() { d.token() }

// end demands that nothing follows.
func (d *decoder) end() {
	if d.err != nil {
		return
	}
	end := d.json.InputOffset()
	if _, err := d.json.ReadToken(); err != io.EOF {
		d.fatal(MalformedJSON, "", "the body goes on after its JSON value ended"+at(end))
	}
}

// token reads the next token and bounds the depth.
func (d *decoder) token() jsontext.Token {
	if d.err != nil {
		return jsontext.Null
	}
	t, err := d.json.ReadToken()
	if err != nil {
		d.syntax(err)
		return jsontext.Null
	}
	if d.json.StackDepth() > d.limits.Depth {
		d.fatal(TooDeep, d.field(), "the JSON is nested more than "+strconv.Itoa(d.limits.Depth)+" levels deep")
	}
	return t
}

// expect reads a token of the given kind.
func (d *decoder) expect(kind jsontext.Kind, want string) jsontext.Token {
	t := d.token()
	if d.err == nil && t.Kind() != kind {
		d.wrongType(t.Kind(), want)
	}
	return t
}

func (d *decoder) wrongType(got jsontext.Kind, want string) {
	field := d.field()
	d.failAt(WrongType, field, subject(field)+" must be "+want+", not "+kindName(got))
}

// subject of a sentence about field.
func subject(field string) string {
	if field == "" {
		return "the body"
	}
	return field
}

func kindName(k jsontext.Kind) string {
	switch k {
	case 'n':
		return "null"
	case 't', 'f':
		return "a boolean"
	case '"':
		return "a string"
	case '0':
		return "a number"
	case '[':
		return "an array"
	}
	return "an object"
}

// value reads a value whole; it aliases the body.
func (d *decoder) value() jsontext.Value {
	if d.err != nil {
		return nil
	}
	v, err := d.json.ReadValue()
	if err != nil {
		d.syntax(err)
		return nil
	}
	return v
}

// name reads a key.
func (d *decoder) name() []byte { return unquote(d.value()) }

// unquote avoids a copy where there is nothing to unescape.
func unquote(v jsontext.Value) []byte {
	if len(v) < 2 {
		return nil
	}
	if bytes.IndexByte(v, '\\') < 0 {
		return v[1 : len(v)-1]
	}
	b, _ := jsontext.AppendUnquote(nil, v)
	return b
}

// absent reads a null, which counts as a key that was left out.
func (d *decoder) absent() bool {
	if !d.next('n') {
		return false
	}
	d.token()
	return true
}

// skip reads a value of any type and forgets it.
func (d *decoder) skip() {
	depth := d.json.StackDepth()
	d.token()
	d.unwind(depth)
}

// unwind reads on until no more than depth objects and lists are open.
func (d *decoder) unwind(depth int) {
	for d.err == nil && d.json.StackDepth() > depth {
		d.token()
	}
}

// text copies a string out of the body, once.
func (d *decoder) text() string {
	if !d.next('"') {
		d.expect('"', "a string")
		return ""
	}
	return string(unquote(d.value()))
}

// next reports whether a value of the given kind follows.
func (d *decoder) next(kind jsontext.Kind) bool {
	return d.err == nil && d.json.PeekKind() == kind
}

func (d *decoder) optionalText() string {
	if d.absent() {
		return ""
	}
	return d.text()
}

// flag reads a boolean, otherwise where it is null.
func (d *decoder) flag(otherwise bool) bool {
	if d.absent() {
		return otherwise
	}
	t := d.token()
	if k := t.Kind(); d.err == nil && k != 't' && k != 'f' {
		d.wrongType(k, "true or false")
	}
	return d.err == nil && t.Kind() == 't'
}

// count reads an integer from 1 to MaxNumber; null is 0.
func (d *decoder) count() int { return d.integer(1) }

// integer reads one from least to MaxNumber; null is 0.
func (d *decoder) integer(least int) int {
	if d.absent() {
		return 0
	}
	t := d.expect('0', "an integer")
	if d.err != nil {
		return 0
	}
	digits := t.String()
	if !isInteger(digits) {
		d.fail(WrongType, d.field()+" must be an integer, not "+digits)
		return 0
	}
	n, err := strconv.Atoi(digits)
	if err != nil || n < least || n > MaxNumber {
		if d.broke() {
			return 0
		}
		d.fail(OutOfRange, d.field()+" is "+digits+", outside "+strconv.Itoa(least)+" to "+strconv.Itoa(MaxNumber))
		return 0
	}
	return n
}

// broke reports that what follows a value cannot follow one, as in 0x10 or 01:
// that is no JSON, whatever its beginning would mean.
func (d *decoder) broke() bool {
	if d.json.PeekKind() != 0 {
		return false
	}
	d.token()
	return d.err != nil
}

func isInteger(number string) bool { return !strings.ContainsAny(number, ".eE") }

// number reads a float64; ok is false for null.
func (d *decoder) number() (f float64, ok bool) {
	if d.absent() {
		return 0, false
	}
	t := d.expect('0', "a number")
	if d.err != nil {
		return 0, false
	}
	digits := t.String()
	f, err := strconv.ParseFloat(digits, 64)
	if err != nil || math.IsInf(f, 0) {
		d.fail(NotFinite, d.field()+" is "+digits+", too large for a number")
		return 0, false
	}
	return f, true
}
