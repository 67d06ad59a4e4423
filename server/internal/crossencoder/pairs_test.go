package crossencoder

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/server/internal/ort/orttest"
	"github.com/splitrank/splitrank/shared/api"
)

// TestPairs: a cascade has the model's own logits.
func TestPairs(t *testing.T) {
	m := tiny(t, orttest.Model{}, Options{})
	req := request("how do plants make food", "the shop closes at six", "plants make sugar", strings.Repeat("light ", 99), "water")
	req.Documents[3].Title, req.Budget.Documents = "carbon", 3
	r, err := engineOf(t, m, nil).Rerank(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	want, err := scoreTexts(m, t.Context(), req.Query, texts(req.Documents))
	if err != nil {
		t.Fatal(err)
	}
	if r.Model != "tiny" || r.Degraded || r.Usage.Scored != 3 || r.Usage.Trimmed != 1 || r.Usage.Tokens == 0 || len(r.Results) != 4 {
		t.Errorf("answer %+v", r)
	}
	for i, x := range r.Results {
		if (x.Logit == nil) != (i == 3) {
			t.Errorf("result %d: %+v", i, x)
		} else if i < 3 && (math.Abs(*x.Logit-want.Logits[x.Index]) > 1e-5 || x.Truncated != want.Truncated[x.Index]) {
			t.Errorf("result %d: %+v, want logit %v", i, x, want.Logits[x.Index])
		}
	}
}

// TestPairsOfWindows: a document in windows has one logit, that of its windows.
func TestPairsOfWindows(t *testing.T) {
	for _, score := range []api.WindowScore{api.BestWindow, api.BestTwoWindows} {
		m := tiny(t, orttest.Model{}, Options{Truncation: api.Truncation{Windows: &api.Windows{Size: 2, Score: score}}})
		req := request("food", "plants make sugar light the shop", "water", "the shop closes at six")
		want, err := scoreTexts(m, t.Context(), req.Query, texts(req.Documents))
		if err != nil {
			t.Fatal(err)
		}
		r, err := engineOf(t, m, nil).Rerank(t.Context(), req)
		if err != nil || r.Usage.Scored != 3 || r.Usage.Tokens != want.Tokens {
			t.Fatalf("%s: answer %+v, error %v", score, r, err)
		}
		for _, x := range r.Results {
			if x.Logit == nil || math.Abs(*x.Logit-want.Logits[x.Index]) > 1e-5 {
				t.Errorf("%s: %+v, want logit %v", score, x, want.Logits[x.Index])
			}
		}
	}
}

func TestPairsRefuse(t *testing.T) {
	m := tiny(t, orttest.Model{}, Options{QueueTokens: 100})
	e := engineOf(t, m, nil)
	long := request(strings.Repeat("water ", 80), "light")
	_, err := e.Rerank(t.Context(), long)
	wantFault(t, err, api.TooLong, "query")
	ctx, cancel := context.WithCancelCause(t.Context())
	gone := errors.New("gone")
	cancel(gone)
	p := m.Open(request("water", "light"))
	if _, err := p.Tokenize(ctx, []int{0}); !errors.Is(err, gone) {
		t.Errorf("reading: error %v", err)
	}
	if _, err := p.Score(ctx, []int{0}, nil); !errors.Is(err, gone) {
		t.Errorf("scoring: error %v", err)
	}
}

// TestPairsOfFullQueue: overload is answered by the heuristics, or with 429.
func TestPairsOfFullQueue(t *testing.T) {
	m, g := gated(t, Options{QueueTokens: 30, BatchTokens: 10})
	documents := []string{"light", "sugar", "food", "plants", "shop"}
	first := make(chan error, 1)
	go func() {
		_, err := engineOf(t, m, nil).Rerank(context.Background(), request("water", documents...))
		first <- err
	}()
	await(func() bool { return m.Stats().Running == 1 })
	req := request("water", documents...)
	r, err := engineOf(t, m, nil).Rerank(t.Context(), req)
	if err != nil || !r.Degraded || r.Reason != api.ReasonOverload || r.Usage.Scored != 0 {
		t.Errorf("answer %+v, error %v", r, err)
	}
	req.Strict = true
	_, err = engineOf(t, m, nil).Rerank(t.Context(), req)
	if fault := wantFault(t, err, api.Overloaded, ""); fault.RetryAfter < 1 {
		t.Errorf("retry after %d seconds", fault.RetryAfter)
	}
	g.release()
	if err := <-first; err != nil {
		t.Error(err)
	}
	if p := m.Open(req); p.Forecast([]int{10}) <= 0 {
		t.Error("no forecast after a run")
	}
}
