package main

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// balancer is what stands before a fleet: a request goes to the replica with the
// fewest in flight, and to another one where no whole answer came. That is what every
// balancer of HTTP can be told to do for requests without an effect.
type balancer struct {
	url    string
	server *http.Server
	client *http.Client
	stop   context.CancelFunc

	mu       sync.Mutex
	replicas []*replica
	answered map[string]int // whole answers of replicas, by request
	retried  int
}

// replica is a server behind a balancer.
type replica struct {
	url      string
	ready    bool
	inFlight int
}

// newBalancer listens on a free port of this machine.
func newBalancer(ctx context.Context) (*balancer, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 256
	b := &balancer{url: "http://" + ln.Addr().String(), client: &http.Client{Transport: transport, Timeout: timeout}, answered: map[string]int{}}
	b.server = &http.Server{Handler: b, ReadHeaderTimeout: timeout}
	go func() { _ = b.server.Serve(ln) }()
	ctx, b.stop = context.WithCancel(ctx)
	go b.watch(ctx)
	return b, nil
}

func (b *balancer) close() {
	b.stop()
	_ = b.server.Close()
}

// add a replica, which is asked as soon as it is ready.
func (b *balancer) add(url string) {
	r := &replica{url: url}
	b.mu.Lock()
	b.replicas = append(b.replicas, r)
	b.mu.Unlock()
	b.look(context.Background(), r)
}

// remove a replica; what it is asked ends.
func (b *balancer) remove(url string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.replicas = slices.DeleteFunc(b.replicas, func(r *replica) bool { return r.url == url })
}

// watch looks at the replicas, as a readiness probe does.
func (b *balancer) watch(ctx context.Context) {
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		b.mu.Lock()
		list := slices.Clone(b.replicas)
		b.mu.Unlock()
		for _, r := range list {
			b.look(ctx, r)
		}
	}
}

func (b *balancer) look(ctx context.Context, r *replica) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	ready := false
	if q, err := http.NewRequestWithContext(ctx, http.MethodGet, r.url+"/readyz", nil); err == nil {
		if w, err := b.client.Do(q); err == nil {
			w.Body.Close()
			ready = w.StatusCode == http.StatusOK
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	r.ready = ready
}

// ServeHTTP implements http.Handler.
func (b *balancer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	var tried []*replica
	for to := b.pick(tried); to != nil; to = b.pick(tried) {
		answer, text, err := b.ask(r, to, body)
		if err != nil {
			b.failed(to)
			tried = append(tried, to)
			continue
		}
		b.noteAnswer(r)
		maps.Copy(w.Header(), answer.Header)
		w.WriteHeader(answer.StatusCode)
		_, _ = w.Write(text)
		return
	}
	http.Error(w, "no replica is ready", http.StatusBadGateway)
}

// ask one replica for a whole answer.
func (b *balancer) ask(r *http.Request, to *replica, body []byte) (*http.Response, []byte, error) {
	defer func() {
		b.mu.Lock()
		to.inFlight--
		b.mu.Unlock()
	}()
	q, err := http.NewRequestWithContext(r.Context(), r.Method, to.url+r.URL.Path, bytes.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	q.Header = r.Header.Clone()
	answer, err := b.client.Do(q)
	if err != nil {
		return nil, nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	return answer, text, err
}

// pick the ready replica with the fewest in flight, but those; nil = there is none.
func (b *balancer) pick(but []*replica) (best *replica) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, r := range b.replicas {
		if r.ready && !slices.Contains(but, r) && (best == nil || r.inFlight < best.inFlight) {
			best = r
		}
	}
	if best != nil {
		best.inFlight++
	}
	return best
}

func (b *balancer) failed(r *replica) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r.ready = false
	b.retried++
}

func (b *balancer) noteAnswer(r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.answered[r.Header.Get("X-Request-Id")]++
}

// twice counts requests that replicas answered more than once.
func (b *balancer) twice() (n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, answers := range b.answered {
		if answers > 1 {
			n++
		}
	}
	return n
}

// forget what was answered.
func (b *balancer) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	clear(b.answered)
	b.retried = 0
}
