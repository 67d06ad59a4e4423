package httpapi

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/splitrank/splitrank/shared/api"
)

// live is a Server on a port of its own.
type live struct {
	*Server
	url, addr string
	// stop tells it to shut down; ended has what Serve returned.
	stop  context.CancelFunc
	ended chan error
}

func start(t *testing.T, s *Server) *live {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return serveOn(t, s, ln)
}

func serveOn(t *testing.T, s *Server, ln net.Listener) *live {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	l := &live{Server: s, url: "http://" + ln.Addr().String(), addr: ln.Addr().String(), stop: stop, ended: make(chan error, 1)}
	done := make(chan struct{})
	go func() { l.ended <- s.Serve(ctx, ln); close(done) }()
	t.Cleanup(func() { stop(); <-done })
	return l
}

// answer is what a live server said.
type answer struct {
	status int
	header http.Header
	body   string
	err    error
}

// send posts with a connection of its own.
func (l *live) send(ctx context.Context, body string) answer {
	r, err := http.NewRequestWithContext(ctx, "POST", l.url+"/rerank", strings.NewReader(body))
	if err != nil {
		return answer{err: err}
	}
	r.Header.Set("Content-Type", "application/json")
	return roundTrip(r)
}

func (l *live) get(path string) answer {
	r, err := http.NewRequest("GET", l.url+path, nil)
	if err != nil {
		return answer{err: err}
	}
	return roundTrip(r)
}

func roundTrip(r *http.Request) answer {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	w, err := client.Do(r)
	if err != nil {
		return answer{err: err}
	}
	defer w.Body.Close()
	b, err := io.ReadAll(w.Body)
	return answer{w.StatusCode, w.Header, string(b), err}
}

// gate is a Reranker that waits until it is opened or its context ends.
type gate struct {
	entered chan struct{} // a value for each request that came in
	open    chan struct{}
}

func newGate() *gate { return &gate{entered: make(chan struct{}, 16), open: make(chan struct{})} }

func (g *gate) Watch(ctx context.Context, req *api.Request, _ func(*api.Response)) (*api.Response, error) {
	return g.Rerank(ctx, req)
}

func (g *gate) Rerank(ctx context.Context, req *api.Request) (*api.Response, error) {
	g.entered <- struct{}{}
	select {
	case <-g.open:
		return longestFirst(ctx, req)
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// begin sends a request and returns once it is being served.
func (g *gate) begin(ctx context.Context, l *live) <-chan answer {
	c := make(chan answer, 1)
	go func() { c <- l.send(ctx, hebrew) }()
	<-g.entered
	return c
}

func wantError(t *testing.T, a answer, status int, code api.Code) {
	t.Helper()
	if a.err != nil || a.status != status {
		t.Fatalf("status %d, error %v, body %s, want status %d", a.status, a.err, a.body, status)
	}
	if got := decodeError(t, strings.NewReader(a.body)); got.Code != code {
		t.Errorf("error %+v, want %s", got, code)
	}
}

func TestAdmission(t *testing.T) {
	g := newGate()
	l := start(t, newServer(t, func(c *Config) { c.Reranker, c.InFlight = g, 2 }))
	first, second := g.begin(t.Context(), l), g.begin(t.Context(), l)
	refused := l.send(t.Context(), hebrew)
	wantError(t, refused, 429, api.Overloaded)
	if refused.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	if a := l.get("/healthz"); a.status != 200 {
		t.Errorf("health while busy: %+v", a)
	}
	close(g.open)
	for _, c := range []<-chan answer{first, second} {
		if a := <-c; a.status != 200 {
			t.Errorf("admitted: %+v", a)
		}
	}
	if a := l.send(t.Context(), hebrew); a.status != 200 {
		t.Errorf("afterwards: %+v", a)
	}
}

// TestAdmissionByBytes: the memory is one more thing that can be full.
func TestAdmissionByBytes(t *testing.T) {
	g := newGate()
	l := start(t, newServer(t, func(c *Config) {
		c.Reranker, c.Limits.BodyBytes, c.InFlightBytes = g, len(hebrew)+10, 100_000 // one takes 70,000
	}))
	first := g.begin(t.Context(), l)
	refused := l.send(t.Context(), hebrew)
	wantError(t, refused, 429, api.Overloaded)
	if refused.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	close(g.open)
	if a := <-first; a.status != 200 {
		t.Errorf("admitted: %+v", a)
	}
	for range 3 { // what was held is given back, by refusals too
		if a := l.send(t.Context(), hebrew); a.status != 200 {
			t.Errorf("afterwards: %+v", a)
		}
	}
	if held := l.memory.Held(); held != 0 {
		t.Errorf("%d bytes are still held", held)
	}
}

func TestRequestTimeout(t *testing.T) {
	l := start(t, newServer(t, func(c *Config) { c.Reranker, c.RequestTimeout = newGate(), time.Millisecond }))
	a := l.send(t.Context(), hebrew)
	wantError(t, a, 429, api.Overloaded)
	if a.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}

func TestCallerHangsUp(t *testing.T) {
	for _, path := range []string{"/rerank", "/rerank/batch"} {
		t.Run(path, func(t *testing.T) {
			var b bytes.Buffer
			g := newGate()
			s := newServer(t, func(c *Config) { logTo(&b, slog.LevelInfo)(c); c.Reranker = g })
			l := start(t, s)
			ctx, hangUp := context.WithCancel(t.Context())
			r, _ := http.NewRequestWithContext(ctx, "POST", l.url+path, strings.NewReader(bodyFor(path)))
			r.Header.Set("Content-Type", "application/json")
			done := make(chan answer, 1)
			go func() { done <- roundTrip(r) }()
			<-g.entered
			hangUp()
			if a := <-done; !errors.Is(a.err, context.Canceled) {
				t.Errorf("answer %+v", a)
			}
			l.stop()
			if err := <-l.ended; err != nil { // the gate ended by the context of its request
				t.Error(err)
			}
			if !strings.Contains(b.String(), `"status":499,`) || !strings.Contains(b.String(), `"code":"client_gone"`) || strings.Contains(b.String(), "ERROR") {
				t.Errorf("log:\n%s", b.String())
			}
		})
	}
}

func bodyFor(path string) string {
	if path == "/rerank/batch" {
		return `{"requests":[` + hebrew + `]}`
	}
	return hebrew
}

// dial sends the beginning of a request by hand.
func dial(t *testing.T, l *live, text string) *bufio.Reader {
	t.Helper()
	c, err := net.Dial("tcp", l.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
	return bufio.NewReader(c)
}

func TestSlowHeaders(t *testing.T) {
	l := start(t, newServer(t, func(c *Config) { c.ReadHeaderTimeout = time.Millisecond }))
	rest, err := io.ReadAll(dial(t, l, "POST /rerank HTTP/1.1\r\nHost: x\r\n"))
	if err != nil || strings.Contains(string(rest), "200 OK") {
		t.Errorf("answer %q, error %v, want the connection closed", rest, err)
	}
}

func TestSlowBody(t *testing.T) {
	l := start(t, newServer(t, func(c *Config) { c.ReadTimeout = 50 * time.Millisecond }))
	r := dial(t, l, "POST /rerank HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"query\":")
	w, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Body.Close()
	if got := decodeError(t, w.Body); w.StatusCode != 408 || got.Code != api.RequestTimeout {
		t.Errorf("status %d, %+v", w.StatusCode, got)
	}
}

func TestIdleConnection(t *testing.T) {
	l := start(t, newServer(t, func(c *Config) { c.IdleTimeout = time.Millisecond }))
	r := dial(t, l, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
	w, err := http.ReadResponse(r, nil)
	if err != nil || w.StatusCode != 200 {
		t.Fatalf("%v, error %v", w, err)
	}
	if _, err := io.ReadAll(w.Body); err != nil {
		t.Fatal(err)
	}
	if _, err := r.ReadByte(); err != io.EOF {
		t.Errorf("error %v, want the connection closed", err)
	}
}

func TestBodyCutOff(t *testing.T) {
	l := start(t, newServer(t, nil))
	c, err := net.Dial("tcp", l.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_, _ = io.WriteString(c, "POST /rerank HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{}")
	if err := c.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	w, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Body.Close()
	if got := decodeError(t, w.Body); w.StatusCode != 400 || got.Code != api.MalformedJSON {
		t.Errorf("status %d, %+v", w.StatusCode, got)
	}
}

func TestChunkedBodyTooLarge(t *testing.T) {
	l := start(t, newServer(t, func(c *Config) { c.Limits.BodyBytes = 1000 }))
	r, _ := http.NewRequest("POST", l.url+"/rerank", io.MultiReader(strings.NewReader(strings.Repeat(" ", 5000)))) // no length
	r.Header.Set("Content-Type", "application/json")
	wantError(t, roundTrip(r), 413, api.BodyTooLarge)
}

func TestHeadersTooLarge(t *testing.T) {
	l := start(t, newServer(t, func(c *Config) { c.HeaderBytes = 1000 }))
	r, _ := http.NewRequest("GET", l.url+"/healthz", nil)
	r.Header.Set("X-Padding", strings.Repeat("x", 10000))
	if a := roundTrip(r); a.status != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("answer %+v", a)
	}
}

func TestShutdown(t *testing.T) {
	g := newGate()
	s := newServer(t, func(c *Config) { c.Reranker, c.DrainDelay = g, time.Hour })
	delayed, noticed := make(chan time.Duration), make(chan time.Time)
	s.after = func(d time.Duration) <-chan time.Time { delayed <- d; return noticed }
	l := start(t, s)
	early := g.begin(t.Context(), l)
	l.stop()
	if d := <-delayed; d != time.Hour {
		t.Errorf("drains for %s", d)
	}
	wantError(t, l.get("/readyz"), 503, api.ShuttingDown)
	if a := l.get("/healthz"); a.status != 200 {
		t.Errorf("alive while draining: %+v", a)
	}
	late := g.begin(t.Context(), l) // still served
	noticed <- time.Time{}
	close(g.open)
	for _, c := range []<-chan answer{early, late} {
		if a := <-c; a.status != 200 {
			t.Errorf("in flight: %+v", a)
		}
	}
	if err := <-l.ended; err != nil {
		t.Error(err)
	}
	if _, err := net.Dial("tcp", l.addr); err == nil {
		t.Error("still listening")
	}
}

func TestShutdownCutsOff(t *testing.T) {
	g := newGate()
	l := start(t, newServer(t, func(c *Config) { c.Reranker, c.ShutdownTimeout = g, time.Millisecond }))
	c := g.begin(t.Context(), l)
	l.stop()
	wantError(t, <-c, 503, api.ShuttingDown)
	if err := <-l.ended; err == nil || !strings.Contains(err.Error(), "still in flight after 1ms") {
		t.Errorf("error %v", err)
	}
}

func TestRefusesWhileStopping(t *testing.T) {
	s := newServer(t, nil)
	s.stopping.Store(true)
	w := post(s, "/rerank", hebrew)
	if got := errorOf(t, w); w.Code != 503 || got.Code != api.ShuttingDown || w.Header().Get("Retry-After") == "" || w.Header().Get("Connection") != "close" {
		t.Errorf("status %d, %+v, headers %v", w.Code, got, w.Header())
	}
}

func TestServeFails(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ln.Close()
	if err := newServer(t, nil).Serve(t.Context(), ln); err == nil {
		t.Error("served on a closed listener")
	}
}
