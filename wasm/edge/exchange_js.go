package main

import (
	"context"
	"io"
	"net/http"
	"syscall/js"

	"github.com/splitrank/splitrank/shared/api"
)

// exchange is one request's half in JavaScript: its body, and all that may be
// asked of the platform on its behalf. See exchange.mjs.
type exchange struct{ js.Value }

// exchangeOf the request: it travels as the body, which the glue hands on
// untouched.
func exchangeOf(r *http.Request) exchange {
	return exchange{r.Body.(interface{ GetRawJSBody() js.Value }).GetRawJSBody()}
}

type exchangeKey struct{}

func (x exchange) within(ctx context.Context) context.Context {
	return context.WithValue(ctx, exchangeKey{}, x)
}

func exchangeIn(ctx context.Context) exchange { return ctx.Value(exchangeKey{}).(exchange) }

// body of the request. It is received when it is read: by then everything that
// can be refused without it is.
func (x exchange) body() io.ReadCloser { return &incoming{x: x} }

// length of the body as announced, -1 = not known.
func (x exchange) length() int64 { return int64(x.Get("length").Float()) }

// incoming is a body that comes as a whole with the first read.
type incoming struct {
	x    exchange
	come bool
	body array // that is left
}

// Len is how much of the body is left, 0 before it has come: see wire.ReadBody.
func (b *incoming) Len() int { return b.body.length }

// Close implements io.Closer.
func (*incoming) Close() error { return nil }

// Read implements io.Reader. Its errors are those that wire.ReadBody knows.
func (b *incoming) Read(p []byte) (int, error) {
	if !b.come {
		out := b.x.await("receive")
		if refused := out.Get("refused"); !refused.IsUndefined() {
			return 0, refusal(refused.String())
		}
		b.come, b.body = true, arrayOf(out.Get("body"))
	}
	return b.body.Read(p)
}

// refusal of a body, by the word that JavaScript has for it.
func refusal(word string) error {
	switch word {
	case "full":
		return api.NewError(api.Overloaded, "the edge holds too many bodies: try again later")
	case "slow":
		return api.NewError(api.RequestTimeout, "the body came too slowly")
	case "long":
		return &http.MaxBytesError{}
	}
	return io.ErrUnexpectedEOF
}

// await calls a method that takes time, whose last argument is a function that
// it calls once with what came out, and waits for that. The channel is this
// call's own.
func (x exchange) await(method string, args ...any) js.Value {
	done := make(chan js.Value, 1)
	settle := js.FuncOf(func(_ js.Value, out []js.Value) any {
		done <- out[0]
		return nil
	})
	defer settle.Release()
	x.Call(method, append(args, settle)...)
	return <-done
}

// array reads a Uint8Array without a copy between.
type array struct {
	rest   js.Value
	length int
}

// arrayOf a Uint8Array, or nothing.
func arrayOf(bytes js.Value) array {
	if !bytes.Truthy() {
		return array{}
	}
	return array{bytes, bytes.Length()}
}

// read a Uint8Array, or nothing.
func read(bytes js.Value) io.ReadCloser {
	a := arrayOf(bytes)
	return io.NopCloser(&a)
}

// Read implements io.Reader.
func (a *array) Read(p []byte) (int, error) {
	if a.length == 0 {
		return 0, io.EOF
	}
	n := js.CopyBytesToGo(p, a.rest)
	a.rest, a.length = a.rest.Call("subarray", n), a.length-n
	return n, nil
}

// toGo copies a Uint8Array, or nothing.
func toGo(array js.Value) []byte {
	if array.IsNull() || array.IsUndefined() {
		return nil
	}
	b := make([]byte, array.Length())
	js.CopyBytesToGo(b, array)
	return b
}

func toJS(b []byte) js.Value {
	array := js.Global().Get("Uint8Array").New(len(b))
	js.CopyBytesToJS(array, b)
	return array
}
