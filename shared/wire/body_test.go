package wire

import (
	"errors"
	"io"
	"net/http"
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

// wholeBody is one that comes at once, or not at all.
type wholeBody struct {
	io.ReadCloser
	body []byte
	err  error
}

func (b wholeBody) Whole() ([]byte, error) { return b.body, b.err }

// TestReadBodyWhole: a body that comes at once is the one that is returned, within the
// same limits as others, and with through it is read as they are.
func TestReadBodyWhole(t *testing.T) {
	for _, tt := range []struct {
		name    string
		body    wholeBody
		through func(io.Reader) io.Reader
		want    string
		code    api.Code
	}{
		{name: "short enough", body: wholeBody{body: []byte("12345")}, want: "12345"},
		{name: "too long", body: wholeBody{body: []byte("123456")}, code: api.BodyTooLarge},
		{name: "longer than whoever received it takes", body: wholeBody{err: &http.MaxBytesError{}}, code: api.BodyTooLarge},
		{name: "refused", body: wholeBody{err: api.NewError(api.Overloaded, "full")}, code: api.Overloaded},
		{name: "cut off", body: wholeBody{err: io.ErrUnexpectedEOF}, code: api.MalformedJSON},
		{
			name: "through something", body: wholeBody{ReadCloser: io.NopCloser(strings.NewReader("read")), body: []byte("whole")},
			through: func(r io.Reader) io.Reader { return r }, want: "read",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest("POST", "/", nil)
			r.Body, r.ContentLength = tt.body, -1
			body, err := ReadBody(httptest.NewRecorder(), r, 5, tt.through)
			var fault *api.Error
			if errors.As(err, &fault); tt.code == "" && (err != nil || string(body) != tt.want) {
				t.Errorf("%q, error %v", body, err)
			} else if tt.code != "" && (fault == nil || fault.Code != tt.code) {
				t.Errorf("error %#v", err)
			}
		})
	}
}
