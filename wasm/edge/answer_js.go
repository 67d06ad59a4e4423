package main

import (
	"net/http"
	"strings"
	"syscall/js"

	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/wire"
)

// answer is an http.ResponseWriter that hands a whole body over in one copy,
// or, once it is flushed, every write as a chunk of a stream.
type answer struct {
	x         exchange
	header    http.Header
	status    int
	body      []byte
	streaming bool
}

func newAnswer(x exchange) *answer {
	return &answer{x: x, header: http.Header{}, status: http.StatusOK}
}

// Header implements http.ResponseWriter.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader implements http.ResponseWriter.
func (a *answer) WriteHeader(status int) { a.status = status }

// Write implements io.Writer.
func (a *answer) Write(p []byte) (int, error) {
	a.body = append(a.body, p...)
	return len(p), nil
}

// FlushError sends what was written so far; the first one begins the answer.
// See http.ResponseController.
func (a *answer) FlushError() error {
	if !a.streaming {
		a.streaming = true
		a.begin(a.x.Call("stream"))
	}
	if !a.x.Call("write", toJS(a.body)).Bool() {
		return http.ErrAbortHandler
	}
	a.body = a.body[:0]
	return nil
}

// Flush implements http.Flusher.
func (a *answer) Flush() { _ = a.FlushError() }

// begin hands head and body over in one call.
func (a *answer) begin(body js.Value) {
	var head strings.Builder
	for name, values := range a.header {
		for _, value := range values {
			head.WriteString(name + "\n" + oneLine(value) + "\n")
		}
	}
	a.x.Call("answer", a.status, head.String(), body)
}

// oneLine is a header's value as net/http would send it.
func oneLine(value string) string {
	return strings.ReplaceAll(strings.ReplaceAll(value, "\n", " "), "\r", " ")
}

// abandon takes back what was written and not sent. A stream breaks off, so
// that nobody takes it for a whole one.
func (a *answer) abandon() {
	if a.streaming {
		a.x.Call("abandon")
		return
	}
	a.body = nil
	clear(a.Header())
	wire.WriteError(a, api.NewError(api.Internal, "internal error; the log of the edge knows more"))
	a.end()
}

// end hands the rest over.
func (a *answer) end() {
	if !a.streaming {
		a.begin(toJS(a.body))
		return
	}
	a.x.Call("end")
}
