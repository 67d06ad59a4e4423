package gateway

import (
	"context"
	"time"

	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/pipeline"
)

// task is one request on its way.
type task struct {
	gateway *Gateway
	ctx     context.Context
	req     *api.Request
	came    time.Time
	cheap   pipeline.Ranked
	took    time.Duration // of the heuristics
	kept    []int         // documents that the origin is asked about, ascending
	asked   *api.Request  // the question about them; nil = there is none
	heard   *api.Response // what the origin said last; nil = nothing yet
	key     []byte        // of the question in the cache; nil = it was not looked up
	known   bool          // heard is from the cache
	reason  string        // why the answer is degraded; "" = it is not, as far as is known here
	err     error         // there is no answer
}

// begin does what needs no origin. An error is the caller's, or internal.
func (g *Gateway) begin(ctx context.Context, req *api.Request) (*task, error) {
	t := &task{gateway: g, ctx: ctx, req: req, came: time.Now()}
	p, err := g.pipeline(req)
	if err != nil {
		return nil, err
	}
	if err := t.trim(p); err != nil {
		return nil, err
	}
	t.took = time.Since(t.came)
	if p != api.Heuristic {
		t.question(p)
	}
	return t, nil
}

// pipeline asked for, else the most accurate that there is.
func (g *Gateway) pipeline(req *api.Request) (api.Pipeline, error) {
	switch {
	case g.config.Origin == nil && req.Model != "":
		return "", &api.Error{Code: api.NoModel, Field: "model", Message: "a model is asked for by name and there is no server behind this edge that has one"}
	case g.config.Origin == nil && (req.Pipeline == api.Cascade || req.Pipeline == api.CrossEncoder):
		return "", &api.Error{Code: api.NoModel, Field: "pipeline", Message: "pipeline " + string(req.Pipeline) + " needs a model and there is no server behind this edge that has one"}
	case g.config.Origin == nil:
		return api.Heuristic, nil
	case req.Pipeline == "":
		return api.Cascade, nil
	}
	return req.Pipeline, nil
}

// trim ranks, and keeps what a model is asked about if there is one.
func (t *task) trim(p api.Pipeline) error {
	keep, bounded := t.gateway.cheap.KeepAll, *t.req
	if p == api.Cascade {
		keep, bounded.Budget.Documents = t.gateway.cheap.Trim, tighter(bounded.Budget.Documents, t.gateway.config.Keep)
	}
	trimmed, err := keep(&bounded)
	t.cheap, t.kept = trimmed.Ranked, trimmed.Kept
	return err
}

// tighter of two bounds, of which 0 is none.
func tighter(a, b int) int {
	if a == 0 || b == 0 {
		return a + b
	}
	return min(a, b)
}

// open reports that the origin should be asked.
func (t *task) open() bool { return t.asked != nil && t.heard == nil && t.reason == "" && t.err == nil }

// settle takes what the origin said, or that it did not.
func (t *task) settle(heard *api.Response, err error) {
	if err == nil {
		err = t.check(heard)
	}
	if err != nil {
		t.fail(err)
		return
	}
	t.heard = heard
	t.keep()
}

// end is the answer with what is known by now.
func (t *task) end() (*api.Response, error) {
	if t.err != nil {
		return nil, t.err
	}
	return t.response(), nil
}
