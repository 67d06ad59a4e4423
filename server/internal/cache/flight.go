package cache

import "context"

// flight is a pair that some request is having scored.
// See RATIONALE: why-not-singleflight.
type flight struct {
	landed chan struct{} // closed when it is over
	score  *score        // nil = given up: whoever waits may try
}

// claim sorts what is wanted of a pair: its score if there is one by now, else
// the flight of the request that is at it, else neither, and it is the caller's
// to score and to land.
func (c *Cache) claim(k key) (known *score, other *flight) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if f, ok := c.flights[k]; ok {
		return nil, f
	}
	if s, ok := c.local.GetIfPresent(k); ok {
		return &s, nil
	}
	c.flights[k] = &flight{landed: make(chan struct{})}
	return nil, nil
}

// land ends the caller's flight with a score, or without one if it gave up.
func (c *Cache) land(k key, s *score) {
	if s != nil {
		c.local.Set(k, *s)
	}
	c.mu.Lock()
	f := c.flights[k]
	delete(c.flights, k)
	c.mu.Unlock()
	f.score = s
	close(f.landed)
}

// wait for a flight of another request. What has landed counts even if ctx is
// done.
func (f *flight) wait(ctx context.Context) (*score, error) {
	select {
	case <-f.landed:
		return f.score, nil
	default:
	}
	select {
	case <-f.landed:
		return f.score, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}
