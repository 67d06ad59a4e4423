package rediskv

import (
	"context"
	"errors"

	"github.com/redis/go-redis/v9"
)

// write is a value on its way to Redis.
type write struct {
	key   Key
	value []byte     // nil = forget it
	done  chan error // told when it is over, nil = nobody waits
}

const (
	mostWaiting      = 8192     // values on their way to Redis; more are dropped
	mostWaitingBytes = 32 << 20 // and so many bytes of them
	mostAtOnce       = 512      // values in one round trip
	mostBytesAtOnce  = 4 << 20  // of which the last may go beyond
)

// Set tells Redis of a value, some time soon. It never blocks. The value is not
// copied and must not change.
func (c *Client) Set(k Key, value []byte) {
	if len(value) > c.o.MaxValue || c.waiting.Add(int64(len(value))) > mostWaitingBytes {
		c.drop(value)
		return
	}
	select {
	case c.writes <- write{key: k, value: value}:
	default:
		c.drop(value)
	}
}

func (c *Client) drop(value []byte) {
	if len(value) <= c.o.MaxValue {
		c.waiting.Add(-int64(len(value)))
	}
	c.dropped.Add(1)
}

// Delete forgets keys, after what was set before, and waits until Redis has.
func (c *Client) Delete(ctx context.Context, keys ...Key) error {
	done := make(chan error, len(keys))
	for _, k := range keys {
		select {
		case c.writes <- write{key: k, done: done}:
		case <-c.closed:
			return errClosed
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	var all error
	for range keys {
		select {
		case err := <-done:
			all = errors.Join(all, err)
		case <-c.closed:
			return errClosed
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return all
}

var errClosed = errors.New("the connection to Redis is closed")

// write sends what comes until the Client is closed and nothing is left.
func (c *Client) write() {
	defer close(c.closed)
	for {
		select {
		case w := <-c.writes:
			c.send(c.gather(w))
			continue
		default:
		}
		select {
		case w := <-c.writes:
			c.send(c.gather(w))
		case <-c.closing:
			return
		}
	}
}

// gather what else waits.
func (c *Client) gather(first write) []write {
	list, size := []write{first}, len(first.value)
	for len(list) < mostAtOnce && size < mostBytesAtOnce {
		select {
		case w := <-c.writes:
			list, size = append(list, w), size+len(w.value)
		default:
			return list
		}
	}
	return list
}

// send writes a list in one round trip.
func (c *Client) send(list []write) {
	_, err := c.try(context.Background(), writeTimeout, func(ctx context.Context) ([]any, error) {
		_, err := c.client.Pipelined(ctx, func(p redis.Pipeliner) error {
			for _, w := range list {
				if w.value == nil {
					p.Del(ctx, c.Name(w.key))
				} else {
					p.Set(ctx, c.Name(w.key), w.value, c.o.TTL)
				}
			}
			return nil
		})
		return nil, err
	})
	for _, w := range list {
		c.waiting.Add(-int64(len(w.value)))
		if w.done != nil {
			w.done <- err
		} else if err != nil {
			c.dropped.Add(1)
		}
	}
}
