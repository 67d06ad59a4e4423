package rerank

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/splitrank/splitrank/heuristics/stem/all"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// reader is a fake that reads texts apart: what it scores is known from then on.
type reader struct{ *fakeModel }

func (reader) ReadsApart() {}

// Open implements PairModel.
func (r reader) Open(req *api.Request) Pairs { return readerPairs{&fakePairs{r.fakeModel, req}} }

type readerPairs struct{ *fakePairs }

// Known implements Pairs.
func (p readerPairs) Known(ctx context.Context, documents []int) ([]answer.Score, Timing) {
	list, _ := p.fakePairs.Known(ctx, documents)
	for i := range list {
		list[i].Cached, list[i].Known, list[i].By = false, true, "late-interaction"
	}
	return list, Timing{}
}

// Score implements Pairs.
func (p readerPairs) Score(ctx context.Context, documents []int, take func([]answer.Score)) (Timing, error) {
	return p.fakePairs.Score(ctx, documents, func(list []answer.Score) {
		for i := range list {
			list[i].By = "late-interaction"
		}
		take(list)
	})
}

// staging is an engine of two models, of which the second one chooses.
func staging(t *testing.T, last, first *fakeModel, failed func(error)) *Engine {
	t.Helper()
	first.name = "reader"
	return engine(t, Config{
		Planner: answer.NewPlanner(all.Stemmers()), Failed: failed, FirstModel: "reader",
		Models: []Served{{Names: []string{"fake"}, Model: last.start(t)}, {Names: []string{"reader"}, Model: reader{first.start(t)}}},
	})
}

// knownLogits of n documents, the last one best.
func knownLogits(n int) map[int]float64 {
	logits := map[int]float64{}
	for d := range n {
		logits[d] = float64(d) / 10
	}
	return logits
}

// TestStages: the first model, which knows every document, chooses what the last one
// reads, and the list is one. Both disagree, so what the last one has not read stands a
// little below the average of what it has: see answer.Plan.Stage.
func TestStages(t *testing.T) {
	last := &fakeModel{} // the lower the index the better
	e := staging(t, last, &fakeModel{known: knownLogits(40)}, nil)
	req := breads(40)
	req.Budget.Documents, req.Explain = 5, true
	r := answered(t, e, req)
	var order []int
	by := map[string]int{}
	for _, x := range r.Results {
		order = append(order, x.Index)
		by[x.ScoredBy]++
	}
	if front, back := []int{35, 36, 37, 34, 33}, []int{38, 39}; !slices.Equal(order[:5], front) || !slices.Equal(order[38:], back) {
		t.Errorf("order %v, want %v in front and %v behind", order, front, back)
	}
	if by["cross-encoder"] != 5 || by["late-interaction"] != 35 {
		t.Errorf("scored by %v", by)
	}
	if u := r.Usage; u.Scored != 40 || u.Read != 5 || u.Known != 35 || u.Cached != 0 || u.Trimmed != 0 || r.Model != "fake" || r.Degraded {
		t.Errorf("usage %+v of %q, degraded %v", u, r.Model, r.Degraded)
	}
	if l := r.Results[3].Logit; l == nil || *l != 3.4 {
		t.Errorf("what the last model has not read lost its logit: %v", l)
	}
}

// TestStagesOnRequest: a request chooses whether there is a first model.
func TestStagesOnRequest(t *testing.T) {
	for _, tt := range []struct {
		name     string
		change   func(*api.Request)
		code     api.Code
		readBy   string // who has the last word on the first result
		wantRead int
	}{
		{"the server's own", func(*api.Request) {}, "", "cross-encoder", DefaultLast},
		{"none", func(r *api.Request) { r.FirstModel, r.Budget.Documents = "none", 3 }, "", "cross-encoder", 3},
		{"by name", func(r *api.Request) { r.FirstModel, r.Budget.Documents = "reader", 4 }, "", "cross-encoder", 4},
		{"not loaded", func(r *api.Request) { r.FirstModel = "other" }, api.UnknownModel, "", 0},
		{"one that reads pairs", func(r *api.Request) { r.FirstModel, r.Model = "fake", "reader" }, api.OutOfRange, "", 0},
		{"for itself", func(r *api.Request) { r.FirstModel, r.Model = "reader", "reader" }, api.OutOfRange, "", 0},
		{"the reader alone", func(r *api.Request) { r.Model, r.Budget.Documents = "reader", 3 }, "", "late-interaction", 0},
		{"all by the last one", func(r *api.Request) { r.Pipeline = api.CrossEncoder }, "", "cross-encoder", 20},
	} {
		t.Run(tt.name, func(t *testing.T) {
			req := breads(20)
			tt.change(req)
			r, err := staging(t, &fakeModel{}, &fakeModel{known: knownLogits(20)}, nil).Rerank(t.Context(), req)
			if tt.code != "" {
				wantCode(t, err, tt.code)
				return
			}
			if err != nil || r.Results[0].ScoredBy != tt.readBy || r.Usage.Read != tt.wantRead {
				t.Errorf("error %v, scored by %q, usage %+v", err, r.Results[0].ScoredBy, r.Usage)
			}
		})
	}
}

// TestStagesFail: where the first model fails the words choose, and where the last one
// fails what the first one said stands.
func TestStagesFail(t *testing.T) {
	broken := errors.New("out of order")
	var told []error
	failed := func(err error) { told = append(told, err) }
	r := answered(t, staging(t, &fakeModel{}, &fakeModel{fail: broken}, failed), breads(20))
	if r.Degraded || r.Usage.Read != DefaultLast || len(told) != 1 {
		t.Errorf("without the first one: degraded %v, usage %+v, told %v", r.Degraded, r.Usage, told)
	}
	told = nil
	r = answered(t, staging(t, &fakeModel{fail: broken}, &fakeModel{known: knownLogits(20)}, failed), breads(20))
	if !r.Degraded || r.Reason != api.ReasonModel || r.Usage.Known != 20 || r.Results[0].Index != 19 || r.Results[0].ScoredBy != "late-interaction" {
		t.Errorf("without the last one: %q, usage %+v, first %+v", r.Reason, r.Usage, r.Results[0])
	}
	if len(told) != 1 {
		t.Errorf("told %v", told)
	}
}

// TestStagesNeverRise: waiting, scored and unscored documents of two models are one list.
func TestStagesNeverRise(t *testing.T) {
	e := staging(t, &fakeModel{}, &fakeModel{known: knownLogits(13)}, nil)
	seen := 0
	_, err := e.Watch(t.Context(), breads(25), func(r *api.Response) {
		seen++
		least := math.Inf(1)
		for _, x := range r.Results {
			if x.RelevanceScore > least {
				t.Errorf("%v after %v", x.RelevanceScore, least)
			}
			least = x.RelevanceScore
		}
	})
	if err != nil || seen < 3 {
		t.Errorf("%d answers on the way, error %v", seen, err)
	}
}

// TestFirstModelRefused: a first model that cannot choose is no configuration.
func TestFirstModelRefused(t *testing.T) {
	for _, name := range []string{"gone", "fake"} {
		_, err := New(Config{Planner: answer.NewPlanner(nil), FirstModel: name, Models: []Served{{Names: []string{"fake"}, Model: &fakeModel{}}}})
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
