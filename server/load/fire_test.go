package main

import (
	"bufio"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
)

// TestFireConnections: before a server that may close what it kept, each shot has a
// connection of its own, although nobody tells the client that it will be closed.
func TestFireConnections(t *testing.T) {
	for _, closes := range []bool{true, false} {
		k := newKeeper(t)
		s := &server{url: k.url, closes: closes}
		const shots = 5
		for _, a := range s.limited(t.Context(), 0, shots, 1, func(int) shot { return shot{path: "/", header: http.Header{}} }) {
			if a.code != http.StatusOK {
				t.Errorf("closes %v: %d %s", closes, a.code, a.fault)
			}
		}
		want := []int{shots}
		if closes {
			want = slices.Repeat([]int{1}, shots)
		}
		if got := k.requests(); !slices.Equal(got, want) {
			t.Errorf("closes %v: requests by connection %v, want %v", closes, got, want)
		}
	}
}

// keeper is a server that keeps all connections, whatever a request asks for, as workerd
// does up to 5 s.
type keeper struct {
	url  string
	mu   sync.Mutex
	seen []*int // requests of each connection
}

func newKeeper(t *testing.T) *keeper {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	k := &keeper{url: "http://" + l.Addr().String()}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for c, err := l.Accept(); err == nil; c, err = l.Accept() {
			go k.serve(c)
		}
	}()
	return k
}

func (k *keeper) serve(c net.Conn) {
	defer c.Close()
	n := new(int)
	in := bufio.NewReader(c)
	for q, err := http.ReadRequest(in); err == nil; q, err = http.ReadRequest(in) {
		k.count(n)
		w := httptest.NewRecorder().Result()
		w.Header.Set("X-Request-Id", q.Header.Get("X-Request-Id"))
		w.ContentLength = 0
		if w.Write(c) != nil {
			return
		}
	}
}

func (k *keeper) count(n *int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if *n++; *n == 1 {
		k.seen = append(k.seen, n)
	}
}

func (k *keeper) requests() (list []int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, n := range k.seen {
		list = append(list, *n)
	}
	return list
}
