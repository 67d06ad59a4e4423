package hub

import (
	"context"
	"fmt"
	"io"
	"time"
)

// stallReader cancels the request whose body has been silent for too long,
// which ends the read that waits on it.
type stallReader struct {
	body  io.Reader
	limit time.Duration
	timer *time.Timer
}

func watch(body io.Reader, limit time.Duration, cancel context.CancelCauseFunc) *stallReader {
	silent := func() { cancel(fmt.Errorf("nothing came for %v", limit)) }
	return &stallReader{body: body, limit: limit, timer: time.AfterFunc(limit, silent)}
}

// Read is that of the body.
func (r *stallReader) Read(p []byte) (int, error) {
	n, err := r.body.Read(p)
	r.timer.Reset(r.limit)
	return n, err
}

// stop ends the watch.
func (r *stallReader) stop() { r.timer.Stop() }
