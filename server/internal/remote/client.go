package remote

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"time"
)

// Request of one backend.
type Request struct {
	Method, Path string // the path begins with / and stands behind the base URL
	Header       http.Header
	Body         []byte
	// Most bytes that the answer can have.
	Most int64
}

// Reply is an answer of status 200.
type Reply struct {
	Header http.Header
	Body   []byte
}

// NewTransport returns what calls go through where nobody wraps it: it opens a
// connection within seconds, follows no proxy but that of the environment, and asks
// for no compression, so that bounds count what is sent.
func NewTransport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxResponseHeaderBytes, t.TLSHandshakeTimeout = 64<<10, 5*time.Second
	t.MaxIdleConns, t.MaxIdleConnsPerHost = 0, mostInFlight
	t.DisableCompression = true
	return t
}

// newClient follows no redirect, which could lead texts and the key elsewhere.
func newClient(t http.RoundTripper) *http.Client {
	return &http.Client{
		Transport:     t,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// send is one exchange. fresh says that its connection was new, so that another
// process may have answered than before. Every error is a *Fault.
func (b *Backend) send(ctx context.Context, r Request) (reply Reply, fresh bool, err error) {
	trace := &httptrace.ClientTrace{GotConn: func(i httptrace.GotConnInfo) { fresh = !i.Reused }}
	q, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, trace), r.Method, b.base+r.Path, bytes.NewReader(r.Body))
	if err != nil {
		return Reply{}, false, &Fault{Kind: Rejected, Detail: "its address makes no request"}
	}
	for name, values := range r.Header {
		q.Header[name] = values
	}
	// Scoring twice does no harm: a connection that the other side had closed is no
	// failure. The name without a value says so to net/http and is not sent.
	q.Header["Idempotency-Key"] = nil
	if b.pool.key != "" {
		q.Header.Set("Authorization", "Bearer "+b.pool.key)
	}
	answer, err := b.pool.client.Do(q)
	if err != nil {
		return Reply{}, fresh, sendFault(ctx)
	}
	defer answer.Body.Close()
	reply, err = readReply(ctx, answer, r.Most)
	return reply, fresh, err
}

func sendFault(ctx context.Context) *Fault {
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return &Fault{Kind: Late}
	case ctx.Err() != nil:
		return &Fault{Kind: Abandoned}
	}
	return &Fault{Kind: Unreachable}
}

// mostError bytes of an answer that is an error are read.
const mostError = 2 << 10

func readReply(ctx context.Context, answer *http.Response, most int64) (Reply, error) {
	if answer.StatusCode != http.StatusOK {
		said, _ := io.ReadAll(io.LimitReader(answer.Body, mostError))
		return Reply{answer.Header, said}, statusFault(answer)
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, most+1))
	switch {
	case int64(len(body)) > most:
		return Reply{}, &Fault{Kind: Oversized}
	case err != nil:
		return Reply{}, sendFault(ctx)
	}
	return Reply{answer.Header, body}, nil
}

// statusFault is what a status other than 200 means. 424 is what
// text-embeddings-inference says where its model gave no number.
func statusFault(answer *http.Response) *Fault {
	kind := Rejected
	switch s := answer.StatusCode; {
	case s == 429 || s == 503:
		kind = Overloaded
	case s == 408 || s == 424 || s >= 500:
		kind = Broken
	}
	return &Fault{Kind: kind, Status: answer.StatusCode, RetryAfter: retryAfter(answer.Header)}
}

// retryAfter reads the header, in seconds or as a date; 0 = it says nothing.
func retryAfter(h http.Header) time.Duration {
	s := h.Get("Retry-After")
	if n, err := strconv.ParseFloat(s, 64); err == nil && n > 0 {
		return time.Duration(min(n, 3600) * float64(time.Second))
	}
	if at, err := http.ParseTime(s); err == nil {
		return min(max(0, time.Until(at)), time.Hour)
	}
	return 0
}
