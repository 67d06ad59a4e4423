package rediskv

import (
	"context"
	"errors"
	"net"
	"strconv"
	"syscall"

	"github.com/redis/go-redis/v9"
)

// What Redis may say in answer to one write, of which the longest is that of a
// request for many scores. The client trusts a length that is announced and
// makes room for it, so a server that is hostile or broken, or one in between,
// could take all memory with a few bytes.
const (
	mostReply    = 16 << 20 // bytes; a longest value may take as much, too
	mostElements = 1 << 18  // of all its lists together
	mostLine     = 64 << 10 // bytes
	overhead     = 64       // bytes that frame a value, and more
)

var errReply = errors.New("the reply of Redis is longer than any it can have to give")

// guarded lets a client's connections read nothing longer than that, and no
// value of more than mostString bytes.
func guarded(o *redis.Options, mostString int) *redis.Options {
	dial := redis.NewDialer(o)
	o.Dialer = func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		return withGuard(c, mostString), nil
	}
	return o
}

// withGuard keeps what the client looks for on a connection: without
// syscall.Conn it cannot tell that an idle one was closed.
func withGuard(c net.Conn, mostString int) net.Conn {
	g := &guard{Conn: c, mostString: max(mostString, mostLine), mostReply: max(mostReply, mostString+overhead)}
	if s, ok := c.(syscall.Conn); ok {
		return &systemGuard{g, s}
	}
	return g
}

type systemGuard struct {
	*guard
	syscall.Conn
}

// guard reads along and breaks off where a reply announces or is too much. It
// follows the framing of RESP 2 and 3 only: lines, and strings of a given length.
type guard struct {
	net.Conn
	mostString, mostReply int // bytes

	bytes, elements int    // since the last write
	line            []byte // that is being read
	skip            int    // bytes of a string that are still to come
	failed          bool
}

// Write implements net.Conn. What comes afterwards answers it.
func (g *guard) Write(p []byte) (int, error) {
	g.bytes, g.elements = 0, 0
	return g.Conn.Write(p)
}

// Read implements net.Conn.
func (g *guard) Read(p []byte) (int, error) {
	if g.failed {
		return 0, errReply
	}
	n, err := g.Conn.Read(p)
	if g.bytes += n; g.bytes > g.mostReply || !g.follow(p[:n]) {
		g.failed = true
		return 0, errReply
	}
	return n, err
}

// follow reports that all is well so far.
func (g *guard) follow(p []byte) bool {
	for len(p) > 0 {
		if g.skip > 0 {
			n := min(g.skip, len(p))
			g.skip, p = g.skip-n, p[n:]
			continue
		}
		b := p[0]
		p = p[1:]
		if b != '\n' {
			if g.line = append(g.line, b); len(g.line) > mostLine {
				return false
			}
			continue
		}
		if !g.header(g.line) {
			return false
		}
		g.line = g.line[:0]
	}
	return true
}

// header takes in a line without its line feed.
func (g *guard) header(line []byte) bool {
	if len(line) == 0 {
		return true
	}
	kind, rest := line[0], string(line[1:])
	if n := len(rest); n > 0 && rest[n-1] == '\r' {
		rest = rest[:n-1]
	}
	switch kind {
	case '$', '=', '!': // a string, a verbatim one, an error
		n, ok := length(rest, g.mostString)
		if n >= 0 {
			g.skip = n + len("\r\n")
		}
		return ok
	case '*', '~', '>', '%', '|': // a list, a set, a push, a map, attributes
		n, ok := length(rest, mostElements)
		if kind == '%' || kind == '|' {
			n *= 2
		}
		g.elements += max(n, 0)
		return ok && g.elements <= mostElements
	}
	return true
}

// length reads one, -1 for nothing.
func length(s string, most int) (n int, ok bool) {
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= -1 && n <= most
}
