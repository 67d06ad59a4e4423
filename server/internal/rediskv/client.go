// Package rediskv is a level of a cache that machines share, in Redis or
// Valkey: small values under digests. It is a help and never a condition: what
// it does not say in time is unknown, what it does not take in time is dropped,
// and after a few failures it is left alone for a while.
package rediskv

import (
	"context"
	"encoding/base64"
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

// Key of a value.
type Key = [32]byte

// Options of New. All but URL and Prefix have defaults.
type Options struct {
	// URL of the server: redis://user:password@host:port/database, rediss://
	// with TLS, or unix:///path.
	URL string
	// Prefix of all names, with the version of what they hold.
	Prefix string
	// TTL of what is written. 0 = DefaultTTL.
	TTL time.Duration
	// MaxValue is the longest value in bytes. A longer one is not written, and a
	// reply that holds one is an error. 0 = DefaultMaxValue.
	MaxValue int
	// ReadTimeout of one Get. 0 = DefaultReadTimeout.
	ReadTimeout time.Duration
	// Away is how long a server that failed is left alone. 0 = DefaultAway.
	Away time.Duration
	// Changed is called when the server is away, and when it is back. It may be
	// nil.
	Changed func(away bool)
}

// Defaults of Options.
// See RATIONALE: why-redis-is-optional-at-all-times.
const (
	DefaultTTL         = time.Hour
	DefaultMaxValue    = 64 << 10
	DefaultReadTimeout = 50 * time.Millisecond // about what scoring ten pairs takes
	DefaultAway        = 5 * time.Second
)

func (o Options) withDefaults() Options {
	if o.TTL == 0 {
		o.TTL = DefaultTTL
	}
	if o.MaxValue == 0 {
		o.MaxValue = DefaultMaxValue
	}
	if o.ReadTimeout == 0 {
		o.ReadTimeout = DefaultReadTimeout
	}
	if o.Away == 0 {
		o.Away = DefaultAway
	}
	return o
}

// Client of a Redis or Valkey. It is safe for concurrent use.
type Client struct {
	o       Options
	client  *redis.Client
	breaker *gobreaker.CircuitBreaker[[]any]
	writes  chan write
	waiting atomic.Int64 // bytes in writes
	closing chan struct{}
	closed  chan struct{}

	errors, dropped atomic.Int64
}

const (
	writeTimeout = time.Second // nobody waits for it
	closeTimeout = time.Second
	mostFailures = 3 // in a row
)

// New makes a Client. It does not wait for the server, which may come later.
// The error does not quote the URL, which may hold a password.
func New(o Options) (*Client, error) {
	parsed, err := redis.ParseURL(o.URL)
	var bad *url.Error
	if errors.As(err, &bad) {
		err = bad.Err
	}
	if err != nil {
		return nil, fmt.Errorf("reading the address of Redis, such as redis://localhost:6379/0: %w", err)
	}
	o = o.withDefaults()
	logging.Disable() // it would write every failed connection to standard error
	c := &Client{
		o: o, client: redis.NewClient(guarded(bounded(parsed, o.ReadTimeout), o.MaxValue)), breaker: newBreaker(o),
		writes: make(chan write, mostWaiting), closing: make(chan struct{}), closed: make(chan struct{}),
	}
	go c.write()
	return c, nil
}

// bounded lets no call take longer than its context, and asks the server for
// nothing that an old one or a Valkey does not know.
func bounded(o *redis.Options, pool time.Duration) *redis.Options {
	o.ContextTimeoutEnabled = true
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = writeTimeout, writeTimeout, writeTimeout, pool
	o.MaxRetries, o.DialerRetries = -1, 1
	o.DisableIdentity = true
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return o
}

func newBreaker(o Options) *gobreaker.CircuitBreaker[[]any] {
	return gobreaker.NewCircuitBreaker[[]any](gobreaker.Settings{
		Timeout:     o.Away,
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
func (c *Client) try(ctx context.Context, limit time.Duration, call func(ctx context.Context) ([]any, error)) ([]any, error) {
	values, err := c.breaker.Execute(func() ([]any, error) {
		inTime, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		values, err := call(inTime)
		if err != nil && ctx.Err() != nil {
			err = errNotWanted
		}
		return values, err
	})
	if err != nil && !errors.Is(err, errNotWanted) && !isAway(err) {
		c.errors.Add(1)
	}
	return values, err
}

// isAway reports that Redis was not asked.
func isAway(err error) bool {
	return errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests)
}

// Get returns the values of keys, nil for what Redis does not know or did not
// say in time. A value is a string of its own, and never too long.
func (c *Client) Get(ctx context.Context, keys []Key) []*string {
	found := make([]*string, len(keys))
	_, _ = c.try(ctx, c.o.ReadTimeout, func(ctx context.Context) ([]any, error) {
		for from := 0; from < len(keys); {
			to := min(from+c.atOnce(), len(keys))
			values, err := c.client.MGet(ctx, c.names(keys[from:to])...).Result()
			if err != nil || len(values) != to-from {
				return nil, err
			}
			for i, v := range values {
				if s, ok := v.(string); ok && len(s) <= c.o.MaxValue {
					found[from+i] = &s
				}
			}
			from = to
		}
		return nil, nil
	})
	return found
}

// atOnce is how many values one reply holds within what the guard lets pass.
func (c *Client) atOnce() int { return max(1, mostReply/(c.o.MaxValue+overhead)) }

func (c *Client) names(keys []Key) []string {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = c.Name(k)
	}
	return names
}

// Name of a key in Redis.
func (c *Client) Name(k Key) string { return c.o.Prefix + base64.RawURLEncoding.EncodeToString(k[:]) }

// Close writes what waits, as far as Redis takes it in time.
func (c *Client) Close() error {
	close(c.closing)
	select {
	case <-c.closed:
	case <-time.After(closeTimeout):
	}
	return c.client.Close()
}

// Stats counts what went wrong with Redis.
type Stats struct {
	Errors  int64 // calls that failed or took too long
	Dropped int64 // values that it was not told of
	Away    bool  // it is left alone for now
}

// Stats returns the counts so far.
func (c *Client) Stats() *Stats {
	return &Stats{c.errors.Load(), c.dropped.Load(), c.breaker.State() == gobreaker.StateOpen}
}
