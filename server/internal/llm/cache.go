package llm

import (
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// gradeCache remembers what whole requests were graded, in memory alone: a grade
// depends on the documents beside it, so no pair has one.
type gradeCache struct {
	entries *otter.Cache[[sha256.Size]byte, remembered]
}

// remembered grades, whose Document is a place among the results.
type remembered struct {
	grades []answer.Grade
	trust  float64
}

func newGradeCache(entries int, ttl time.Duration) (*gradeCache, error) {
	if entries < 0 {
		return &gradeCache{}, nil
	}
	c, err := otter.New(&otter.Options[[sha256.Size]byte, remembered]{
		MaximumSize: entries, ExpiryCalculator: otter.ExpiryWriting[[sha256.Size]byte, remembered](ttl),
	})
	return &gradeCache{c}, err
}

// keyOf all that the grades of a request depend on, and its tenant.
func (j *Judge) keyOf(req *api.Request, o Options, docs []shown) [sha256.Size]byte {
	h := sha256.New()
	fmt.Fprintf(h, "%s %q %q %q %d %d %t %t %q\n", promptVersion, j.config.Model, j.config.Identity, o.Mode, o.Shuffles, textBytes,
		o.verifies(), req.Explain, req.Tenant)
	fmt.Fprintf(h, "%q\n", req.Query)
	for _, d := range docs {
		fmt.Fprintf(h, "%q %q %q\n", req.Documents[d.document].ID.Text, d.title, d.text)
	}
	return [sha256.Size]byte(h.Sum(nil))
}

func (c *gradeCache) get(req *api.Request, key [sha256.Size]byte) (remembered, bool) {
	if c.entries == nil || req.NoCache {
		return remembered{}, false
	}
	return c.entries.GetIfPresent(key)
}

func (c *gradeCache) put(req *api.Request, key [sha256.Size]byte, r remembered) {
	if c.entries != nil && !req.NoCache {
		c.entries.Set(key, r)
	}
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
