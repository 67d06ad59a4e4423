package httpapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/splitrank/splitrank/shared/api"
)

// Serve answers on ln until ctx is done, then stops gracefully: /readyz turns
// 503, new requests are served for Config.DrainDelay more, then refused, and
// those in flight have Config.ShutdownTimeout to end. It closes ln. The error is
// nil when nobody was cut off.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	base, cut := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cut(nil)
	defer s.endBackground()
	srv := s.httpServer(base)
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(&listener{Listener: ln, server: s}) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serving: %w", err)
	case <-ctx.Done():
	}
	s.drain(srv)
	return s.shutDown(srv, cut)
}

func (s *Server) httpServer(base context.Context) *http.Server {
	return &http.Server{
		Handler:           s.handler,
		BaseContext:       func(net.Listener) context.Context { return base },
		ConnContext:       s.beginConnection,
		ConnState:         s.connections.state,
		ReadHeaderTimeout: s.config.ReadHeaderTimeout,
		ReadTimeout:       s.config.ReadTimeout,
		WriteTimeout:      s.config.WriteTimeout,
		IdleTimeout:       s.config.IdleTimeout,
		MaxHeaderBytes:    s.config.HeaderBytes,
		ErrorLog:          slog.NewLogLogger(s.config.Log.Handler(), slog.LevelDebug),
	}
}

// endBackground gives up what was to be read in the background.
func (s *Server) endBackground() {
	if n := s.background.close(); n > 0 {
		s.config.Log.Warn("documents that were to be read in the background are not", slog.Int64("documents", n))
	}
}

// drain waits for load balancers to look elsewhere.
func (s *Server) drain(srv *http.Server) {
	s.config.Log.Info("shutting down", slog.Duration("drain_delay", s.config.DrainDelay))
	s.draining.Store(true)
	srv.SetKeepAlivesEnabled(false)
	if s.config.DrainDelay > 0 {
		<-s.after(s.config.DrainDelay)
	}
	s.stopping.Store(true)
	s.receiving.hurryAll(lastMoment)
	s.connections.hurry(lastMoment)
}

// shutDown waits for requests in flight; those that overstay are told so, and
// have a second to notice.
func (s *Server) shutDown(srv *http.Server, cut context.CancelCauseFunc) error {
	if await(srv, s.config.ShutdownTimeout) == nil {
		return nil
	}
	cut(api.NewError(api.ShuttingDown, "this server shut down before it could answer"))
	_ = await(srv, time.Second)
	return errors.Join(fmt.Errorf("shutting down: requests were still in flight after %s", s.config.ShutdownTimeout), srv.Close())
}

func await(srv *http.Server, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	return srv.Shutdown(ctx)
}
