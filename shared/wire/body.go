package wire

import (
	"errors"
	"net"
	"net/http"
	"strconv"

	"github.com/splitrank/splitrank/shared/api"
)

// FirstRead is how much room to make for a body of an announced length, -1 if
// none is. It trusts the length a little only: announcing is cheap.
func FirstRead(announced int64) int {
	const most = 256 << 10
	return int(min(max(announced, 0), most))
}

// TooLarge refuses a body over the limit in bytes.
func TooLarge(limit int) error {
	return api.NewError(api.BodyTooLarge, "the body is longer than "+strconv.Itoa(limit)+" bytes")
}

// Unread says why a body, read through http.MaxBytesReader with the limit, could
// not be read.
func Unread(err error, limit int) error {
	var over *http.MaxBytesError
	var network net.Error
	switch {
	case errors.As(err, &over):
		return TooLarge(limit)
	case errors.As(err, &network) && network.Timeout():
		return api.NewError(api.RequestTimeout, "the body came too slowly")
	}
	return api.NewError(api.MalformedJSON, "the body ends before its announced length")
}
