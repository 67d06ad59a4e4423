package gateway

import (
	"io"
	"math"
	"net/http"
	"testing"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/heuristics/stem/english"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/wire"
)

// explaining is an origin with a model, as the server is: it merges with a calibration,
// and explains if it is asked to.
func explaining(t *testing.T) http.HandlerFunc {
	planner := answer.NewPlanner([]heuristics.Stemmer{english.Stemmer()})
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		req, err := api.DecodeRequest(body, api.Limits{})
		if err != nil {
			t.Error(err)
			return
		}
		plan, err := planner.Plan(req, api.CrossEncoder, heuristics.Budget{})
		if err != nil {
			t.Error(err)
			return
		}
		scores := make([]*answer.Score, len(req.Documents))
		for i := range scores {
			scores[i] = &answer.Score{Document: i, Logit: float64(i) - 0.5}
		}
		results := plan.Merge(scores, nil, nil, answer.Calibration{Logit: 1.2, Heuristic: 3, FirstStage: 4, Shift: -0.5})
		if req.Explain {
			results[0].Explanation.LLM = &api.Grade{Grade: 7, Why: "it answers"}
		}
		a := &api.Response{Model: "m", Scorer: "s", Language: "en", Results: answer.Finish(req, results)}
		if r.Header.Get("Accept") != "text/event-stream" {
			_, _ = w.Write(api.AppendResponse(nil, a))
			return
		}
		_ = wire.NewEvents(w, req).Answer(wire.EventFinal, a)
	}
}

// TestExplanationsSumToTheScore that an edge shows: the origin's, fresh, remembered and
// watched.
func TestExplanationsSumToTheScore(t *testing.T) {
	g, o := behind(t, explaining(t), func(c *Config) { c.Cache = mapCache{} })
	body := question(map[string]any{"budget": map[string]any{"documents": 3}, "explain": true}, bread...)
	list := watched(t, g, body)
	for name, r := range map[string]*api.Response{
		"watched": list[len(list)-1].answer, "fresh": answerOf(t, post(g, body)), "remembered": answerOf(t, post(g, body)),
	} {
		t.Run(name, func(t *testing.T) {
			scored := 0
			for i := range r.Results {
				if r.Results[i].Logit != nil {
					scored++
					sumsToScore(t, &r.Results[i])
				}
			}
			if scored != 3 || r.Results[0].Explanation.LLM == nil || r.Results[0].Explanation.LLM.Why != "it answers" {
				t.Errorf("%d scored, %+v", scored, r.Results[0].Explanation)
			}
		})
	}
	if len(o.seen) != 1 {
		t.Errorf("asked %d times", len(o.seen))
	}
}

func sumsToScore(t *testing.T, r *api.Result) {
	t.Helper()
	if r.Explanation == nil || r.Explanation.Blend == nil {
		t.Fatalf("document %d has no blend", r.Index)
	}
	sum := 0.0
	for _, term := range r.Explanation.Blend.Terms {
		sum += term.Contribution
	}
	if shown := 1 / (1 + math.Exp(-sum)); math.Abs(shown-r.RelevanceScore) > 1e-9 {
		t.Errorf("document %d: the terms make %v, shown is %v", r.Index, shown, r.RelevanceScore)
	}
}
