package tune

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"maps"
	"slices"
	"strconv"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/server/internal/digest"
	"github.com/splitrank/splitrank/server/internal/evaluation"
	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/eval"
)

// Set is a collection with the logits of all its candidates.
type Set struct {
	Data
	minGrade int
	cases    []judged
}

// judged is a query whose candidates have all been scored.
type judged struct {
	req    *api.Request // in the retriever's order
	ids    []string
	scores []*answer.Score // by document; nil = the model does not read it
	grades eval.Grades
}

// From says where the logits of a Set come from.
type From struct {
	Model    rerank.Served
	Stemmers []heuristics.Stemmer
	// Limit takes so many queries, spread evenly. 0 = all.
	Limit int
	// Progress follows every query. It may be nil.
	Progress func(done, total int)
}

// Gather asks a model about every candidate of the queries of a collection.
func Gather(ctx context.Context, c *evaluation.Collection, from From) (*Set, error) {
	said := &recorder{PairModel: from.Model.Model}
	from.Model.Model = said
	engine, err := rerank.New(rerank.Config{Planner: answer.NewPlanner(from.Stemmers), Models: []rerank.Served{from.Model}})
	if err != nil {
		return nil, err
	}
	queries := evaluation.Spread(c.Queries, from.Limit)
	s := &Set{minGrade: c.MinGrade, Data: Data{Name: c.Title(), Queries: len(queries)}}
	h := sha256.New()
	for i, q := range queries {
		one := newJudged(q)
		if err := one.ask(ctx, engine, said); err != nil {
			return nil, fmt.Errorf("scoring the candidates of query %q of %s: %w", q.ID, c.Title(), err)
		}
		s.cases = append(s.cases, one)
		addQuery(h, q)
		if from.Progress != nil {
			from.Progress(i+1, len(queries))
		}
	}
	s.Digest = fmt.Sprintf("sha256:%x", h.Sum(nil))
	return s, nil
}

func newJudged(q evaluation.Query) judged {
	n := len(q.Candidates)
	j := judged{req: &api.Request{Query: q.Text}, grades: q.Grades, scores: make([]*answer.Score, n)}
	for _, p := range q.Candidates {
		j.req.Documents = append(j.req.Documents, api.Document{Title: p.Title, Text: p.Text})
		j.ids = append(j.ids, p.ID)
	}
	return j
}

// ask the model about every document that it reads. It is strict, so that
// nothing is missing in silence but languages.
func (j *judged) ask(ctx context.Context, engine *rerank.Engine, said *recorder) error {
	if len(j.ids) == 0 {
		return nil
	}
	req := *j.req
	req.Pipeline, req.Strict = api.CrossEncoder, true
	said.scores = j.scores
	_, err := engine.Rerank(ctx, &req)
	var fault *api.Error
	if errors.As(err, &fault) && fault.Code == api.UnknownLanguage {
		return nil
	}
	return err
}

// addQuery adds all that a measurement of a query depends on, each part with
// its length.
func addQuery(h hash.Hash, q evaluation.Query) {
	digest.AddParts(h, q.ID, q.Text)
	for _, p := range q.Candidates {
		digest.AddParts(h, p.ID, p.Title, p.Text)
	}
	for _, id := range slices.Sorted(maps.Keys(q.Grades)) {
		digest.AddParts(h, id, strconv.Itoa(q.Grades[id]))
	}
}
