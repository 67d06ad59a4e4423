package rediskv

import (
	"context"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"
)

// Add n to a sum that machines share, and return it. It is forgotten after kept.
// The error says that Redis did not answer in time.
func (c *Client) Add(ctx context.Context, name string, n int64, kept time.Duration) (int64, error) {
	values, err := c.try(ctx, c.o.ReadTimeout, func(ctx context.Context) ([]any, error) {
		var sum *redis.IntCmd
		_, err := c.client.Pipelined(ctx, func(p redis.Pipeliner) error {
			sum = p.IncrBy(ctx, name, n)
			p.Expire(ctx, name, kept)
			return nil
		})
		if err != nil {
			return nil, err
		}
		return []any{sum.Val()}, nil
	})
	if err != nil {
		return 0, err
	}
	sum, ok := values[0].(int64)
	if !ok {
		return 0, errors.New("no number came from Redis")
	}
	return sum, nil
}
