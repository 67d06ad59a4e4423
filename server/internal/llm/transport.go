package llm

import (
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"time"
)

// boundedTransport ends answers that are longer than any can be, and tells calls that
// found no connection from those that may have been read.
type boundedTransport struct{ behind http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (t boundedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	connected := false
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected = true }}
	answer, err := t.behind.RoundTrip(r.WithContext(httptrace.WithClientTrace(r.Context(), trace)))
	switch {
	case err != nil && !connected && r.Context().Err() != nil:
		return nil, &Fault{Kind: Late, unsent: true}
	case err != nil && !connected:
		return nil, &Fault{Kind: Unreachable, unsent: true}
	case err != nil:
		return nil, err
	}
	answer.Body = &boundedBody{answer.Body, mostReply}
	return answer, nil
}

type boundedBody struct {
	io.ReadCloser
	left int
}

// Read implements io.Reader.
func (b *boundedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p[:min(len(p), b.left+1)])
	if b.left -= n; b.left < 0 {
		return 0, &Fault{Kind: Oversized}
	}
	return n, err
}

// retryAfter reads the header, in seconds or as a date; 0 = it says nothing.
func retryAfter(h http.Header) time.Duration {
	s := h.Get("Retry-After")
	if n, err := strconv.ParseFloat(s, 64); err == nil && n > 0 {
		return time.Duration(min(n, 86400) * float64(time.Second))
	}
	if at, err := http.ParseTime(s); err == nil {
		return max(0, time.Until(at))
	}
	return 0
}
