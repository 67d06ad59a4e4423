package wire

import (
	"errors"
	"io"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/splitrank/splitrank/shared/api"
)

func TestReadBody(t *testing.T) {
	full := api.NewError(api.Overloaded, "full")
	for _, tt := range []struct {
		name      string
		body      io.Reader
		announced int64
		through   func(io.Reader) io.Reader
		code      api.Code
	}{
		{"as announced", strings.NewReader("12345"), 5, nil, ""},
		{"unannounced", strings.NewReader("12345"), -1, nil, ""},
		{"a byte at a time", iotest.OneByteReader(strings.NewReader("12345")), -1, nil, ""},
		{"announced too long", strings.NewReader("123456"), 6, nil, api.BodyTooLarge},
		{"too long", strings.NewReader("123456"), -1, nil, api.BodyTooLarge},
		{"cut off", iotest.ErrReader(io.ErrUnexpectedEOF), 5, nil, api.MalformedJSON},
		{"too slow", iotest.ErrReader(slow{}), 5, nil, api.RequestTimeout},
		{"refused on the way", strings.NewReader("1"), 1, func(io.Reader) io.Reader { return iotest.ErrReader(full) }, api.Overloaded},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest("POST", "/", tt.body)
			r.ContentLength = tt.announced
			body, err := ReadBody(httptest.NewRecorder(), r, 5, tt.through)
			var fault *api.Error
			if errors.As(err, &fault); tt.code == "" && (err != nil || string(body) != "12345") {
				t.Errorf("%q, error %v", body, err)
			} else if tt.code != "" && (fault == nil || fault.Code != tt.code) {
				t.Errorf("error %#v", err)
			}
		})
	}
}

// slow is the error of a connection whose time is over.
type slow struct{}

func (slow) Error() string   { return "time-out" }
func (slow) Timeout() bool   { return true }
func (slow) Temporary() bool { return true }

// come is a body that is there as a whole.
type come struct {
	*strings.Reader
	reads int
}

func (c *come) Read(p []byte) (int, error) {
	c.reads++
	return c.Reader.Read(p)
}

func (*come) Close() error { return nil }

// TestReadBodyThatHasCome: where a body says how much of it is left, nothing is copied
// from room to larger room on the way.
func TestReadBodyThatHasCome(t *testing.T) {
	for _, announced := range []int64{-1, 100_000} {
		body := &come{Reader: strings.NewReader(strings.Repeat("x", 100_000))}
		r := httptest.NewRequest("POST", "/", nil)
		r.Body, r.ContentLength = body, announced
		got, err := ReadBody(httptest.NewRecorder(), r, 1<<20, nil)
		if err != nil || len(got) != 100_000 || body.reads > 3 || cap(got) > 120_000 {
			t.Errorf("announced %d: %d bytes in room for %d, after %d reads, error %v", announced, len(got), cap(got), body.reads, err)
		}
	}
}
