package gateway

import (
	"io"
	"net/http"
	"testing"

	"github.com/splitrank/splitrank/shared/api"
)

// TestLLM: the origin is asked for the pipeline with its options, and its grades,
// usage and suspicion come through.
func TestLLM(t *testing.T) {
	var asked *api.Request
	g, _ := behind(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		req, err := api.DecodeRequest(body, api.Limits{})
		if err != nil {
			t.Error(err)
			return
		}
		asked = req
		a, cost := judged(req), 0.25
		a.Results[0].ScoredBy, a.Results[0].Suspicious = string(api.LLM), true
		a.Usage.LLM = &api.LLMUsage{Model: "claude", Calls: 2, Input: 7, Cached: 1, Output: 3, CostUSD: &cost, PricesOf: "2026-10-07"}
		_, _ = w.Write(api.AppendResponse(nil, a))
	}, nil)
	r := answerOf(t, post(g, question(map[string]any{"pipeline": "llm", "llm": map[string]any{"top_n": 3}}, bread...)))
	if asked.Pipeline != api.LLM || string(asked.LLM) != `{"top_n":3}` {
		t.Errorf("asked for pipeline %q with %s", asked.Pipeline, asked.LLM)
	}
	if u := r.Usage.LLM; u == nil || *u.CostUSD != 0.25 || u.Calls != 2 || u.PricesOf != "2026-10-07" || u.Input+u.Cached+u.Output != 11 {
		t.Errorf("usage %+v", u)
	}
	if first := r.Results[0]; first.ScoredBy != "llm" || !first.Suspicious {
		t.Errorf("first %+v", first)
	}
	w := post(newGateway(t, nil), question(map[string]any{"pipeline": "llm"}, bread...))
	if e := errorOf(t, w); e.Code != api.NoModel || e.Field != "pipeline" {
		t.Errorf("without an origin: %+v", e)
	}
}
