package httpapi

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"
)

// unfinished opens a connection and sends the beginning of a body.
func unfinished(t *testing.T, l *live, length int, begin string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", l.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if _, err := fmt.Fprintf(c, "POST /rerank HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", length, begin); err != nil {
		t.Fatal(err)
	}
	return c
}

// until something that is on its way.
func until(ok func() bool) {
	for !ok() {
		runtime.Gosched()
	}
}

// statusOn reads the status of the answer that comes on a connection.
func statusOn(t *testing.T, c net.Conn) int {
	t.Helper()
	w, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	w.Body.Close()
	return w.StatusCode
}

// TestSlowBodiesHoldNoPlace: others are served, however many never finish theirs.
func TestSlowBodiesHoldNoPlace(t *testing.T) {
	l := start(t, newServer(t, func(c *Config) {
		c.InFlight, c.ReadStall, c.ReadYield, c.ReadTimeout = 1, time.Hour, 50*time.Millisecond, time.Hour
	}))
	for range 50 {
		unfinished(t, l, 1000, "{")
	}
	for range 10 {
		a := l.send(t.Context(), hebrew)
		for a.status == 429 { // as long as all bodies have moved just now
			a = l.send(t.Context(), hebrew)
		}
		if a.status != 200 {
			t.Errorf("answer %+v", a)
		}
	}
}

// TestStalledBody is refused as soon as nothing has come for a while, or too little.
func TestStalledBody(t *testing.T) {
	l := start(t, newServer(t, func(c *Config) { c.ReadStall, c.ReadTimeout = 50*time.Millisecond, time.Hour }))
	if status := statusOn(t, unfinished(t, l, 1000, "{")); status != 408 {
		t.Errorf("nothing comes: status %d", status)
	}
	dripping := unfinished(t, l, 1<<20, "{")
	go func() {
		for range time.Tick(5 * time.Millisecond) {
			if _, err := dripping.Write([]byte(" ")); err != nil {
				return
			}
		}
	}()
	if status := statusOn(t, dripping); status != 408 {
		t.Errorf("200 bytes a second: status %d", status)
	}
}

// TestStalledBodiesMakeRoom where memory is short, which nothing else would end.
func TestStalledBodiesMakeRoom(t *testing.T) {
	const large = 1 << 20
	l := start(t, newServer(t, func(c *Config) {
		c.Limits.BodyBytes, c.InFlightBytes, c.ReadStall, c.ReadYield, c.ReadTimeout = large, 2*large, time.Hour, time.Second, time.Hour
	}))
	stalled := []net.Conn{unfinished(t, l, large, strings.Repeat(" ", large-1)), unfinished(t, l, large, strings.Repeat(" ", large-1))}
	until(func() bool { return l.memory.Held() >= 2*(large-1) })
	body := `{"query":"a","documents":["` + strings.Repeat("a", large/4) + `"]}`
	a := l.send(t.Context(), body)
	for a.status == 429 || a.err != nil { // refused before the whole body was sent
		a = l.send(t.Context(), body)
	}
	if a.status != 200 {
		t.Fatalf("answer %+v", a)
	}
	statuses := make(chan string, len(stalled))
	for _, c := range stalled {
		go func() {
			line, _ := bufio.NewReader(c).ReadString('\n')
			statuses <- line
		}()
	}
	if status := <-statuses; !strings.Contains(status, " 408 ") { // of one or the other
		t.Errorf("status %q", status)
	}
}

// TestMovingBodiesMakeNoRoom: whoever sends is not cut off for others.
func TestMovingBodiesMakeNoRoom(t *testing.T) {
	s := newServer(t, nil)
	moving, end := s.receive(do(s, "GET", "/healthz", ""), s.memory.Open())
	moving.mark = time.Now().Add(-time.Hour)
	if s.receiving.idle(nil) != moving || s.receiving.idle(moving) != nil {
		t.Error("a body that does not move is not found, or found by itself")
	}
	moving.note(progress - 1)
	if s.receiving.idle(nil) != moving {
		t.Error("a few bytes count as moving")
	}
	moving.note(1)
	if s.receiving.idle(nil) != nil {
		t.Error("a body that moves is cut off")
	}
	end(nil)
	moving.leave()
	if moving.unwanted {
		t.Error("a body that has come is cut off")
	}
}

// TestStopWithSlowSenders: a stop does not wait for bodies that do not come.
func TestStopWithSlowSenders(t *testing.T) {
	l := start(t, newServer(t, func(c *Config) { c.ReadStall, c.ReadTimeout, c.ShutdownTimeout = time.Hour, time.Hour, time.Minute }))
	c := unfinished(t, l, 1000, "{")
	until(func() bool {
		l.receiving.mu.Lock()
		defer l.receiving.mu.Unlock()
		return len(l.receiving.bodies) == 1
	})
	l.stop()
	if err := <-l.ended; err != nil {
		t.Error(err)
	}
	if status := statusOn(t, c); status != 408 {
		t.Errorf("status %d", status)
	}
}

// TestConnectionsGiveWay: silent connections shut nobody out, and one that is
// served is left alone.
func TestConnectionsGiveWay(t *testing.T) {
	g := newGate()
	l := start(t, newServer(t, func(c *Config) { c.Reranker, c.Connections, c.ReadHeaderTimeout = g, 4, time.Hour }))
	served := g.begin(t.Context(), l)
	var silent []net.Conn
	for i := range 20 {
		c, err := net.Dial("tcp", l.addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if i%2 == 1 {
			fmt.Fprint(c, "POST /rerank HTTP/1.1\r\nHost")
		}
		silent = append(silent, c)
	}
	if a := l.get("/healthz"); a.status != 200 {
		t.Errorf("answer %+v", a)
	}
	if _, err := io.ReadAll(silent[0]); err != nil && !errors.Is(err, net.ErrClosed) && !strings.Contains(err.Error(), "reset") {
		t.Errorf("the oldest is not closed: %v", err)
	}
	close(g.open)
	if a := <-served; a.status != 200 {
		t.Errorf("answer %+v", a)
	}
	if n := l.connections.count(); n > 4 {
		t.Errorf("%d connections", n)
	}
	if a := l.get("/metrics"); !strings.Contains(a.body, "splitrank_http_connections_closed_total 1") {
		t.Errorf("not counted: %s", a.body)
	}
}

func TestMostConnections(t *testing.T) {
	for _, tt := range []struct{ asked, descriptors, want int }{
		{4096, unlimited, 4096}, {4096, 1024, 896}, {100, 1024, 100}, {4096, 64, 40}, {4096, 10, 1}, {4096, 0, 1},
	} {
		if got := mostConnections(tt.asked, tt.descriptors); got != tt.want {
			t.Errorf("%d asked of %d descriptors: %d, want %d", tt.asked, tt.descriptors, got, tt.want)
		}
	}
	if n := descriptors(); n < 16 {
		t.Errorf("%d descriptors", n)
	}
}

// fullListener fails as one without file descriptors does, so many times.
type fullListener struct {
	net.Listener
	fails int
}

type full struct{}

func (full) Error() string   { return "accept: too many open files" }
func (full) Timeout() bool   { return false }
func (full) Temporary() bool { return true }

func (f *fullListener) Accept() (net.Conn, error) {
	if f.fails--; f.fails >= 0 {
		return nil, full{}
	}
	return f.Listener.Accept()
}

// TestAcceptErrors are warned of, once in a while, and counted.
func TestAcceptErrors(t *testing.T) {
	var b bytes.Buffer
	s := newServer(t, logTo(&b, slog.LevelInfo))
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := serveOn(t, s, &fullListener{ln, 3})
	if a := l.get("/metrics"); !strings.Contains(a.body, "splitrank_http_accept_errors_total 3") {
		t.Errorf("metrics %s", a.body)
	}
	l.stop()
	<-l.ended
	if n := strings.Count(b.String(), `"level":"WARN","msg":"a connection could not be accepted","error":"accept: too many open files"`); n != 1 {
		t.Errorf("%d warnings: %s", n, b.String())
	}
}

// TestRefusedBodyIsNotWaitedFor: what was refused without its body ends soon.
func TestRefusedBodyIsNotWaitedFor(t *testing.T) {
	l := start(t, newServer(t, func(c *Config) {
		c.APIKeys, c.ReadHeaderTimeout, c.ReadTimeout = []string{"key"}, 50*time.Millisecond, time.Hour
	}))
	c := unfinished(t, l, 1000, "{")
	w, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil || w.StatusCode != 401 {
		t.Fatalf("%v, error %v", w, err)
	}
	w.Body.Close()
	if _, err := io.Copy(io.Discard, c); err != nil && !strings.Contains(err.Error(), "reset") {
		t.Error(err)
	}
}

// TestLongWorkOutlivesReadTimeout: the time to send a body is not the time to
// answer it.
func TestLongWorkOutlivesReadTimeout(t *testing.T) {
	g := newGate()
	l := start(t, newServer(t, func(c *Config) { c.Reranker, c.ReadTimeout, c.ReadStall = g, 20*time.Millisecond, 20*time.Millisecond }))
	a := g.begin(t.Context(), l)
	<-time.After(100 * time.Millisecond)
	close(g.open)
	if a := <-a; a.status != 200 {
		t.Errorf("answer %+v", a)
	}
}

// TestRefusedWhileSending: who sends a whole body before it reads finds the
// answer, also where the body was refused long before its end.
func TestRefusedWhileSending(t *testing.T) {
	const large = 12 << 20
	body := strings.Repeat(" ", large)
	chunked := fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", large, body)
	announced := fmt.Sprintf("Content-Length: %d\r\n\r\n%s", large, body)
	for _, tt := range []struct {
		name, head, rest string
		status           int
	}{
		{"too large", "POST /rerank HTTP/1.1\r\nContent-Type: application/json\r\nAuthorization: Bearer k\r\n", announced, 413},
		{"too large, length unknown", "POST /rerank HTTP/1.1\r\nContent-Type: application/json\r\nAuthorization: Bearer k\r\n", chunked, 413},
		{"too large in another shape", "POST /v2/rerank HTTP/1.1\r\nContent-Type: application/json\r\nAuthorization: Bearer k\r\n", announced, 413},
		{"too large a batch", "POST /rerank/batch HTTP/1.1\r\nContent-Type: application/json\r\nAuthorization: Bearer k\r\n", chunked, 413},
		{"no key", "POST /rerank HTTP/1.1\r\nContent-Type: application/json\r\n", announced, 401},
		{"no JSON", "POST /rerank HTTP/1.1\r\nContent-Type: text/plain\r\nAuthorization: Bearer k\r\n", chunked, 415},
		{"no such path", "POST /nowhere HTTP/1.1\r\n", announced, 404},
		{"a wrong method", "PUT /rerank HTTP/1.1\r\n", announced, 405},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := start(t, newServer(t, func(c *Config) { c.APIKeys = []string{"k"}; c.ReadHeaderTimeout = time.Minute }))
			c, err := net.Dial("tcp", l.addr)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if _, err := io.WriteString(c, tt.head+"Host: x\r\n"+tt.rest); err != nil {
				t.Fatalf("after a part of the body: %v", err)
			}
			if status := statusOn(t, c); status != tt.status {
				t.Errorf("status %d, want %d", status, tt.status)
			}
		})
	}
}

// TestRefusedAtOnce: the answer does not wait for a body that does not come.
func TestRefusedAtOnce(t *testing.T) {
	l := start(t, newServer(t, func(c *Config) { c.ReadHeaderTimeout = time.Hour }))
	if status := statusOn(t, unfinished(t, l, 1<<30, "{")); status != 413 {
		t.Errorf("status %d", status)
	}
	c, err := net.Dial("tcp", l.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, "POST /rerank HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nExpect: 100-continue\r\nContent-Length: 1000\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if status := statusOn(t, c); status != 415 {
		t.Errorf("a body that waits to be asked for: status %d", status)
	}
}
