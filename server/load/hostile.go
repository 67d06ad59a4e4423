package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// hostile is a kind of client that does what a server must bear. It acts until
// it is done or ctx ends.
type hostile struct {
	name string
	act  func(ctx context.Context, v *victim)
}

// hostiles are all kinds. Each has the key, as a tenant gone wrong would, but for
// those who guess it.
func hostiles() []hostile {
	return []hostile{
		{"slow bodies", slowBodies}, {"slow readers", slowReaders}, {"huge bodies", hugeBodies}, {"aborted requests", aborts},
		{"garbage", garbage}, {"guessed keys", guessKeys}, {"hoarded connections", hoard}, {"giant batches", giantBatches},
	}
}

// What one hostile client does at once, and for how long at most.
const (
	hostileConnections = 16
	hoarded            = 300
	hostileTime        = 15 * time.Second
)

// victim is the server as a hostile client sees it.
type victim struct {
	addr, key string
	// body is an ordinary request, batch a giant one.
	body, batch []byte
}

// each runs do on connections of their own, all at once, and hangs up.
func (v *victim) each(ctx context.Context, n int, do func(ctx context.Context, c net.Conn)) {
	ctx, cancel := context.WithTimeout(ctx, hostileTime)
	defer cancel()
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			c, err := new(net.Dialer).DialContext(ctx, "tcp", v.addr)
			if err != nil {
				return // it was turned away, which is what it came for
			}
			defer c.Close()
			stop := context.AfterFunc(ctx, func() { c.Close() })
			defer stop()
			do(ctx, c)
		})
	}
	wg.Wait()
}

// head of a request with a body of an announced length.
func (v *victim) head(path, accept string, length int) string {
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nAccept: %s\r\nContent-Length: %d\r\n\r\n",
		path, v.addr, v.key, accept, length)
}

// slowBodies sends one byte a second of a body that has a right to come.
func slowBodies(ctx context.Context, v *victim) {
	v.each(ctx, hostileConnections, func(ctx context.Context, c net.Conn) {
		if _, err := io.WriteString(c, v.head("/rerank", "*/*", len(v.body))); err != nil {
			return
		}
		for i := range v.body {
			if _, err := c.Write(v.body[i : i+1]); err != nil || !pause(ctx, time.Second) {
				return
			}
		}
	})
}

// slowReaders ask for much and take a byte a second of it.
func slowReaders(ctx context.Context, v *victim) {
	v.each(ctx, hostileConnections, func(ctx context.Context, c net.Conn) {
		accept := []string{"*/*", "text/event-stream"}[rand.IntN(2)]
		if _, err := io.WriteString(c, v.head("/rerank", accept, len(v.body))+string(v.body)); err != nil {
			return
		}
		for one := make([]byte, 1); pause(ctx, time.Second); {
			if _, err := c.Read(one); err != nil {
				return
			}
		}
	})
}

// hugeBodies announce a gigabyte, or nothing, and send what is taken.
func hugeBodies(ctx context.Context, v *victim) {
	chunked := strings.Replace(v.head("/rerank", "*/*", 0), "Content-Length: 0", "Transfer-Encoding: chunked", 1)
	chunk := "10000\r\n" + strings.Repeat(" ", 1<<16) + "\r\n"
	v.each(ctx, hostileConnections/4, func(_ context.Context, c net.Conn) {
		head := []string{chunked, v.head("/rerank", "*/*", 1<<30)}[rand.IntN(2)]
		_, err := io.WriteString(c, head)
		for range 1 << 10 {
			if err != nil {
				return
			}
			_, err = io.WriteString(c, chunk)
		}
	})
}

// aborts hang up at any moment of a request, without a farewell.
func aborts(ctx context.Context, v *victim) {
	v.each(ctx, hostileConnections, func(ctx context.Context, c net.Conn) {
		whole := v.head("/rerank", "*/*", len(v.body)) + string(v.body)
		if rand.IntN(3) == 0 {
			whole = whole[:rand.IntN(len(whole))]
		}
		_, _ = io.WriteString(c, whole)
		pause(ctx, time.Duration(rand.IntN(200))*time.Millisecond)
		_ = c.(*net.TCPConn).SetLinger(0)
	})
}

// garbage is what no client sends.
func garbage(ctx context.Context, v *victim) {
	noise := make([]byte, 4096)
	for i := range noise {
		noise[i] = byte(rand.IntN(256))
	}
	post := func(body string) string { return v.head("/rerank", "*/*", len(body)) + body }
	texts := []string{
		string(noise), post(string(noise)), post(strings.Repeat("[", 1<<20)), post(`{"query":"` + strings.Repeat("\\u0000", 1000)),
		"GET / HTTP/1.1\r\n" + strings.Repeat("X: y\r\n", 10_000) + "\r\n", "POST /rerank HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
		post(`{"query":"q","documents":[` + strings.Repeat(`"a",`, 100_000) + `"a"]}`), "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
	}
	v.each(ctx, hostileConnections, func(_ context.Context, c net.Conn) {
		_, _ = io.WriteString(c, texts[rand.IntN(len(texts))])
		_, _ = io.Copy(io.Discard, io.LimitReader(c, 1<<20))
	})
}

// guessKeys tries wrong ones as fast as they are answered.
func guessKeys(ctx context.Context, v *victim) {
	v.each(ctx, 4, func(ctx context.Context, c net.Conn) {
		answers := bufio.NewReader(c)
		for i := range 100 {
			guess := &victim{addr: v.addr, key: fmt.Sprintf("guess-%d-%d", i, rand.Uint64())}
			if _, err := io.WriteString(c, guess.head("/rerank", "*/*", len(v.body))+string(v.body)); err != nil {
				return
			}
			w, err := http.ReadResponse(answers, nil)
			if err != nil {
				return
			}
			_, err = io.Copy(io.Discard, w.Body)
			if w.Body.Close(); err != nil || ctx.Err() != nil {
				return
			}
		}
	})
}

// hoard opens connections and says nothing, or half of the headers.
func hoard(ctx context.Context, v *victim) {
	v.each(ctx, hoarded, func(ctx context.Context, c net.Conn) {
		if rand.IntN(2) == 0 {
			_, _ = io.WriteString(c, "POST /rerank HTTP/1.1\r\nHost: x\r\n")
		}
		_, _ = c.Read(make([]byte, 1)) // until it is thrown out
	})
}

// giantBatches are small as a body and large as an answer, which is read.
func giantBatches(ctx context.Context, v *victim) {
	v.each(ctx, 4, func(_ context.Context, c net.Conn) {
		if _, err := io.WriteString(c, v.head("/rerank/batch", "*/*", len(v.batch))); err != nil {
			return
		}
		if _, err := c.Write(v.batch); err == nil {
			_, _ = io.CopyN(io.Discard, c, 64<<20)
		}
	})
}

// pause for a while; false = ctx has ended.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
