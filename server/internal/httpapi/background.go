package httpapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"

	"github.com/splitrank/splitrank/shared/api"
)

// What waits to be read in the background is bounded: its texts are in memory.
const (
	backgroundDocuments = 100_000
	backgroundBytes     = 64 << 20
)

// background has documents read whose senders do not wait, one request after the
// other, while the server has nothing else to do.
type background struct {
	keep func(ctx context.Context, req *api.DocumentsRequest) (api.Kept, error)
	log  *slog.Logger

	mu        sync.Mutex
	waiting   []*api.DocumentsRequest // the first one is at work
	documents int                     // of all of them
	bytes     int64
	counts    BackgroundStats
	closed    bool
	stop      context.CancelFunc // of the worker; nil = none is at work
	done      sync.WaitGroup
}

// BackgroundStats are of documents.
type BackgroundStats struct {
	Waiting         int
	Read, Forgotten int64 // kept in the end; given up because of an error or the end of the server
}

// stats of now.
func (b *background) stats() BackgroundStats {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.counts
	s.Waiting = b.documents
	return s
}

// add a request, and return how many documents wait by now; or refuse it.
func (b *background) add(req *api.DocumentsRequest) (waiting int, err error) {
	req = detached(req)
	b.mu.Lock()
	defer b.mu.Unlock()
	n, size := len(req.Documents), req.Bytes()
	switch {
	case b.closed:
		return 0, api.NewError(api.ShuttingDown, "this server is shutting down")
	case b.documents+n > backgroundDocuments || b.bytes+size > backgroundBytes:
		return 0, api.NewError(api.Overloaded, fmt.Sprintf("%d documents wait to be read already: try again later, or wait for the answer", b.documents))
	}
	b.waiting, b.documents, b.bytes = append(b.waiting, req), b.documents+n, b.bytes+size
	if b.stop == nil {
		ctx, stop := context.WithCancel(context.Background())
		b.stop = stop
		b.done.Go(func() { b.work(ctx) })
	}
	return b.documents, nil
}

// detached from the body that it came in.
func detached(req *api.DocumentsRequest) *api.DocumentsRequest {
	own := *req
	own.Background = true
	own.Documents = make([]api.Document, len(req.Documents))
	for i, d := range req.Documents {
		own.Documents[i] = api.Document{Title: strings.Clone(d.Title), Text: strings.Clone(d.Text)}
	}
	return &own
}

// work until nothing waits.
func (b *background) work(ctx context.Context) {
	for {
		req := b.first()
		if req == nil {
			return
		}
		kept, err := b.keep(ctx, req)
		if err != nil && ctx.Err() == nil {
			b.log.Warn("documents that were to be read in the background are not", slog.Int("kept", kept.Known+kept.Read), slog.Int("documents", kept.Documents), slog.String("error", loggable(err)))
		}
		b.end(req, kept, ctx.Err() != nil)
	}
}

// loggable is what may be logged of an error: a caller's fault may quote texts.
func loggable(err error) string {
	var fault *api.Error
	if errors.As(err, &fault) {
		return string(fault.Code)
	}
	return err.Error()
}

// first request that waits; nil = none does, and the worker is over.
func (b *background) first() *api.DocumentsRequest {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.waiting) == 0 {
		b.stop()
		b.stop = nil
		return nil
	}
	return b.waiting[0]
}

// end a request, or all where the server stops.
func (b *background) end(req *api.DocumentsRequest, kept api.Kept, all bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	done := kept.Known + kept.Read + kept.Skipped
	b.counts.Read += int64(done)
	b.counts.Forgotten += int64(len(req.Documents) - done)
	b.waiting, b.documents, b.bytes = b.waiting[1:], b.documents-len(req.Documents), b.bytes-req.Bytes()
	if all {
		b.counts.Forgotten += int64(b.documents)
		b.waiting, b.documents, b.bytes = nil, 0, 0
	}
}

// close stops the work, and returns how many documents nobody will read.
func (b *background) close() (forgotten int64) {
	b.mu.Lock()
	b.closed = true
	before := b.counts.Forgotten
	if b.stop != nil {
		b.stop()
	}
	b.mu.Unlock()
	b.done.Wait()
	return b.stats().Forgotten - before
}
