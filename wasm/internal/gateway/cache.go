package gateway

import (
	"context"
	"crypto/sha256"
	"encoding/binary"

	"github.com/splitrank/splitrank/shared/api"
)

// What is cached is what the origin said about a question, not the edge's own
// answer: ids, top_k and deadlines of callers differ where the question is the same,
// and the heuristics cost less than a look into a cache. With an explanation the
// question is another one.
// The questions of a batch are not looked up: it may hold more of them than a
// platform lets one request put to a cache.

// cacheEntry is the key of a question; nil = it is not cached, as one that names its
// client, whose answers the origin may vary and count. It is a digest of
// everything that can change what the origin says: the question without its deadline, and
// the version. Which of its own models the origin takes is its own business, and
// ends with the lifetime of an entry. See RATIONALE: why-the-edge-caches-the-origins-answer.
func (g *Gateway) cacheEntry(ctx context.Context, p planned, q *api.Request) []byte {
	if g.config.Cache == nil || p.req.NoCache || p.req.ClientID != "" {
		return nil
	}
	timeless := *q
	timeless.Budget.DeadlineMS, timeless.Strict = 0, false
	version := g.config.CacheVersion + tenantOf(ctx)
	key := binary.AppendUvarint(nil, uint64(len(version)))
	digest := sha256.Sum256(api.AppendRequest(append(key, version...), &timeless))
	return digest[:]
}

// lookUp what the origin said once, which is valid for everybody.
func (g *Gateway) lookUp(ctx context.Context, p planned, entry []byte) (refinement, bool) {
	if entry == nil {
		return refinement{}, false
	}
	value, ok := g.config.Cache.Get(ctx, entry)
	if !ok {
		return refinement{}, false
	}
	response, err := p.decode(value)
	if err != nil {
		return refinement{}, false // as good as forgotten
	}
	response.Timings, response.QueryID = api.Timings{}, "" // of another answer
	return refinement{response: response, cached: true}, true
}

// store what the origin said for the next one, unless it could do better.
func (g *Gateway) store(ctx context.Context, entry []byte, r *api.Response) {
	if entry != nil && !r.Degraded {
		g.config.Cache.Put(ctx, entry, api.AppendResponse(nil, r))
	}
}
