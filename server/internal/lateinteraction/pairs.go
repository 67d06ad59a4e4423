package lateinteraction

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	textscript "github.com/splitrank/splitrank/heuristics/text"
	"github.com/splitrank/splitrank/server/internal/batch"
	"github.com/splitrank/splitrank/server/internal/maxsim"
	"github.com/splitrank/splitrank/server/internal/modelfiles"
	"github.com/splitrank/splitrank/server/internal/modelserving"
	"github.com/splitrank/splitrank/server/internal/ort"
	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/server/internal/tracing"
	"github.com/splitrank/splitrank/server/internal/vectors"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// ScoredBy is what answers say of a document that such a model has the last word on.
const ScoredBy = "late-interaction"

// Open implements rerank.PairModel.
func (m *Model) Open(req *api.Request) rerank.Pairs {
	c := m.cutter(req.Truncation)
	p := &pairs{model: m, req: req, cutter: c, texts: make([]text, len(req.Documents)), store: m.store}
	if req.NoCache {
		p.store = nil
	}
	if p.store != nil {
		p.keys = m.keys(req.Documents, c, req.Tenant)
	}
	return p
}

// pairs are the documents of a request before a model.
type pairs struct {
	model  *Model
	req    *api.Request
	cutter cutter
	store  *vectors.Store // nil = nothing is kept
	keys   []vectors.Key  // by document
	texts  []text         // by document, once it is tokenized
	query  query
}

// query is that of a request, once it was read.
type query struct {
	script  textscript.Script // Other = it has no letters
	vectors *maxsim.Query     // nil = not yet
	cut     bool
	err     error // of the attempt to read it
}

// Known implements rerank.Pairs: what was read before is compared.
func (p *pairs) Known(ctx context.Context, documents []int) ([]answer.Score, rerank.Timing) {
	var spent rerank.Timing
	if p.store == nil {
		return nil, spent
	}
	keys := make([]vectors.Key, len(documents))
	for i, d := range documents {
		keys[i] = p.keys[d]
	}
	forms := p.look(ctx, keys)
	if !anyOf(forms) {
		return nil, spent
	}
	if spent = p.readQuery(ctx); p.query.err != nil {
		return nil, spent
	}
	return p.compareAll(ctx, documents, forms, &spent), spent
}

// KnowsNothing implements rerank.KnowsNothing.
func (p *pairs) KnowsNothing() bool { return p.store == nil }

// look kept vectors up; nil = there are none of a document.
func (p *pairs) look(ctx context.Context, keys []vectors.Key) [][]byte {
	ctx, span := tracing.Start(ctx, tracing.Vectors)
	defer span.End()
	forms := p.store.Get(ctx, keys)
	if span.Recording() {
		span.Int(tracing.Documents, len(keys))
		span.Int(tracing.Found, len(slices.DeleteFunc(slices.Clone(forms), func(f []byte) bool { return f == nil })))
	}
	return forms
}

func anyOf(forms [][]byte) bool {
	for _, f := range forms {
		if f != nil {
			return true
		}
	}
	return false
}

// compareAll compares the forms that are there, as soon as a processor is free.
func (p *pairs) compareAll(ctx context.Context, documents []int, forms [][]byte, spent *rerank.Timing) (found []answer.Score) {
	if p.model.processors.Acquire(ctx, 1) != nil {
		return nil
	}
	defer p.model.processors.Release(1)
	_, span := tracing.Start(ctx, tracing.Compare)
	defer span.End()
	start := time.Now()
	for i, form := range forms {
		if form == nil {
			continue
		}
		s, err := p.compare(documents[i], form)
		if err != nil {
			p.store.Damaged(p.keys[documents[i]]) // and read anew
			continue
		}
		s.Known = true
		found = append(found, s)
	}
	took := time.Since(start)
	spent.Inference += took
	spent.Comparing += took
	return found
}

// compare the query with the kept form of a document.
func (p *pairs) compare(document int, form []byte) (answer.Score, error) {
	parts, err := p.model.split(form)
	if err != nil {
		return answer.Score{}, err
	}
	s := p.model.compare(p.query.vectors, parts, p.cutter)
	s.Document, s.By = document, ScoredBy
	s.Logit += p.across(document)
	s.Truncated = p.query.cut || p.model.layout.Truncated(parts[0])
	return s, nil
}

// across is what a document in another script than the query's gets; 0 where either
// has no letters.
func (p *pairs) across(document int) float64 {
	lift := p.model.formula.Across
	if lift == 0 || p.query.script == textscript.Other {
		return 0
	}
	if script := textscript.MainScript(p.req.Documents[document].Text); script == textscript.Other || script == p.query.script {
		return 0
	}
	return lift
}

// readQuery reads the query, once.
func (p *pairs) readQuery(ctx context.Context) (spent rerank.Timing) {
	if p.query.vectors != nil || p.query.err != nil {
		return spent
	}
	var t text
	if t, p.query.err = p.cutter.readQuery(p.req.Query); p.query.err != nil {
		return spent
	}
	p.query.cut, p.query.script = t.cut, textscript.MainScript(p.req.Query)
	var read []ort.Vectors
	spent.Queue, spent.Inference, p.query.err = p.model.queue.ScoreAt(ctx, batch.Urgent, t.parts, func(list []batch.Scored[ort.Vectors]) {
		read = append(read, list[0].Score)
	})
	spent.Query = spent.Inference
	if p.query.err == nil {
		p.query.vectors, p.query.err = p.model.question(read[0])
	}
	return spent
}

// question makes what is compared of the vectors of a query. Where the model weighs no
// tokens they weigh the same, and 1 together.
func (m *Model) question(v ort.Vectors) (*maxsim.Query, error) {
	weights := v.Weights
	if weights == nil {
		weights = make([]float32, len(v.Tokens)/m.layout.Dimensions)
		for i := range weights {
			weights[i] = 1 / float32(len(weights))
		}
	}
	return m.layout.Query(v.Tokens, weights, v.Mean)
}

// Tokenize implements rerank.Pairs.
func (p *pairs) Tokenize(ctx context.Context, documents []int) ([]int, error) {
	if p.query.err != nil {
		return nil, refusal(p.query.err)
	}
	if err := p.model.processors.Acquire(ctx, 1); err != nil {
		return nil, context.Cause(ctx)
	}
	defer p.model.processors.Release(1)
	lengths := make([]int, len(documents))
	for i, d := range documents {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		var err error
		if p.texts[d], err = p.cutter.readDocument(modelfiles.Text(p.req.Documents[d].Title, p.req.Documents[d].Text)); err != nil {
			return nil, refusal(err)
		}
		lengths[i] = p.texts[d].tokens()
	}
	return lengths, nil
}

// Forecast implements rerank.Pairs.
func (p *pairs) Forecast(tokens []int) time.Duration { return p.model.queue.Forecast(tokens) }

// Score implements rerank.Pairs: what nobody has read is read, and what others are at
// is waited for.
func (p *pairs) Score(ctx context.Context, documents []int, take func([]answer.Score)) (rerank.Timing, error) {
	spent := p.readQuery(ctx)
	if p.query.err != nil {
		return spent, refusal(p.query.err)
	}
	r := &reading{pairs: p, ctx: ctx, take: take, spent: spent}
	err := r.run(r.known(documents))
	if err == nil {
		p.model.hooks.Scored(p.model.Name(), modelserving.RequestStats{Documents: len(documents), Truncated: r.truncated, Queue: r.spent.Queue, Trace: tracing.TraceID(ctx)})
	}
	return r.spent, refusal(err)
}

// reading is a call of Score.
type reading struct {
	pairs     *pairs
	ctx       context.Context
	take      func([]answer.Score)
	spent     rerank.Timing
	truncated int
	failed    error // of what others have read
}

// known takes what was kept in the meantime, and leaves the rest.
func (r *reading) known(documents []int) (left []int) {
	if r.pairs.store == nil {
		return documents
	}
	found, spent := r.pairs.Known(r.ctx, documents)
	r.spent = r.spent.Plus(spent)
	had := make(map[int]bool, len(found))
	for _, s := range found {
		had[s.Document] = true
	}
	if len(found) > 0 {
		r.take(found)
	}
	return slices.DeleteFunc(slices.Clone(documents), func(d int) bool { return had[d] })
}

func (r *reading) run(documents []int) error {
	p := r.pairs
	if p.store == nil {
		return r.read(r.ctx, documents, func(int, []byte) {})
	}
	return cmp.Or(p.store.Read(r.ctx, p.keys, documents, r.read, r.joined), r.failed)
}

// read has the model read documents; each is landed in its kept form before it is
// compared.
func (r *reading) read(ctx context.Context, documents []int, land func(document int, form []byte)) error {
	p := r.pairs
	spent, err := p.model.read(ctx, batch.Ordinary, p.texts, documents, func(d int, form []byte) error {
		land(d, form)
		return r.score(d, form)
	})
	r.spent = r.spent.Plus(spent)
	return err
}

// score compares a document that was just read, in its kept form.
// See RATIONALE: why-fresh-and-kept-vectors-score-alike.
func (r *reading) score(d int, form []byte) error {
	start := time.Now()
	s, err := r.pairs.compare(d, form)
	if err != nil {
		return err
	}
	if s.Truncated {
		r.truncated++
	}
	r.spent.Comparing += time.Since(start)
	r.take([]answer.Score{s})
	return nil
}

// joined takes what others have read.
func (r *reading) joined(list []vectors.Found) {
	for _, f := range list {
		s, err := r.pairs.compare(f.Item, f.Value)
		if err != nil {
			r.failed = err
			continue
		}
		r.take([]answer.Score{s})
	}
}

// refusal is what the caller is told where the request is at fault, or the load.
func refusal(err error) error {
	switch {
	case errors.Is(err, errTooLong):
		return &api.Error{Code: api.TooLong, Field: "documents", Message: "the query or a document has more tokens than the model reads, and truncation is forbidden"}
	case errors.Is(err, errStride):
		return &api.Error{Code: api.OutOfRange, Field: "truncation.windows.stride", Message: "truncation.windows.stride is no less than the tokens of a window"}
	}
	return modelserving.Refusal(err)
}
