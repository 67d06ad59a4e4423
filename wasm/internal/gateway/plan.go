package gateway

import (
	"slices"
	"time"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// planned is a request that the heuristics have ranked.
type planned struct {
	answer.Plan
	req      *api.Request
	pipeline api.Pipeline  // api.Heuristic = the origin has no part in it
	came     time.Time     // when the request came
	took     time.Duration // of the heuristics
	tenants  bool          // the origin's cache, which knows one key for all, is not to be asked
}

// plan does what needs no origin. An error is the caller's, or internal.
func (g *Gateway) plan(req *api.Request) (planned, error) {
	came := time.Now()
	pipeline, err := g.pipeline(req)
	if err != nil {
		return planned{}, err
	}
	bounded := *req
	if pipeline == api.Cascade || pipeline == api.LLM {
		bounded.Budget.Documents = tighter(bounded.Budget.Documents, g.config.Keep)
	}
	plan, err := g.planner.Plan(&bounded, pipeline, heuristics.Budget{})
	if err != nil {
		return planned{}, err
	}
	slices.Sort(plan.Kept) // the origin is asked in the caller's order
	return planned{Plan: plan, req: req, pipeline: pipeline, came: came, took: time.Since(came), tenants: g.config.TenantByKey}, nil
}

// pipeline asked for, else the most accurate that there is.
func (g *Gateway) pipeline(req *api.Request) (api.Pipeline, error) {
	switch {
	case g.config.Origin == nil && g.config.Aliases.Resolve(req.Model, noModel) != "":
		return "", &api.Error{Code: api.NoModel, Field: "model", Message: "a model is asked for by name and there is no server behind this edge that has one"}
	case g.config.Origin == nil && req.Pipeline != "" && req.Pipeline != api.Heuristic:
		return "", &api.Error{Code: api.NoModel, Field: "pipeline", Message: "pipeline " + string(req.Pipeline) + " needs a model and there is no server behind this edge that has one"}
	case g.config.Origin == nil:
		return api.Heuristic, nil
	case req.Pipeline == "":
		return api.Cascade, nil
	}
	return req.Pipeline, nil
}

// tighter of two bounds, of which 0 is none.
func tighter(a, b int) int {
	if a == 0 || b == 0 {
		return a + b
	}
	return min(a, b)
}

// noModel is known by any name at an edge.
func noModel(string) bool { return false }
