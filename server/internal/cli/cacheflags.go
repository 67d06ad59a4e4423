package cli

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/splitrank/splitrank/server/internal/cache"
	"github.com/splitrank/splitrank/server/internal/lateinteraction"
	"github.com/splitrank/splitrank/server/internal/rediskv"
	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/shared/api"
)

// cacheFlags say what is remembered of the scores of models.
type cacheFlags struct {
	CacheSize  int64         `default:"${cache_size}" placeholder:"N" help:"Bytes of memory for scores that are already known; 0 remembers none (default ${default})."`
	CacheTTL   time.Duration `name:"cache-ttl" default:"${cache_ttl}" placeholder:"TIME" help:"How long a score is remembered (default ${default})."`
	CacheByKey bool          `help:"Remember scores for each API key apart, so that usage.cached tells nobody what others have asked; what several ask is then scored for each."`
	CacheRedis string        `secret:"password" placeholder:"URL" help:"Redis or Valkey that shares scores between machines, such as redis://user:password@host:6379/0; prefer the environment, other users of a machine see command lines. It holds no texts, and nothing fails while it is away (default: none)."`
}

// Validate refuses what would remember nothing.
func (f cacheFlags) Validate() error {
	switch {
	case f.CacheSize < 0:
		return fmt.Errorf("--cache-size %d: want 0 (none) or more bytes", f.CacheSize)
	case f.CacheTTL <= 0:
		return fmt.Errorf("--cache-ttl %s: want more than nothing", f.CacheTTL)
	case f.CacheRedis != "" && f.CacheSize == 0:
		return errors.New("--cache-redis is the second level of a cache that --cache-size 0 switches off")
	}
	return nil
}

// open makes the cache, nil where none is wanted or there is nothing to
// remember.
func (f cacheFlags) open(loaded models, log *slog.Logger) (*cache.Cache, error) {
	if f.CacheSize == 0 || len(loaded) == 0 {
		return nil, nil
	}
	options := cache.Options{Bytes: f.CacheSize, TTL: f.CacheTTL}
	if f.CacheRedis != "" {
		redis, err := cache.NewRedis(rediskv.Options{URL: f.CacheRedis, TTL: f.CacheTTL, Changed: tellRedis(log)})
		if err != nil {
			return nil, fmt.Errorf("--cache-redis: %w", err)
		}
		options.Redis = redis
	}
	c, err := cache.New(options)
	if err != nil && options.Redis != nil {
		err = errors.Join(err, options.Redis.Close())
	}
	return c, err
}

func tellRedis(log *slog.Logger) func(away bool) {
	return func(away bool) {
		if away {
			log.Warn("Redis does not answer: going on without")
		} else {
			log.Info("Redis answers again")
		}
	}
}

// behind a cache are the models as cascades see them, nil = there is none.
func (list models) behind(c *cache.Cache) ([]rerank.PairModel, error) {
	cached := make([]rerank.PairModel, len(list))
	for i, m := range list {
		cached[i] = m
		if _, keeps := m.(*lateinteraction.Model); keeps || c == nil {
			continue // comparing what is kept costs less than looking a score up in Redis
		}
		identity, err := identityOf(m)
		if err != nil {
			return nil, err
		}
		cached[i] = c.Model(m, identity)
	}
	return cached, nil
}

// identityOf a model, whose digest takes as long as its files are large, and of
// a request's own truncation.
func identityOf(m servedModel) (cache.Identity, error) {
	digest, err := m.Identity()
	return func(req *api.Request) (identity string, known bool) {
		version, known := versionOf(m)
		return digest + version + spelled(req.Truncation) + tenant(req), known
	}, err
}

// tenant of a request; none adds nothing.
func tenant(req *api.Request) string {
	if req.Tenant == "" {
		return ""
	}
	return " of " + req.Tenant
}

// spelled is different for different truncations.
func spelled(t *api.Truncation) string {
	if t == nil {
		return ""
	}
	s := fmt.Sprintf(" %q %d", t.Strategy, t.MaxQueryTokens)
	if t.Partial {
		s += " partial"
	}
	if t.MaxDocumentTokens > 0 {
		s += fmt.Sprintf(" documents of %d", t.MaxDocumentTokens)
	}
	if t.Windows != nil {
		s += fmt.Sprintf(" %+v", *t.Windows)
	}
	return s
}

// closeCache closes one if there is one.
func closeCache(c *cache.Cache) error {
	if c == nil {
		return nil
	}
	return c.Close()
}
