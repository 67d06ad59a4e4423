package cache

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/redis/go-redis/v9/maintnotifications"
	"github.com/sony/gobreaker/v2"
)

// RedisOptions of NewRedis.
type RedisOptions struct {
	// URL of the server: redis://user:password@host:port/database, rediss://
	// with TLS, or unix:///path.
	URL string
	// TTL of what is written. 0 = DefaultTTL.
	TTL time.Duration
	// Changed is called when the server is away, and when it is back. It may be
	// nil.
	Changed func(away bool)

	away time.Duration // until it is tried again; 0 = awayTimeout
}

// Redis is a second level that machines share, or Valkey is. It is a help and
// never a condition: what it does not answer in time is scored, what it does
// not take in time is dropped, and after a few failures it is left alone for a
// while. It is safe for concurrent use.
type Redis struct {
	client  *redis.Client
	breaker *gobreaker.CircuitBreaker[[]any]
	ttl     time.Duration
	writes  chan write
	closing chan struct{}
	closed  chan struct{}

	errors, dropped atomic.Int64
}

// How long is waited for Redis, and how often it may fail.
// See RATIONALE: why-redis-is-optional-at-all-times.
const (
	readTimeout  = 50 * time.Millisecond // about what scoring ten pairs takes
	writeTimeout = time.Second           // nobody waits for it
	closeTimeout = time.Second
	awayTimeout  = 5 * time.Second // until it is tried again
	mostFailures = 3               // in a row
)

// NewRedis makes a client. It does not wait for the server, which may come
// later. The error does not quote the URL, which may hold a password.
func NewRedis(o RedisOptions) (*Redis, error) {
	parsed, err := redis.ParseURL(o.URL)
	var bad *url.Error
	if errors.As(err, &bad) {
		err = bad.Err
	}
	if err != nil {
		return nil, fmt.Errorf("reading the address of Redis, such as redis://localhost:6379/0: %w", err)
	}
	if o.TTL == 0 {
		o.TTL = DefaultTTL
	}
	if o.away == 0 {
		o.away = awayTimeout
	}
	logging.Disable() // it would write every failed connection to standard error
	r := &Redis{
		client: redis.NewClient(guarded(bounded(parsed))), breaker: newBreaker(o), ttl: o.TTL,
		writes: make(chan write, mostWaiting), closing: make(chan struct{}), closed: make(chan struct{}),
	}
	go r.write()
	return r, nil
}

// bounded lets no call take longer than its context, and asks the server for
// nothing that an old one or a Valkey does not know.
func bounded(o *redis.Options) *redis.Options {
	o.ContextTimeoutEnabled = true
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = writeTimeout, writeTimeout, writeTimeout, readTimeout
	o.MaxRetries, o.DialerRetries = -1, 1
	o.DisableIdentity = true
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return o
}

func newBreaker(o RedisOptions) *gobreaker.CircuitBreaker[[]any] {
	return gobreaker.NewCircuitBreaker[[]any](gobreaker.Settings{
		Timeout:     o.away,
		ReadyToTrip: func(c gobreaker.Counts) bool { return c.ConsecutiveFailures >= mostFailures },
		IsExcluded:  func(err error) bool { return errors.Is(err, errNotWanted) },
		OnStateChange: func(_ string, from, to gobreaker.State) {
			if o.Changed != nil && (to == gobreaker.StateClosed || from == gobreaker.StateClosed) {
				o.Changed(to != gobreaker.StateClosed)
			}
		},
	})
}

// errNotWanted is a call that its caller gave up, which says nothing about
// Redis.
var errNotWanted = errors.New("no longer wanted")

// try a call of Redis, unless it is away.
func (r *Redis) try(ctx context.Context, limit time.Duration, call func(ctx context.Context) ([]any, error)) ([]any, error) {
	values, err := r.breaker.Execute(func() ([]any, error) {
		inTime, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		values, err := call(inTime)
		if err != nil && ctx.Err() != nil {
			err = errNotWanted
		}
		return values, err
	})
	if err != nil && !errors.Is(err, errNotWanted) && !isAway(err) {
		r.errors.Add(1)
	}
	return values, err
}

// isAway reports that Redis was not asked.
func isAway(err error) bool {
	return errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests)
}

// get returns the scores of keys, nil for what Redis does not know or did not
// say in time.
func (r *Redis) get(ctx context.Context, keys []key) []*score {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = nameOf(k)
	}
	values, err := r.try(ctx, readTimeout, func(ctx context.Context) ([]any, error) { return r.client.MGet(ctx, names...).Result() })
	if err != nil || len(values) != len(keys) {
		return nil
	}
	scores := make([]*score, len(keys))
	for i, v := range values {
		if s, ok := v.(string); ok {
			scores[i] = decode(s)
		}
	}
	return scores
}

// Close writes what waits, as far as Redis takes it in time. A Cache does it
// for its own.
func (r *Redis) Close() error {
	close(r.closing)
	select {
	case <-r.closed:
	case <-time.After(closeTimeout):
	}
	return r.client.Close()
}

// RedisStats counts what went wrong with Redis.
type RedisStats struct {
	Errors  int64 // calls that failed or took too long
	Dropped int64 // scores that it was not told of
	Away    bool  // it is left alone for now
}

func (r *Redis) stats() *RedisStats {
	return &RedisStats{r.errors.Load(), r.dropped.Load(), r.breaker.State() == gobreaker.StateOpen}
}
