package gateway

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"

	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/wire"
)

// refuse answers with err in a shape, as far as it is the caller's business.
func (g *Gateway) refuse(w http.ResponseWriter, r *http.Request, shape api.Shape, err error) {
	wire.WriteErrorIn(w, shape, g.fault(r.Context(), err))
}

// mountShape is that of errors at the path of a request.
func mountShape(r *http.Request) api.Shape {
	m, _ := api.MountAt(r.URL.Path)
	return m.Shape
}

// fault is what the caller is told; what is internal goes to Failed instead.
func (g *Gateway) fault(ctx context.Context, err error) *api.Error {
	var fault *api.Error
	if errors.As(err, &fault) {
		return fault
	}
	g.config.Failed(ctx, err)
	return api.NewError(api.Internal, "internal error; the log of the edge knows more under this X-Request-Id")
}

// recovered answers 500 after a panic, or breaks the answer off where it has
// begun.
func (g *Gateway) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun := &beginning{ResponseWriter: w}
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			err := panicked(p)
			if begun.yet {
				g.fault(r.Context(), err)
				panic(http.ErrAbortHandler)
			}
			g.refuse(w, r, mountShape(r), err)
		}()
		next.ServeHTTP(begun, r)
	})
}

// panicked keeps the words of the runtime only: other panics may quote a text.
func panicked(p any) error {
	if err, ok := p.(runtime.Error); ok {
		return fmt.Errorf("panic: %w", err)
	}
	return fmt.Errorf("panic: %T", p)
}

// beginning notes that an answer has begun.
type beginning struct {
	http.ResponseWriter
	yet bool
}

// WriteHeader implements http.ResponseWriter.
func (b *beginning) WriteHeader(status int) {
	b.yet = true
	b.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (b *beginning) Write(p []byte) (int, error) {
	b.yet = true
	return b.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController find what is below.
func (b *beginning) Unwrap() http.ResponseWriter { return b.ResponseWriter }
