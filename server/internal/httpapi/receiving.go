package httpapi

import (
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/wire"
)

// A body that comes costs its sender nothing to leave unfinished, and the server
// what has come of it. So it has to come at a rate, and where memory is short
// the ones that hardly move make room for others.
const (
	leastRate = 1 << 10  // bytes a second, on average after Config.ReadStall
	progress  = 16 << 10 // bytes that count as moving
	farewell  = 250 * time.Millisecond
)

// receiving are the bodies that are coming.
type receiving struct {
	mu     sync.Mutex
	bodies map[*meter]struct{}
}

// meter makes an account pay for what is read through it, and bounds the time.
type meter struct {
	from       io.Reader
	server     *Server
	account    *wire.Account
	connection *http.ResponseController
	began      time.Time
	done       chan struct{} // closed when the body has come, or will not

	mu       sync.Mutex
	came     int64     // bytes
	marked   int64     // bytes at the last progress
	mark     time.Time // of it
	unwanted bool      // it has to make room
	over     bool      // it has come, or will not
}

// receive registers a body that comes through w; end takes it off the list.
func (s *Server) receive(w http.ResponseWriter, account *wire.Account) (m *meter, end func(error)) {
	now := time.Now()
	m = &meter{server: s, account: account, connection: http.NewResponseController(w), began: now, mark: now, done: make(chan struct{})}
	s.receiving.mu.Lock()
	s.receiving.bodies[m] = struct{}{}
	s.receiving.mu.Unlock()
	return m, func(err error) {
		s.receiving.mu.Lock()
		delete(s.receiving.bodies, m)
		s.receiving.mu.Unlock()
		m.mu.Lock()
		m.over = true
		if err == nil {
			_ = m.connection.SetReadDeadline(time.Time{}) // or the wait for an answer would end by it
		}
		m.mu.Unlock()
		if err != nil {
			account.Close() // whoever waits for the room finds it
		}
		close(m.done)
	}
}

// Read implements io.Reader.
func (m *meter) Read(p []byte) (int, error) {
	m.allow()
	n, err := m.from.Read(p)
	m.note(n)
	if full := m.server.take(m.account, int64(n), m); full != nil {
		return n, full
	}
	return n, err
}

// allow the next bytes their time. A connection that knows no deadlines is a test's.
func (m *meter) allow() {
	m.mu.Lock()
	defer m.mu.Unlock()
	c, now := &m.server.config, time.Now()
	deadline := now.Add(m.server.stall(c.ReadStall))
	byRate := m.began.Add(c.ReadStall + time.Duration(m.came)*time.Second/leastRate)
	for _, other := range []time.Time{byRate, m.began.Add(c.ReadTimeout)} {
		if other.Before(deadline) {
			deadline = other
		}
	}
	if m.unwanted {
		deadline = now
	}
	_ = m.connection.SetReadDeadline(deadline)
}

func (m *meter) note(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.came += int64(n); m.came-m.marked >= progress {
		m.marked, m.mark = m.came, time.Now()
	}
}

// leave ends a body.
func (m *meter) leave() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.over {
		return
	}
	m.unwanted = true
	_ = m.connection.SetReadDeadline(time.Now())
}

// take makes an account pay for n bytes more. Where there is no memory the body
// that holds most of it without moving makes room; asking may be such a body
// itself, nil = it is none.
func (s *Server) take(account *wire.Account, n int64, asking *meter) error {
	err := account.Take(n)
	for isFull(err) {
		idle := s.receiving.idle(asking)
		if idle == nil {
			return s.counted(err)
		}
		idle.leave()
		select {
		case <-idle.done:
		case <-time.After(farewell):
		}
		err = account.Take(n)
	}
	return err
}

// idle is the body that has come furthest of those that do not move.
func (r *receiving) idle(but *meter) (most *meter) {
	r.mu.Lock()
	defer r.mu.Unlock()
	largest := int64(-1)
	for m := range r.bodies {
		if came, idle := m.idle(); m != but && idle && came > largest {
			most, largest = m, came
		}
	}
	return most
}

func (m *meter) idle() (came int64, idle bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.came, !m.unwanted && time.Since(m.mark) >= m.server.config.ReadYield
}

// hurryAll leaves the bodies that come no more than a last moment.
func (r *receiving) hurryAll(limit time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for m := range r.bodies {
		_ = m.connection.SetReadDeadline(time.Now().Add(limit))
	}
}

func isFull(err error) bool {
	fault, ok := err.(*api.Error)
	return ok && fault.Code == api.Overloaded
}
