package wire

import (
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"

	"github.com/splitrank/splitrank/shared/api"
)

// ReadBody reads the body of r, which may have limit bytes, through what through
// makes of it; nil = directly. The error is an *api.Error.
func ReadBody(w http.ResponseWriter, r *http.Request, limit int, through func(io.Reader) io.Reader) ([]byte, error) {
	if r.ContentLength > int64(limit) {
		return nil, tooLarge(limit)
	}
	if r.Body == nil {
		return nil, nil
	}
	if b, ok := r.Body.(whole); ok && through == nil {
		return readWhole(b, limit)
	}
	var from io.Reader = http.MaxBytesReader(w, r.Body, int64(limit))
	if through != nil {
		from = through(from)
	}
	body, err := readAll(from, r.ContentLength)
	if err != nil {
		return nil, unread(err, limit)
	}
	return body, nil
}

// whole is a body that comes at once, into room that was made for it.
type whole interface{ Whole() ([]byte, error) }

func readWhole(b whole, limit int) ([]byte, error) {
	body, err := b.Whole()
	switch {
	case err != nil:
		return nil, unread(err, limit)
	case len(body) > limit:
		return nil, tooLarge(limit)
	}
	return body, nil
}

// readAll makes room as the body comes, since announcing a length is cheap, and no
// more than for an announced length, -1 if none is.
func readAll(from io.Reader, announced int64) ([]byte, error) {
	const first = 16 << 10
	room := func(n int) int {
		if n++; announced >= 0 && int64(n) > announced+1 { // the last byte of room is for the end
			n = int(announced) + 1
		}
		return n
	}
	body := make([]byte, 0, room(first))
	for {
		if len(body) == cap(body) {
			larger := make([]byte, len(body), max(room(2*len(body)), len(body)+1))
			copy(larger, body)
			body = larger
		}
		n, err := from.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		if err == io.EOF {
			return body, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// tooLarge refuses a body over the limit in bytes.
func tooLarge(limit int) error {
	return api.NewError(api.BodyTooLarge, "the body is longer than "+strconv.Itoa(limit)+" bytes")
}

// unread says why a body, read through http.MaxBytesReader with the limit, could
// not be read.
func unread(err error, limit int) error {
	var fault *api.Error
	var over *http.MaxBytesError
	var network net.Error
	switch {
	case errors.As(err, &fault):
		return fault
	case errors.As(err, &over):
		return tooLarge(limit)
	case errors.As(err, &network) && network.Timeout():
		return api.NewError(api.RequestTimeout, "the body came too slowly")
	}
	return api.NewError(api.MalformedJSON, "the body ends before its announced length")
}
