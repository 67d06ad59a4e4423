package gateway

import (
	"bytes"
	"net/http"

	"github.com/splitrank/splitrank/shared/wire"
)

// readBody reads at most limit bytes.
func readBody(w http.ResponseWriter, r *http.Request, limit int) ([]byte, error) {
	if r.ContentLength > int64(limit) {
		return nil, wire.TooLarge(limit)
	}
	if r.Body == nil {
		return nil, nil
	}
	var b bytes.Buffer
	b.Grow(wire.FirstRead(r.ContentLength) + bytes.MinRead)
	if _, err := b.ReadFrom(http.MaxBytesReader(w, r.Body, int64(limit))); err != nil {
		return nil, wire.Unread(err, limit)
	}
	return b.Bytes(), nil
}
