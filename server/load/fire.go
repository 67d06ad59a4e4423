package main

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

// answer is what came back to a shot.
type answer struct {
	shot    shot
	code    int           // 0 = lost
	fault   string        // of a lost one
	latency time.Duration // to the last byte, for the client
	header  http.Header
	events  bool // it ended with the event final

	Results []struct {
		Index int      `json:"index"`
		Logit *float64 `json:"logit"`
	} `json:"results"`
	Responses []struct { // of a batch
		Timings timings `json:"timings_ms"`
	} `json:"responses"`
	Degraded bool   `json:"degraded"`
	Reason   string `json:"reason"`
	Usage    struct {
		Scored int `json:"scored"`
		Cached int `json:"cached"`
		Known  int `json:"known"`
		Read   int `json:"read"`
	} `json:"usage"`
	Timings timings `json:"timings_ms"`
}

// timings of an answer in milliseconds, as the server measured them.
type timings struct {
	Queue     float64 `json:"queue"`
	Heuristic float64 `json:"heuristic"`
	Inference float64 `json:"inference"`
	Total     float64 `json:"total"`
}

// longest that the server took: for an answer, or for one of a batch.
func (a *answer) longest() float64 {
	most := a.Timings.Total
	for _, one := range a.Responses {
		most = max(most, one.Timings.Total)
	}
	return most
}

// timeout of a shot: longer than any that the server has by itself.
const timeout = 2 * time.Minute

// open fires shots at random moments, so many a second on average, whether or
// not the answers come (an open loop with Poisson arrivals).
func (s *server) open(ctx context.Context, rate float64, took time.Duration, next func(i int) shot) []answer {
	return s.fire(ctx, newPoisson(rate), took, next)
}

// poisson implements vegeta.Pacer.
type poisson struct {
	rate   float64 // a second
	random *rand.Rand
	at     float64 // seconds until the shot that is next
	known  uint64  // shots up to there
}

// newPoisson draws the same moments every time.
func newPoisson(rate float64) *poisson {
	return &poisson{rate: rate, random: rand.New(rand.NewPCG(1, 2))}
}

// Pace implements vegeta.Pacer.
func (p *poisson) Pace(elapsed time.Duration, hits uint64) (time.Duration, bool) {
	for ; p.known <= hits; p.known++ {
		p.at += p.random.ExpFloat64() / p.rate
	}
	return time.Duration(p.at*float64(time.Second)) - elapsed, false
}

// Rate implements vegeta.Pacer.
func (p *poisson) Rate(time.Duration) float64 { return p.rate }

// closed keeps some shots in flight, each fired when another is answered.
func (s *server) closed(ctx context.Context, inFlight uint64, took time.Duration, next func(i int) shot) []answer {
	return s.fire(ctx, vegeta.Rate{}, took, next, vegeta.Workers(inFlight), vegeta.MaxWorkers(inFlight))
}

// limited fires so many shots and no more: at random moments, so many a second, or,
// where that is 0, with some in flight.
func (s *server) limited(ctx context.Context, rate float64, n int, inFlight uint64, next func(i int) shot) []answer {
	if rate == 0 {
		return s.fire(ctx, &first{vegeta.Rate{}, uint64(n)}, 0, next, vegeta.Workers(inFlight), vegeta.MaxWorkers(inFlight))
	}
	return s.fire(ctx, &first{newPoisson(rate), uint64(n)}, 0, next)
}

// first is a pacer that ends after n shots.
type first struct {
	vegeta.Pacer
	n uint64
}

// Pace implements vegeta.Pacer.
func (f *first) Pace(elapsed time.Duration, hits uint64) (time.Duration, bool) {
	if hits >= f.n {
		return 0, true
	}
	return f.Pacer.Pace(elapsed, hits)
}

func (s *server) fire(ctx context.Context, pace vegeta.Pacer, took time.Duration, next func(i int) shot, more ...func(*vegeta.Attacker)) []answer {
	attacker := vegeta.NewAttacker(append(more, vegeta.Timeout(timeout), vegeta.KeepAlive(!s.closes))...)
	stop := context.AfterFunc(ctx, func() { attacker.Stop() })
	defer stop()
	shots := &shots{next: next, fired: map[int]shot{}}
	var answers []answer
	for r := range attacker.Attack(shots.target(s), pace, took, "") {
		answers = append(answers, shots.answer(r))
	}
	return answers
}

// shots remembers what was fired: an answer names it by its request id.
type shots struct {
	next func(i int) shot

	mu    sync.Mutex
	count int
	fired map[int]shot // and not answered
}

func (s *shots) fire() (i int, one shot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i = s.count
	s.count++
	one = s.next(i)
	s.fired[i] = one
	return i, one
}

// answered is the shot of a request id.
func (s *shots) answered(id string) (one shot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, err := strconv.Atoi(id)
	one, ok := s.fired[i]
	if err != nil || !ok {
		return shot{question: -1}
	}
	delete(s.fired, i)
	one.body = nil
	return one
}

func (s *shots) target(to *server) vegeta.Targeter {
	return func(t *vegeta.Target) error {
		i, one := s.fire()
		t.Method, t.URL, t.Body, t.Header = http.MethodPost, to.url+one.path, one.body, maps.Clone(one.header)
		t.Header.Set("Content-Type", "application/json")
		to.show(t.Header)
		t.Header.Set("X-Request-Id", strconv.Itoa(i))
		return nil
	}
}

func (s *shots) answer(r *vegeta.Result) answer {
	a := answer{code: int(r.Code), latency: r.Latency, header: r.Headers, shot: s.answered(r.Headers.Get("X-Request-Id"))}
	if a.code == 0 {
		a.fault = r.Error
		return a
	}
	a.read(r.Body)
	return a
}

// read a body, or the last event of a stream. What does not fit stays empty.
func (a *answer) read(body []byte) {
	const final = "event: final\ndata: "
	if at := bytes.Index(body, []byte(final)); at >= 0 {
		a.events, body = true, body[at+len(final):]
	}
	_ = json.Unmarshal(body, a)
}
