package cache

import (
	"context"

	"github.com/redis/go-redis/v9"
)

// write is a score on its way to Redis.
type write struct {
	key   key
	score score
}

const (
	mostWaiting = 8192 // scores on their way to Redis; more are dropped
	mostAtOnce  = 512  // in one round trip
)

// set tells Redis of a score, some time soon. It never blocks.
func (r *Redis) set(k key, s score) {
	select {
	case r.writes <- write{k, s}:
	default:
		r.dropped.Add(1)
	}
}

// write sends what comes until the Redis is closed and nothing is left.
func (r *Redis) write() {
	defer close(r.closed)
	for {
		select {
		case w := <-r.writes:
			r.send(r.gather(w))
			continue
		default:
		}
		select {
		case w := <-r.writes:
			r.send(r.gather(w))
		case <-r.closing:
			return
		}
	}
}

// gather what else waits.
func (r *Redis) gather(first write) []write {
	list := []write{first}
	for len(list) < mostAtOnce {
		select {
		case w := <-r.writes:
			list = append(list, w)
		default:
			return list
		}
	}
	return list
}

// send writes a list in one round trip.
func (r *Redis) send(list []write) {
	_, err := r.try(context.Background(), writeTimeout, func(ctx context.Context) ([]any, error) {
		_, err := r.client.Pipelined(ctx, func(p redis.Pipeliner) error {
			for _, w := range list {
				p.Set(ctx, nameOf(w.key), w.score.encode(), r.ttl)
			}
			return nil
		})
		return nil, err
	})
	if err != nil {
		r.dropped.Add(int64(len(list)))
	}
}
