package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"syscall/js"

	"github.com/splitrank/splitrank/wasm/internal/gateway"
)

// origin is the server behind the Worker, by a service binding or a URL.
type origin struct{}

// Left implements gateway.Origin.
func (origin) Left(ctx context.Context, deadlineMS int) int {
	return exchangeIn(ctx).Call("left", deadlineMS).Int()
}

// Ask implements gateway.Origin.
func (origin) Ask(ctx context.Context, q gateway.Question) (*gateway.Answer, error) {
	x := exchangeIn(ctx)
	out := x.await("ask", q.Path, headers(q.Header), toJS(q.Body), q.LeftMS)
	if err := failure(out); err != nil {
		return nil, err
	}
	a := &gateway.Answer{Status: out.Get("status").Int(), Header: http.Header{}}
	for _, name := range []string{"Content-Type", "Retry-After"} {
		if value := out.Get("headers").Call("get", name); value.Truthy() {
			a.Header.Set(name, value.String())
		}
	}
	a.Body = bodyOf(x, out)
	return a, nil
}

func headers(h http.Header) map[string]any {
	out := map[string]any{}
	for name := range h {
		out[name] = h.Get(name)
	}
	return out
}

// failure of something that JavaScript did: {error, late, gone}.
func failure(out js.Value) error {
	switch message := out.Get("error"); {
	case message.IsUndefined():
		return nil
	case out.Get("gone").Truthy():
		return context.Canceled
	case out.Get("late").Truthy():
		return gateway.ErrDeadline
	default:
		return errors.New("asking the origin: " + message.String())
	}
}

// bodyOf an answer that is there as a whole, or one that comes bit by bit.
func bodyOf(x exchange, out js.Value) io.ReadCloser {
	if reader := out.Get("reader"); reader.Truthy() {
		return &chunks{x: x, reader: reader}
	}
	return read(out.Get("body"))
}

// chunks reads a stream.
type chunks struct {
	x      exchange
	reader js.Value
	chunk  io.Reader // nil = none
}

// Read implements io.Reader.
func (c *chunks) Read(p []byte) (int, error) {
	for {
		if c.chunk != nil {
			if n, err := c.chunk.Read(p); err == nil {
				return n, nil
			}
		}
		if err := c.next(); err != nil {
			return 0, err
		}
	}
}

func (c *chunks) next() error {
	out := c.x.await("read", c.reader)
	if err := failure(out); err != nil {
		return err
	}
	if out.Get("done").Bool() {
		return io.EOF
	}
	c.chunk = read(out.Get("value"))
	return nil
}

// Close implements io.Closer.
func (c *chunks) Close() error {
	c.x.Call("cancel", c.reader)
	return nil
}
