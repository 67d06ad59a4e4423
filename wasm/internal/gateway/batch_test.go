package gateway

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/shared/api"
)

// TestBatchTooLate asks about those that have time left, and looks up none.
func TestBatchTooLate(t *testing.T) {
	g, o := behind(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		items, _ := api.DecodeBatch(body, api.Limits{})
		answers := []api.BatchAnswer{{Response: judged(items[0].Request)}}
		_, _ = w.Write(api.AppendBatch(nil, answers))
	}, func(c *Config) {
		c.Cache = getFunc(func() { t.Error("it looks into the cache") })
	})
	g.config.Origin = hurried{o}
	late := question(map[string]any{"budget": map[string]any{"deadline_ms": 1}}, bread...)
	w := do(g, "POST", "/rerank/batch", `{"requests":[`+late+","+question(nil, bread...)+`]}`)
	answers, err := api.DecodeAnswers(w.Body.Bytes())
	if err != nil || len(answers) != 2 || answers[0].Response.Reason != api.ReasonDeadline || answers[1].Response.Degraded {
		t.Fatalf("%v: %s", err, w.Body)
	}
	if len(o.seen) != 1 || bytes.Count(o.seen[0].Body, []byte(`"query"`)) != 1 {
		t.Errorf("%d questions", len(o.seen))
	}
}

// hurried has no time for a deadline of a millisecond.
type hurried struct{ *httpOrigin }

func (o hurried) Left(ctx context.Context, deadlineMS int) int {
	return o.httpOrigin.Left(ctx, deadlineMS) - 1
}

func TestBatch(t *testing.T) {
	var heard [][]byte
	g, o := behind(t, func(w http.ResponseWriter, r *http.Request) {
		var body bytes.Buffer
		_, _ = body.ReadFrom(r.Body)
		heard = append(heard, body.Bytes())
		items, _ := api.DecodeBatch(body.Bytes(), api.Limits{})
		answers := []api.BatchAnswer{{Response: judged(items[0].Request)}, {Err: &api.Error{Code: api.Overloaded, Message: "full"}}}
		_, _ = w.Write(api.AppendBatch(nil, answers))
	}, nil)
	cascade, heuristic := question(map[string]any{"budget": map[string]any{"documents": 1}}, bread...), question(map[string]any{"pipeline": "heuristic"}, bread...)
	w := do(g, "POST", "/rerank/batch", `{"requests":[`+strings.Join([]string{heuristic, cascade, `{"query":""}`, cascade}, ",")+`]}`)
	answers, err := api.DecodeAnswers(w.Body.Bytes())
	if err != nil || len(answers) != 4 {
		t.Fatalf("%v: %s", err, w.Body)
	}
	if answers[0].Response.Usage.Scored != 0 || answers[1].Response.Usage.Scored != 1 || answers[2].Err.Code != api.EmptyQuery || answers[3].Response.Reason != api.ReasonOverload {
		t.Errorf("%s", w.Body)
	}
	if len(o.seen) != 1 || o.seen[0].Path != "/rerank/batch" || bytes.Count(heard[0], []byte(`"query"`)) != 2 {
		t.Errorf("asked %d times: %s", len(o.seen), heard)
	}
}

func TestBatchOriginFails(t *testing.T) {
	for name, origin := range map[string]http.HandlerFunc{
		"closes": abort, "too few": text(200, `{"responses":[]}`), "no JSON": text(200, `x`), "500": text(500, ``),
	} {
		t.Run(name, func(t *testing.T) {
			g, _ := behind(t, origin, nil)
			w := do(g, "POST", "/rerank/batch", `{"requests":[`+question(nil, bread...)+`]}`)
			answers, err := api.DecodeAnswers(w.Body.Bytes())
			if err != nil || len(answers) != 1 || answers[0].Response == nil || answers[0].Response.Reason != api.ReasonOrigin {
				t.Errorf("%v: %s", err, w.Body)
			}
		})
	}
}
