package tei

import (
	"context"
	"errors"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/splitrank/splitrank/server/internal/batch"
	"github.com/splitrank/splitrank/server/internal/modelfiles"
	"github.com/splitrank/splitrank/server/internal/modelserving"
	"github.com/splitrank/splitrank/server/internal/remote"
	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// textBytes of a text are sent; models read less.
const textBytes = 256 << 10

// Open implements rerank.PairModel.
func (m *Model) Open(req *api.Request) rerank.Pairs {
	return &pairs{model: m, req: req, made: make([]pair, len(req.Documents)), cut: make([]bool, len(req.Documents))}
}

// pairs are the documents of a request before a model.
type pairs struct {
	model *Model
	req   *api.Request
	made  []pair
	cut   []bool // what is known of it: the backends may cut more
}

// Known implements rerank.Pairs: a model remembers nothing.
func (*pairs) Known(context.Context, []int) ([]answer.Score, rerank.Timing) {
	return nil, rerank.Timing{}
}

// KnowsNothing implements rerank.KnowsNothing.
func (*pairs) KnowsNothing() bool { return true }

// Tokenize implements rerank.Pairs. The lengths are estimates.
func (p *pairs) Tokenize(_ context.Context, documents []int) ([]int, error) {
	if err := p.refuse(); err != nil {
		return nil, err
	}
	lengths, most := make([]int, len(documents)), p.model.MaxLength()
	for i, d := range documents {
		query, _ := head(p.req.Query)
		text, cut := head(modelfiles.Text(p.req.Documents[d].Title, p.req.Documents[d].Text))
		lengths[i] = p.model.scorer.rate.tokens(query, text, most)
		p.made[d], p.cut[d] = pair{query, text, lengths[i], p.whole()}, cut
	}
	return lengths, nil
}

// whole reports that the request wants nothing cut.
func (p *pairs) whole() bool {
	return p.req.Truncation != nil && p.req.Truncation.Strategy == api.DoNotTruncate
}

// refuse what only who tokenizes could do.
func (p *pairs) refuse() error {
	t := p.req.Truncation
	known := t == nil || t.Strategy == "" || t.Strategy == api.DoNotTruncate && p.model.scorer.config.Protocol != remote.Infinity
	if t == nil || known && t.MaxQueryTokens == 0 && t.MaxDocumentTokens == 0 && t.Windows == nil {
		return nil
	}
	return &api.Error{
		Code: api.OutOfRange, Field: "truncation",
		Message: "model " + strconv.Quote(p.model.Name()) + " is read elsewhere, which cuts texts in its own way: leave truncation out, or name another model",
	}
}

// head of a text, as far as it is sent.
func head(s string) (kept string, cut bool) {
	if len(s) <= textBytes {
		return s, false
	}
	at := textBytes
	for at > 0 && !utf8.RuneStart(s[at]) {
		at--
	}
	return s[:at], true
}

// Forecast implements rerank.Pairs.
func (p *pairs) Forecast(tokens []int) time.Duration { return p.model.queue.Forecast(tokens) }

// Score implements rerank.Pairs.
func (p *pairs) Score(ctx context.Context, documents []int, take func([]answer.Score)) (rerank.Timing, error) {
	list := make([]pair, len(documents))
	truncated := 0
	for i, d := range documents {
		list[i] = p.made[d]
		if p.cut[d] {
			truncated++
		}
	}
	waited, ran, err := p.model.queue.Score(ctx, list, func(scored []batch.Scored[float32]) {
		scores := make([]answer.Score, len(scored))
		for i, s := range scored {
			d := documents[s.Pair]
			scores[i] = answer.Score{Document: d, Logit: float64(s.Score), Truncated: p.cut[d]}
		}
		take(scores)
	})
	if err == nil {
		p.model.hooks.Scored(p.model.Name(), modelserving.RequestStats{Documents: len(documents), Truncated: truncated, Queue: waited})
	}
	return rerank.Timing{Queue: waited, Inference: ran}, p.refusal(err)
}

// refusal is what the caller is told where the request is at fault, or the load.
func (p *pairs) refusal(err error) error {
	var f *remote.Fault
	if p.whole() && errors.As(err, &f) && (f.Status == 400 || f.Status == 413 || f.Status == 422) {
		return &api.Error{Code: api.TooLong, Field: "documents", Message: "a query and a document together have more tokens than the model reads, and truncation is forbidden"}
	}
	return modelserving.Refusal(err)
}
