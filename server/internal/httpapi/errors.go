package httpapi

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/wire"
)

// statusGone is written to the log and the metrics when the caller hung up;
// nobody reads the answer.
const statusGone = 499

// codeGone is the code of it in the log.
const codeGone api.Code = "client_gone"

// handle turns the error of a handler into the answer.
func (s *Server) handle(h func(w http.ResponseWriter, r *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			s.refuse(w, r, err)
		}
	}
}

// refuse answers with err, as far as it is the caller's business.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	fault := s.fault(r.Context(), err)
	recordOf(r.Context()).code = fault.Code
	if fault.Code == codeGone {
		w.WriteHeader(statusGone)
		return
	}
	if recordOf(r.Context()).received || r.ContentLength == 0 {
		wire.WriteErrorIn(w, recordOf(r.Context()).shape, fault)
		return
	}
	s.refuseUnread(w, r, fault)
}

// What is left of a refused body is read to be forgotten. net/http does so for a
// short one before it answers. A longer one has its answer first, and is then read
// for a while: a caller who sends before it reads would find the connection
// reset, and no answer.
const (
	shortBody = 256 << 10
	leftBytes = 32 << 20
)

// refuseUnread answers with a fault whose body was not read, or not to its end. One
// that came too slowly has had its time, and one that waits to be asked for will
// not come.
func (s *Server) refuseUnread(w http.ResponseWriter, r *http.Request, fault *api.Error) {
	limit := s.stall(s.config.ReadHeaderTimeout)
	if fault.Code == api.RequestTimeout || r.Header.Get("Expect") != "" && fault.Code != api.BodyTooLarge {
		limit = 0
	}
	connection := http.NewResponseController(w)
	_ = connection.SetReadDeadline(time.Now().Add(limit))
	if limit == 0 || 0 < r.ContentLength && r.ContentLength <= shortBody || connection.EnableFullDuplex() != nil {
		wire.WriteErrorIn(w, recordOf(r.Context()).shape, fault)
		return
	}
	w.Header().Set("Connection", "close")
	wire.WriteErrorIn(w, recordOf(r.Context()).shape, fault)
	if connection.Flush() == nil {
		_, _ = io.CopyN(io.Discard, r.Body, leftBytes)
	}
}

// isGone reports that err came because the caller hung up.
func isGone(ctx context.Context, err error) bool {
	return errors.Is(err, context.Canceled) && errors.Is(context.Cause(ctx), context.Canceled)
}

// fault is what the caller is told; what is internal goes to the log instead.
func (s *Server) fault(ctx context.Context, err error) *api.Error {
	var fault *api.Error
	if isGone(ctx, err) {
		return api.NewError(codeGone, "the caller hung up")
	}
	if errors.As(err, &fault) {
		s.config.Log.DebugContext(ctx, "refused", slog.String("request_id", recordOf(ctx).id), slog.String("error", fault.Message))
		return fault
	}
	s.config.Log.ErrorContext(ctx, "internal error", slog.String("request_id", recordOf(ctx).id), slog.String("error", err.Error()))
	return api.NewError(api.Internal, "internal error; the log of the server knows more under this X-Request-Id")
}

func notFound(http.ResponseWriter, *http.Request) error {
	return api.NewError(api.NotFound, "there is nothing at this path: POST to /rerank or /rerank/batch")
}

// methodNotAllowed says which methods the path takes.
func methodNotAllowed(routes chi.Routes) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		var allowed []string
		for _, m := range methods() {
			if routes.Match(chi.NewRouteContext(), m, r.URL.Path) {
				allowed = append(allowed, m)
			}
		}
		if len(allowed) == 0 { // a method that nobody knows, on a path that nobody has
			return notFound(w, r)
		}
		allow := strings.Join(allowed, ", ")
		w.Header().Set("Allow", allow)
		return api.NewError(api.MethodNotAllowed, "this path takes "+allow+" only")
	}
}
