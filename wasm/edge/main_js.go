// Command edge is the gateway as a Cloudflare Worker. One instance serves all
// requests of an isolate: worker.mjs starts it with the first of them and hands
// every request over as an exchange. See README.md.
//
// All requests share one thread. A goroutine may only be woken by an event of
// its own request, because the platform refuses I/O of one request within an
// event of another and cancels a request that nothing of its own can end. So
// there are no timers here, and no lock or channel that two requests share:
// see RATIONALE: why-one-go-instance-per-isolate.
package main

import (
	"context"
	"net/http"
	"syscall/js"

	"github.com/syumai/workers"
	"github.com/syumai/workers/cloudflare"

	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/wire"
	"github.com/splitrank/splitrank/wasm/internal/gateway"
	"github.com/splitrank/splitrank/wasm/internal/stack"
)

func main() {
	serve(newHandler())
	workers.Ready()
	select {} // an instance serves until the isolate is dropped
}

// newHandler serves the gateway, or says of every request that it is not
// configured; the log says why.
func newHandler() shell {
	c, err := settings(lookup)
	if err != nil {
		return misconfigured(err)
	}
	if hasBinding("ORIGIN") || cloudflare.Getenv("SPLITRANK_ORIGIN_URL") != "" {
		c.Origin = origin{}
	}
	if cloudflare.Getenv("SPLITRANK_CACHE_TTL_S") != "0" {
		c.Cache = cache{}
	}
	if hasBinding("RATE_LIMITER") {
		c.Limiter = limiter{}
	}
	c.Failed = warn
	g, err := gateway.New(c)
	if err != nil {
		return misconfigured(err)
	}
	return shell{withFaults(g)}
}

// lookup a variable or a secret; ok says whether it is there at all.
func lookup(name string) (value string, ok bool) {
	if v := cloudflare.GetBinding(name); v.IsUndefined() {
		return "", false
	}
	return cloudflare.Getenv(name), true
}

func hasBinding(name string) bool { return cloudflare.GetBinding(name).Truthy() }

func misconfigured(err error) shell {
	warn(context.Background(), err)
	return shell{http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		wire.WriteError(w, api.NewError(api.Internal, "this edge is not configured as it should be; its log says why"))
	})}
}

// shell gives the handler below what the platform has and takes its answer.
type shell struct{ next http.Handler }

// serve has JavaScript hand every request over as an exchange: see instance.mjs.
func serve(h shell) {
	js.Global().Get("context").Get("binding").Set("serve", js.FuncOf(func(_ js.Value, args []js.Value) any {
		go h.serve(exchange{args[0]})
		return nil
	}))
}

// serve one request. Whatever happens below, Go goes on.
func (s shell) serve(x exchange) {
	stack.Grow()
	a := newAnswer(x)
	defer func() {
		if recover() != nil { // the gateway has told of it
			a.abandon()
			return
		}
		a.end()
	}()
	s.next.ServeHTTP(a, x.request())
}
