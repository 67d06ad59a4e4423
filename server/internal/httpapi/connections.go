package httpapi

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// connections that are open. Past the bound the one that has been without a
// request for the longest gives way to a new one: those who say nothing, or
// their headers bit by bit, shut nobody out.
type connections struct {
	most int

	mu   sync.Mutex
	open map[net.Conn]*connection
}

// connection is an open one.
type connection struct {
	mu      sync.Mutex
	serving bool
	since   time.Time // it was opened, or its last request ended
}

type connectionKey struct{}

func newConnections(most int) *connections {
	return &connections{most: most, open: map[net.Conn]*connection{}}
}

// begin is http.Server.ConnContext: a new connection comes.
func (s *Server) beginConnection(ctx context.Context, c net.Conn) context.Context {
	bounded(c)
	own := &connection{since: time.Now()}
	if s.connections.add(c, own) {
		s.metrics.turnedAway.Inc()
	}
	return context.WithValue(ctx, connectionKey{}, own)
}

// add reports that a connection had to go.
func (all *connections) add(c net.Conn, own *connection) bool {
	all.mu.Lock()
	defer all.mu.Unlock()
	all.open[c] = own
	if len(all.open) <= all.most {
		return false
	}
	oldest, longest := c, own.since // the new one, where all others are being served
	for other, o := range all.open {
		if since, ok := o.waits(); ok && since.Before(longest) {
			oldest, longest = other, since
		}
	}
	delete(all.open, oldest)
	oldest.Close()
	return true
}

// waits reports that no request is being served, and since when.
func (c *connection) waits() (since time.Time, yes bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.since, !c.serving
}

// state is http.Server.ConnState.
func (all *connections) state(c net.Conn, state http.ConnState) {
	if state == http.StateClosed || state == http.StateHijacked {
		all.mu.Lock()
		delete(all.open, c)
		all.mu.Unlock()
	}
}

// count is how many there are.
func (all *connections) count() int {
	all.mu.Lock()
	defer all.mu.Unlock()
	return len(all.open)
}

// hurry leaves readers that are waited for no more than a last moment, and so
// those who have not sent their headers yet. Whoever begins to write later has a
// time of its own: see pacedWriter.
func (all *connections) hurry(limit time.Duration) {
	all.mu.Lock()
	defer all.mu.Unlock()
	for c, own := range all.open {
		_ = c.SetWriteDeadline(time.Now().Add(limit))
		if _, waits := own.waits(); waits {
			_ = c.SetReadDeadline(time.Now().Add(limit))
		}
	}
}

// occupied marks the connection of a request as one that is served.
func occupied(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c, ok := r.Context().Value(connectionKey{}).(*connection); ok {
			c.set(true)
			defer c.set(false)
		}
		next.ServeHTTP(w, r)
	})
}

func (c *connection) set(serving bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.serving, c.since = serving, time.Now()
}

// listener tells of connections that could not be accepted, as for want of file
// descriptors. http.Server waits a little and tries again, and says so nowhere.
type listener struct {
	net.Listener
	server *Server
	mu     sync.Mutex
	told   time.Time
}

// Accept implements net.Listener.
func (l *listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil && !l.server.draining.Load() {
		l.server.metrics.acceptErrors.Inc()
		l.tell(err)
	}
	return c, err
}

// tell once in a while.
func (l *listener) tell(err error) {
	const every = 10 * time.Second
	l.mu.Lock()
	defer l.mu.Unlock()
	if now := time.Now(); now.Sub(l.told) >= every {
		l.told = now
		l.server.config.Log.Warn("a connection could not be accepted", slog.String("error", err.Error()), slog.Int("connections", l.server.connections.count()))
	}
}
