package main

import (
	"context"
	"syscall/js"

	"github.com/splitrank/splitrank/wasm/internal/gateway"
)

// cache is Cloudflare's Cache API, behind SHA-256 of the keys.
type cache struct{}

// Get implements gateway.Cache.
func (cache) Get(ctx context.Context, key []byte) ([]byte, bool) {
	out := exchangeIn(ctx).await("recall", toJS(key))
	return toGo(out), out.Truthy()
}

// Put implements gateway.Cache. Nobody waits for it.
func (cache) Put(ctx context.Context, key, value []byte) {
	exchangeIn(ctx).Call("remember", toJS(key), toJS(value))
}

// limiter is the platform's rate limiting.
type limiter struct{}

// Allow implements gateway.Limiter.
func (limiter) Allow(ctx context.Context, client string) bool {
	return exchangeIn(ctx).await("allow", client).Bool()
}

// warn writes to the Worker's log.
func warn(ctx context.Context, err error) {
	js.Global().Get("console").Call("warn", `{"request_id":"`+gateway.IDOf(ctx)+`","error":`+quote(err.Error())+`}`)
}

func quote(s string) string { return js.Global().Get("JSON").Call("stringify", s).String() }
