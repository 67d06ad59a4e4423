package crossencoder

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/server/internal/modelfiles"
	"github.com/splitrank/splitrank/server/internal/ort/orttest"
	"github.com/splitrank/splitrank/shared/api"
)

func TestCrossEncoder(t *testing.T) {
	m := tiny(t, orttest.Model{}, Options{})
	req := request("how do plants make food", "the shop closes at six", "plants make sugar", strings.Repeat("light ", 99), "water")
	req.Documents[3].Title, req.Explain = "carbon", true
	j, err := score(t, t.Context(), m, req)
	if err != nil {
		t.Fatal(err)
	}
	want, err := scoreTexts(m, t.Context(), req.Query, texts(req.Documents))
	if err != nil {
		t.Fatal(err)
	}
	if j.Model != "tiny" || j.Degraded || j.Language != "en" || j.Usage.Scored != 4 || j.Usage.Tokens != want.Tokens || len(j.Results) != 4 {
		t.Errorf("judgement %+v", j)
	}
	for i, r := range j.Results {
		if math.Abs(*r.Logit-want.Logits[r.Index]) > 1e-5 || r.Truncated != (r.Index == 2) || r.ScoredBy != "cross-encoder" || r.Explanation == nil {
			t.Errorf("result %d: %+v, want logit %v", i, r, want.Logits[r.Index])
		}
		if math.Abs(r.RelevanceScore-1/(1+math.Exp(-*r.Logit))) > 1e-15 || r.HeuristicScore == r.RelevanceScore {
			t.Errorf("result %d: relevance %v of logit %v", i, r.RelevanceScore, *r.Logit)
		}
		if i > 0 && *r.Logit > *j.Results[i-1].Logit {
			t.Errorf("result %d: logit %v below %v", i, *j.Results[i-1].Logit, *r.Logit)
		}
	}
}

func TestTies(t *testing.T) {
	m := tiny(t, orttest.Model{}, Options{})
	tests := []struct {
		name  string
		first heuristics.FirstStage
		want  []int
	}{{"given", heuristics.Given, []int{2, 0, 1}}, {"hidden", heuristics.Hidden, []int{0, 1, 2}}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			req := request("food", "water", "water", "water")
			req.FirstStage = tt.first
			for i, rank := range []int{2, 3, 1} {
				req.Documents[i].Rank = rank
			}
			j, err := score(t, t.Context(), m, req)
			if err != nil {
				t.Fatal(err)
			}
			var got []int
			for _, r := range j.Results {
				got = append(got, r.Index)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("order %v, want %v", got, tt.want)
			}
		})
	}
}

func TestRefused(t *testing.T) {
	m := tiny(t, orttest.Model{}, Options{QueueTokens: 100})
	tests := []struct {
		name   string
		change func(r *api.Request)
		code   api.Code
		field  string
	}{
		{"budget of documents", func(r *api.Request) { r.Budget.Documents = 1 }, api.OutOfRange, "budget.documents"},
		{"budget of tokens", func(r *api.Request) { r.Budget.Tokens = 9 }, api.OutOfRange, "budget.tokens"},
		{"long query", func(r *api.Request) { r.Query = strings.Repeat("water ", 80) }, api.TooLong, "query"},
		{"more than the queue holds", func(r *api.Request) { r.Documents[0].Text = strings.Repeat("a ", 70); r.Documents[1] = r.Documents[0] }, api.DocumentsTooLarge, "documents"},
		{"a language that nobody knows", func(r *api.Request) { r.Language = "xx" }, api.UnknownLanguage, "language"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			req := request("water", "light", "sugar")
			tt.change(req)
			_, err := score(t, t.Context(), m, req)
			wantFault(t, err, tt.code, tt.field)
		})
	}
	fits := request("water", "light", "sugar")
	fits.Budget = api.Budget{Documents: 2, Tokens: 10}
	if _, err := score(t, t.Context(), m, fits); err != nil {
		t.Errorf("a budget that is enough: %v", err)
	}
}

func wantFault(t *testing.T, err error, code api.Code, field string) *api.Error {
	t.Helper()
	var fault *api.Error
	if !errors.As(err, &fault) || fault.Code != code || fault.Field != field || strings.Contains(fault.Message, "\n") {
		t.Fatalf("error %v, want %s at %q", err, code, field)
	}
	return fault
}

func TestLanguages(t *testing.T) {
	m := tiny(t, orttest.Model{}, Options{})
	tests := []struct {
		name, query, asked string
		languages          []string
		want               bool
		field              string // of a strict request's error
	}{
		{"nothing declared", "מים", "", nil, true, ""},
		{"declared", "water", "", []string{"en"}, true, ""},
		{"another script", "מים", "", []string{"en"}, false, "language"},
		{"another script, declared", "מים", "", []string{"en", "he"}, true, ""},
		{"Latin script is not told apart", "le chat dans la maison", "", []string{"en"}, true, ""},
		{"unless the caller says so", "le chat dans la maison", "fr", []string{"en"}, false, "language"},
		{"no letters", "42", "", []string{"en"}, true, ""},
		{"an English name in another script's question", "מהו Pixel Visual Core?", "", []string{"en"}, false, "query"},
		{"unless the caller says that it is English", "what does מים mean", "en", []string{"en"}, true, ""},
		{"both declared", "מהו Pixel Visual Core?", "", []string{"en", "he"}, true, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m.Description = modelfiles.Named(m.Names(), tt.languages)
			req := request(tt.query, "light", "sugar")
			req.Language = tt.asked
			j, err := score(t, t.Context(), m, req)
			if err != nil || j.Degraded == tt.want || (j.Reason == api.ReasonLanguage) == tt.want || (j.Model == "tiny") != tt.want {
				t.Errorf("judgement %+v, error %v", j, err)
			}
			req.Strict = true
			_, err = score(t, t.Context(), m, req)
			if !tt.want {
				wantFault(t, err, api.UnknownLanguage, tt.field)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

// TestDeadline: a model that does not answer in time leaves the heuristics.
func TestDeadline(t *testing.T) {
	m, _ := gated(t, Options{})
	req := request("water", "light", "water")
	req.Budget.DeadlineMS = 1
	j, err := score(t, t.Context(), m, req)
	if err != nil || !j.Degraded || j.Reason != api.ReasonDeadline || j.Model != api.ModelNone || j.Results[0].Index != 1 || j.Results[0].Logit != nil {
		t.Errorf("judgement %+v, error %v", j, err)
	}
	req.Strict = true
	_, err = score(t, t.Context(), m, req)
	wantFault(t, err, api.DeadlineExceeded, "budget.deadline_ms")
}

// TestModelFails: NaN is never sorted.
func TestModelFails(t *testing.T) {
	m := tiny(t, orttest.Model{NaN: true}, Options{})
	var heard []string
	e := engineOf(t, m, func(err error) { heard = append(heard, err.Error()) })
	req := request("water", "light", "bad water")
	j, err := e.Rerank(t.Context(), req)
	if err != nil || !j.Degraded || j.Reason != api.ReasonModel || len(j.Results) != 2 || j.Results[0].Logit != nil {
		t.Errorf("judgement %+v, error %v", j, err)
	}
	if len(heard) != 1 || !strings.Contains(heard[0], `model "tiny"`) || !strings.Contains(heard[0], "scoring pair 0: ") || !strings.Contains(heard[0], "NaN") {
		t.Errorf("heard %q", heard)
	}
	req.Strict = true
	var fault *api.Error
	if _, err := e.Rerank(t.Context(), req); err == nil || errors.As(err, &fault) || len(heard) != 1 {
		t.Errorf("strict: error %v", err)
	}
	if j, err := e.Rerank(t.Context(), request("water", "light")); err != nil || j.Degraded {
		t.Errorf("the next request: %+v, error %v", j, err)
	}
}

func TestQueueFull(t *testing.T) {
	m, g := gated(t, Options{QueueTokens: 30, BatchTokens: 10})
	ctx, cancel := context.WithCancel(t.Context())
	first := make(chan error, 1)
	go func() {
		_, err := score(t, ctx, m, request("water", "light", "sugar", "food", "plants", "shop"))
		first <- err
	}()
	await(func() bool { return m.Stats().Running == 1 })
	req := request("water", "light", "sugar", "food", "plants", "shop")
	if j, err := score(t, t.Context(), m, req); err != nil || !j.Degraded || j.Reason != api.ReasonOverload {
		t.Errorf("judgement %+v, error %v", j, err)
	}
	req.Strict = true
	_, err := score(t, t.Context(), m, req)
	if fault := wantFault(t, err, api.Overloaded, ""); fault.RetryAfter < 1 {
		t.Errorf("retry after %d seconds", fault.RetryAfter)
	}
	cancel()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: error %v", err)
	}
	g.release()
	if _, err := score(t, t.Context(), m, req); err != nil {
		t.Errorf("there is room again: %v", err)
	}
}

func TestClosed(t *testing.T) {
	m := tiny(t, orttest.Model{}, Options{})
	if err := m.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err := score(t, t.Context(), m, request("water", "light"))
	wantFault(t, err, api.ShuttingDown, "")
}

// TestCloseDrains: what is in the queue is still answered.
func TestCloseDrains(t *testing.T) {
	m, g := gated(t, Options{BatchTokens: 5, QueueTokens: 20})
	scored, closing := make(chan error, 1), make(chan error, 1)
	go func() {
		_, err := scoreTexts(m, context.Background(), "water", []string{"light", "sugar", "food"})
		scored <- err
	}()
	await(func() bool { return m.Stats().Running == 1 })
	go func() { closing <- m.Close(context.Background()) }()
	await(func() bool { // an open queue refuses these as too many
		_, err := scoreTexts(m, t.Context(), "water", []string{"light", "sugar", "food", "plants", "shop"})
		var fault *api.Error
		return errors.As(err, &fault) && fault.Code == api.ShuttingDown
	})
	g.release()
	if a, b := <-scored, <-closing; a != nil || b != nil {
		t.Errorf("scoring: %v, closing: %v", a, b)
	}
}
