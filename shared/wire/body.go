package wire

import (
	"bytes"
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
	var from io.Reader = http.MaxBytesReader(w, r.Body, int64(limit))
	if through != nil {
		from = through(from)
	}
	var b bytes.Buffer
	b.Grow(firstRead(r.ContentLength) + bytes.MinRead)
	if _, err := b.ReadFrom(from); err != nil {
		return nil, unread(err, limit)
	}
	return b.Bytes(), nil
}

// firstRead is how much room to make for a body of an announced length, -1 if
// none is. It trusts the length a little only: announcing is cheap.
func firstRead(announced int64) int {
	const most = 16 << 10
	return int(min(max(announced, 0), most))
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
