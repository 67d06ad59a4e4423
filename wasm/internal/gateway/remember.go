package gateway

import (
	"encoding/binary"

	"github.com/splitrank/splitrank/shared/api"
)

// What is remembered is what the origin said about a question, not the edge's
// own answer: ids, top_k, explanations and deadlines of callers differ where the
// question is the same, and the heuristics cost less than a look into a cache.
// The questions of a batch are not looked up: it may hold more of them than a
// platform lets one request put to a cache.

// remember looks the question up. What was said once is valid for everybody.
func (t *task) remember() {
	if !t.cacheable() {
		return
	}
	t.key = t.cacheKey()
	value, ok := t.gateway.config.Cache.Get(t.ctx, t.key)
	if !ok {
		return
	}
	heard, err := api.DecodeResponse(value)
	if err != nil || t.check(heard) != nil {
		return // as good as forgotten
	}
	heard.Timings = api.Timings{}
	t.heard, t.known = heard, true
}

// keep what the origin said for the next one, unless it could do better.
func (t *task) keep() {
	if t.key == nil || t.known || t.heard.Degraded {
		return
	}
	t.gateway.config.Cache.Put(t.ctx, t.key, api.AppendResponse(nil, t.heard))
}

func (t *task) cacheable() bool {
	return t.gateway.config.Cache != nil && t.open() && !t.req.NoCache
}

// cacheKey holds everything that can change what the origin says: the question
// without its deadline, and the version. Which of its own models the origin
// takes is its own business, and ends with the lifetime of an entry.
func (t *task) cacheKey() []byte {
	q := *t.asked
	q.Budget.DeadlineMS, q.Strict = 0, false
	version := t.gateway.config.CacheVersion + tenantOf(t.ctx)
	key := binary.AppendUvarint(nil, uint64(len(version)))
	return api.AppendRequest(append(key, version...), &q)
}
