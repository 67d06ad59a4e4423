package wire

import (
	"net/http"
	"strconv"

	"github.com/splitrank/splitrank/shared/api"
)

// retryAfter is the answer's Retry-After in seconds where waiting helps and
// nobody knows how long.
const retryAfter = 1

// WriteJSON answers with body, to which it may append; an error of the
// connection is the connection's.
func WriteJSON(w http.ResponseWriter, status int, body []byte) {
	startJSON(w.Header())
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n'))
}

// WriteError answers with err, and with the headers that belong to it.
func WriteError(w http.ResponseWriter, err *api.Error) { WriteErrorIn(w, api.Native, err) }

// WriteErrorIn is WriteError in the words and with the status of a shape.
func WriteErrorIn(w http.ResponseWriter, shape api.Shape, err *api.Error) {
	switch err.Code {
	case api.Unauthorized:
		w.Header().Set("WWW-Authenticate", `Bearer realm="splitrank"`)
	case api.Overloaded, api.ShuttingDown:
		w.Header().Set("Retry-After", strconv.Itoa(max(err.RetryAfter, retryAfter)))
	}
	body := api.AppendErrorIn(nil, shape, err)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)+1))
	WriteJSON(w, shape.Status(err), body)
}
