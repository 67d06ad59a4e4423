package rediskv

import (
	"bytes"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"
)

// hostile answers every read of a connection with a text, until it is closed.
func hostile(t *testing.T, text string) (url string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				room := make([]byte, 64<<10)
				for {
					if _, err := c.Read(room); err != nil {
						return
					}
					if _, err := io.WriteString(c, text); err != nil {
						return
					}
				}
			}()
		}
	}()
	return "redis://" + ln.Addr().String()
}

// hostileReplies are what a server may say to take memory or time.
func hostileReplies() map[string]string {
	return map[string]string{
		"a list of a billion":           "*1000000000\r\n",
		"a list of 2^40":                "*1099511627776\r\n",
		"a list beyond int64":           "*99999999999999999999\r\n",
		"a string of 2 GB":              "$2000000000\r\n",
		"a verbatim string of 2 GB":     "=2000000000\r\n",
		"an error of 2 GB":              "!2000000000\r\n",
		"a map of a billion":            "%1000000000\r\n",
		"a set of a billion":            "~1000000000\r\n",
		"a push of a billion":           ">1000000000\r\n",
		"attributes of a billion":       "|1000000000\r\n",
		"lists within lists":            strings.Repeat("*100000\r\n", 1000),
		"deep lists":                    strings.Repeat("*1\r\n", 300_000),
		"a line without end":            "+" + strings.Repeat("x", 1<<20),
		"a type of its own":             "?1000000000\r\n",
		"garbage":                       "\x00\xff\r\n\r\n\r\n",
		"a negative length":             "*-5\r\n$-7\r\n",
		"streamed":                      "$?\r\n;1000000000\r\n",
		"too many values":               "*100000\r\n" + strings.Repeat("$1\r\na\r\n", 100_000),
		"values of a list that is none": strings.Repeat("$9\r\n123456789\r\n", 1000),
		"an error":                      "-NOAUTH Authentication required.\r\n",
		"nothing":                       "",
		"half a number":                 "*1",
	}
}

// TestHostile: whatever a server says, nothing is believed, and little memory is
// taken.
func TestHostile(t *testing.T) {
	for name, reply := range hostileReplies() {
		t.Run(name, func(t *testing.T) {
			c := newClient(t, Options{URL: hostile(t, reply), Away: time.Nanosecond})
			defer c.Close()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			for range 3 {
				for _, v := range c.Get(t.Context(), make([]Key, 2)) {
					if v != nil {
						t.Errorf("a value of %d bytes", len(*v))
					}
				}
			}
			runtime.ReadMemStats(&after)
			if took := after.TotalAlloc - before.TotalAlloc; took > 64<<20 {
				t.Errorf("%d bytes were allocated", took)
			}
		})
	}
}

// pipeConn reads from r.
type pipeConn struct {
	net.Conn
	r io.Reader
}

func (p pipeConn) Read(b []byte) (int, error)  { return p.r.Read(b) }
func (p pipeConn) Write(b []byte) (int, error) { return len(b), nil }

// TestGuardLetsPass what is in order, whole, however it is cut.
func TestGuardLetsPass(t *testing.T) {
	good := "*3\r\n$9\r\n\r\n*99999\r\r\n$-1\r\n*-1\r\n%2\r\n+a\r\n:1\r\n+b\r\n,1.5\r\n_\r\n#t\r\n(123\r\n=5\r\ntxt:a\r\n$0\r\n\r\n"
	for size := 1; size < len(good)+2; size++ {
		g := withGuard(pipeConn{r: &byPieces{[]byte(good), size}}, 0)
		got, err := io.ReadAll(g)
		if err != nil || string(got) != good {
			t.Fatalf("pieces of %d: %q, error %v", size, got, err)
		}
	}
	g := withGuard(pipeConn{r: strings.NewReader(strings.Repeat("*100000\r\n", 10))}, 0)
	room := make([]byte, 9)
	for i := range 10 { // each answers a write of its own
		if _, err := g.Write(nil); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(g, room); err != nil {
			t.Fatalf("reply %d: %v", i, err)
		}
	}
}

type byPieces struct {
	rest []byte
	size int
}

func (b *byPieces) Read(p []byte) (int, error) {
	if len(b.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(b.size, len(p))], b.rest)
	b.rest = b.rest[n:]
	return n, nil
}

// FuzzGuard: what the guard lets pass announces nothing that it should not,
// however it is cut.
func FuzzGuard(f *testing.F) {
	for _, reply := range hostileReplies() {
		if len(reply) < 1000 {
			f.Add([]byte(reply), 3)
		}
	}
	f.Fuzz(func(t *testing.T, reply []byte, size int) {
		if size < 1 {
			return
		}
		whole, errWhole := io.ReadAll(withGuard(pipeConn{r: bytes.NewReader(reply)}, 0))
		_, errCut := io.ReadAll(withGuard(pipeConn{r: &byPieces{reply, size}}, 0))
		if (errWhole == nil) != (errCut == nil) {
			t.Errorf("whole %v, cut %v", errWhole, errCut)
		}
		if errWhole == nil && !bytes.Equal(whole, reply) {
			t.Errorf("%q became %q", reply, whole)
		}
	})
}
