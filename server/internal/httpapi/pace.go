package httpapi

import (
	"net"
	"net/http"
	"time"
)

// paced bounds what a slow reader can hold: a reader that takes nothing for
// Config.WriteStall, or not everything within Config.WriteTimeout, is cut off.
func (s *Server) paced(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(&pacedWriter{w, http.NewResponseController(w), s, time.Now().Add(s.config.WriteTimeout)}, r)
	})
}

// pacedWriter gives every piece that is written a time of its own.
type pacedWriter struct {
	http.ResponseWriter
	connection *http.ResponseController
	server     *Server
	end        time.Time
}

// Write implements io.Writer.
func (p *pacedWriter) Write(b []byte) (n int, err error) {
	const most = 32 << 10
	for first := true; first || len(b) > 0; first = false {
		p.allow()
		m, err := p.ResponseWriter.Write(b[:min(len(b), most)])
		if n += m; err != nil {
			return n, err
		}
		b = b[m:]
	}
	return n, nil
}

// FlushError sends what was written. See http.ResponseController.
func (p *pacedWriter) FlushError() error {
	p.allow()
	return p.connection.Flush()
}

// allow the next piece its time; a writer that knows no deadlines is a test's.
func (p *pacedWriter) allow() {
	deadline := time.Now().Add(p.server.stall(p.server.config.WriteStall))
	if p.end.Before(deadline) {
		deadline = p.end
	}
	_ = p.connection.SetWriteDeadline(deadline)
}

// Unwrap lets http.ResponseController find what is below.
func (p *pacedWriter) Unwrap() http.ResponseWriter { return p.ResponseWriter }

// sendBuffer is what the kernel holds of an answer that is not read, in bytes:
// left alone it grows to megabytes for each connection.
const sendBuffer = 256 << 10

// bounded sets the bound of a new connection, where it has one.
func bounded(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetWriteBuffer(sendBuffer)
	}
}
