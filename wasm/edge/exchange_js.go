package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"syscall/js"

	"github.com/splitrank/splitrank/shared/api"
)

// exchange is one request's half in JavaScript: its body, and all that may be
// asked of the platform on its behalf. See exchange.mjs.
type exchange struct{ js.Value }

// request as net/http has it. Its head crosses the border in one string, and its
// context knows x. See RATIONALE: why-heads-cross-as-one-string.
func (x exchange) request() *http.Request {
	lines := strings.Split(x.Get("head").String(), "\n")
	path, _ := url.PathUnescape(lines[1]) // decodable: see exchange.mjs
	r := &http.Request{
		Method: lines[0], URL: &url.URL{Path: path}, Header: http.Header{},
		Body: &incoming{x: x}, ContentLength: int64(x.Get("length").Float()),
	}
	for i := 2; i+1 < len(lines); i += 2 {
		r.Header.Set(lines[i], lines[i+1])
	}
	r.RemoteAddr = r.Header.Get("Cf-Connecting-Ip")
	return r.WithContext(context.WithValue(context.Background(), exchangeKey{}, x))
}

type exchangeKey struct{}

func exchangeIn(ctx context.Context) exchange { return ctx.Value(exchangeKey{}).(exchange) }

// incoming is a body that comes as a whole: see wire.ReadBody.
type incoming struct {
	x    exchange
	read io.Reader // what has come; nil = it was not asked for
}

// Whole receives the body. Its errors are those that wire.ReadBody knows.
func (b *incoming) Whole() ([]byte, error) {
	length := b.x.await("receive")
	if length.Type() != js.TypeNumber {
		return nil, refusal(length.String())
	}
	body := make([]byte, length.Int())
	js.CopyBytesToGo(body, b.x.Get("body"))
	return body, nil
}

// Read implements io.Reader, for a handler between that looks at what is read.
func (b *incoming) Read(p []byte) (int, error) {
	if b.read == nil {
		body, err := b.Whole()
		if err != nil {
			return 0, err
		}
		b.read = bytes.NewReader(body)
	}
	return b.read.Read(p)
}

// Close implements io.Closer.
func (*incoming) Close() error { return nil }

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

// read a Uint8Array, or nothing.
func read(bytes js.Value) io.ReadCloser {
	if !bytes.Truthy() {
		return http.NoBody
	}
	return io.NopCloser(&array{bytes, bytes.Length()})
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
