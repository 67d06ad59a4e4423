package api

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// syntax records what is wrong with the JSON itself.
func (d *decoder) syntax(err error) {
	var s *jsontext.SyntacticError
	if !errors.As(err, &s) {
		d.fatal(MalformedJSON, "", emptyOr(err))
		return
	}
	field := fieldOf(s.JSONPointer)
	rest := d.body[min(int(s.ByteOffset), len(d.body)):]
	switch {
	case errors.Is(s.Err, jsontext.ErrDuplicateName):
		d.fatal(DuplicateField, field, "the key "+strconv.Quote(s.JSONPointer.LastToken())+" stands twice in one object")
	case errors.Is(s.Err, io.ErrUnexpectedEOF):
		d.fatal(MalformedJSON, field, "the JSON ends too early"+at(s.ByteOffset))
	case isInvalidUTF8(rest):
		d.fatal(InvalidUTF8, field, "the body is not valid UTF-8"+at(s.ByteOffset))
	case isSurrogate(rest):
		d.fatal(InvalidUTF8, field, "the escape "+string(rest[:6])+" is half of a surrogate pair and no character"+at(s.ByteOffset))
	case notFinite(d.body, int(s.ByteOffset)) != "":
		d.fatal(NotFinite, field, subject(field)+" is "+notFinite(d.body, int(s.ByteOffset))+", which is no number in JSON")
	case bareWord(d.body, int(s.ByteOffset)) != "":
		d.fatal(MalformedJSON, field, "the JSON is malformed: "+bareWord(d.body, int(s.ByteOffset))+" is no value; a text stands in double quotes"+at(s.ByteOffset))
	default:
		d.fatal(MalformedJSON, field, "the JSON is malformed: "+s.Err.Error()+at(s.ByteOffset))
	}
}

func emptyOr(err error) string {
	if errors.Is(err, io.EOF) {
		return "the body is empty"
	}
	return "the JSON is malformed"
}

func at(offset int64) string { return " (at byte " + strconv.FormatInt(offset, 10) + ")" }

func isInvalidUTF8(b []byte) bool {
	r, n := utf8.DecodeRune(b)
	return r == utf8.RuneError && n == 1
}

// isSurrogate reports an escape \ud800 to \udfff.
func isSurrogate(b []byte) bool {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return false
	}
	n, err := strconv.ParseUint(string(b[2:6]), 16, 32)
	return err == nil && n >= 0xd800 && n <= 0xdfff
}

// notFinite is the way some languages write a number that is none, where it
// stands at offset of body; "" = it does not. JSON readers stop behind a sign.
func notFinite(body []byte, offset int) string {
	if offset > 0 && offset <= len(body) && body[offset-1] == '-' {
		offset--
	}
	rest := body[min(offset, len(body)):]
	for _, word := range []string{"NaN", "Infinity", "-Infinity", "nan", "inf", "-inf", "-NaN", "-nan"} {
		if bytes.HasPrefix(rest, []byte(word)) {
			return word
		}
	}
	return ""
}

// bareWord is a word without quotes, of ASCII letters, that reading stopped in; "" =
// it did not.
func bareWord(body []byte, offset int) string {
	const longest = 20
	isLetter := func(i int) bool { return i >= 0 && i < len(body) && (body[i]|0x20) >= 'a' && (body[i]|0x20) <= 'z' }
	from, to := offset, offset
	for isLetter(from-1) && offset-from < longest {
		from--
	}
	for isLetter(to) && to-offset < longest {
		to++
	}
	if from > 0 && (body[from-1] == '"' || body[from-1] == '\\') {
		return ""
	}
	return string(body[min(from, len(body)):min(to, len(body))])
}

// fieldOf writes a JSON pointer as a caller would: /documents/3/text becomes
// documents[3].text.
func fieldOf(p jsontext.Pointer) string {
	var b []byte
	list, batch := false, false // behind the name of a list; that of a batch
	own := true                 // a key of the request, or of the batch, comes next
	for token := range p.Tokens() {
		switch {
		case list:
			b = append(append(append(b, '['), token...), ']')
		case len(b) > 0:
			b = append(append(b, '.'), token...)
		default:
			b = append(b, token...)
		}
		element := list
		list = own && isList(token)
		own, batch = element && batch, list && token == "requests"
	}
	return string(b)
}

// isList reports whether a key of a request, or of a batch, has a list.
func isList(key string) bool {
	switch key {
	case "documents", "chunks", "texts", "input", "rank_fields", "requests":
		return true
	}
	return false
}
