package llm

import (
	"context"
	"crypto/sha256"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/splitrank/splitrank/server/internal/flight"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// Shared is a level of the cache of grades that servers share. It answers in time,
// or not at all, and nobody waits for Set. What it holds is sealed: see seal.
type Shared interface {
	// Get returns the values of keys, nil for what is not known.
	Get(ctx context.Context, keys [][sha256.Size]byte) []*string
	// Set keeps a value, if it can.
	Set(key [sha256.Size]byte, value []byte)
}

// MostShared is the longest value that Shared gets, in bytes.
const MostShared = 16 << 10

// gradeCache remembers what whole requests were graded: a grade depends on the
// documents beside it, so no pair has one. It is safe for concurrent use; nil
// remembers nothing.
type gradeCache struct {
	entries *otter.Cache[promptKey, remembered]
	flights *flight.Group[promptKey, remembered]
	shared  Shared // nil = none

	hits, found, joined, misses, corrupt atomic.Int64
}

// promptKey names all that the grades of a request depend on.
type promptKey = [sha256.Size]byte

// remembered grades, whose Document is a place among the results.
type remembered struct {
	grades []answer.Grade
	trust  float64
}

func newGradeCache(entries int, ttl time.Duration, shared Shared) (*gradeCache, error) {
	if entries < 0 {
		return nil, nil
	}
	c, err := otter.New(&otter.Options[promptKey, remembered]{
		MaximumSize: entries, ExpiryCalculator: otter.ExpiryWriting[promptKey, remembered](ttl),
	})
	if err != nil {
		return nil, err
	}
	return &gradeCache{entries: c, flights: flight.NewGroup(c.GetIfPresent), shared: shared}, nil
}

// keyOf a request, whose tenant is part of it.
func (j *Judge) keyOf(req *api.Request, o Options, docs []shown) promptKey {
	h := sha256.New()
	fmt.Fprintf(h, "%s %q %q %q %d %d %t %t %t %q %s\n", promptVersion, j.config.Model, j.config.Identity, o.Mode, o.Shuffles, textBytes,
		o.verifies(), o.bounded(), req.Explain, req.Tenant, j.trustName())
	fmt.Fprintf(h, "%q\n", req.Query)
	for _, d := range docs {
		fmt.Fprintf(h, "%q %q %q\n", req.Documents[d.document].ID.Text, d.title, d.text)
	}
	return promptKey(h.Sum(nil))
}

// trustName tells servers apart that do not believe alike.
func (j *Judge) trustName() string {
	if j.config.Trust == nil {
		return "examined"
	}
	return fmt.Sprint(*j.config.Trust)
}

// claim what is remembered of n documents, or the right to ask: then ok is false,
// and the caller lands what it got. What another request is asking for right now is
// waited for. The fault says that there was no time for that.
func (c *gradeCache) claim(ctx context.Context, k promptKey, n int) (r remembered, ok bool, f *Fault) {
	for {
		known, ok, other := c.flights.Claim(k)
		switch {
		case ok:
			c.hits.Add(1)
			return known, true, nil
		case other == nil:
			r, ok = c.ask(ctx, k, n)
			return r, ok, nil
		}
		known, ok, err := other.Wait(ctx)
		if err != nil {
			return r, false, &Fault{Kind: Late}
		}
		if ok {
			c.joined.Add(1)
			return known, true, nil
		}
	}
}

// ask the level that servers share for what the caller has claimed.
func (c *gradeCache) ask(ctx context.Context, k promptKey, n int) (r remembered, ok bool) {
	if c.shared != nil {
		if value := c.shared.Get(ctx, [][sha256.Size]byte{sharedName(k)})[0]; value != nil {
			if r, ok = unseal(k, *value, n); ok {
				c.found.Add(1)
				c.land(k, r)
				return r, true
			}
			c.corrupt.Add(1)
		}
	}
	c.misses.Add(1)
	return r, false
}

// land what was claimed, in memory.
func (c *gradeCache) land(k promptKey, r remembered) {
	c.entries.Set(k, r)
	c.flights.Land(k, r)
}

// put what was claimed where it is looked for.
func (c *gradeCache) put(k promptKey, r remembered) {
	c.land(k, r)
	if c.shared == nil {
		return
	}
	if value := seal(k, r); len(value) > 0 && len(value) <= MostShared {
		c.shared.Set(sharedName(k), value)
	}
}

// CacheStats counts what became of requests that may be remembered.
type CacheStats struct {
	Hits    int64 // known in memory
	Shared  int64 // known to Shared
	Joined  int64 // that another request was asking for
	Misses  int64 // asked for
	Corrupt int64 // values of Shared that were none, and count as misses
	Entries int   // in memory now
}

// CacheStats returns the counts so far, nil where nothing is remembered.
func (j *Judge) CacheStats() *CacheStats {
	c := j.cache
	if c == nil {
		return nil
	}
	return &CacheStats{c.hits.Load(), c.found.Load(), c.joined.Load(), c.misses.Load(), c.corrupt.Load(), c.entries.EstimatedSize()}
}

// remember grades by the places of their documents.
func remember(results []api.Result, grades []answer.Grade, trust float64) remembered {
	places := map[int]int{}
	for place, r := range results {
		places[r.Index] = place
	}
	out := remembered{trust: trust}
	for _, g := range grades {
		g.Document = places[g.Document]
		out.grades = append(out.grades, g)
	}
	return out
}

// of the same documents in another request.
func (r remembered) of(results []api.Result) []answer.Grade {
	grades := make([]answer.Grade, len(r.grades))
	for i, g := range r.grades {
		g.Document = results[g.Document].Index
		grades[i] = g
	}
	return grades
}
