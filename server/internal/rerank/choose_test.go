package rerank

import (
	"context"
	"errors"
	"testing"

	"github.com/splitrank/splitrank/shared/api"
)

// named is a Scorer that says who it is.
func named(name string) Scorer {
	return scorerFunc(func(context.Context, *api.Request) (Judgement, error) {
		return Judgement{Model: name, Results: []api.Result{{}}}, nil
	})
}

func TestModels(t *testing.T) {
	c := heuristicOnly(named("h"))
	c.Heuristic = NewHeuristic(nil)
	one, two := (&fakeModel{name: "1"}).start(t), (&fakeModel{name: "2"}).start(t)
	c.Models = []Model{{Names: []string{"org/one", "one"}, Pairs: one}, {Names: []string{"two"}, Pairs: two}}
	e := engine(t, c)
	tests := []struct {
		name     string
		pipeline api.Pipeline
		model    string
		want     string // the scorer asked
		code     api.Code
	}{
		{"default", "", "", "1", ""},
		{"first", api.CrossEncoder, "", "1", ""},
		{"by name", api.CrossEncoder, "two", "2", ""},
		{"by name alone", "", "two", "2", ""},
		{"by another name", "", "one", "1", ""},
		{"heuristic", api.Heuristic, "", "h", ""},
		{"heuristic and a model", api.Heuristic, "two", "h", ""},
		{"unknown", "", "three", "", api.UnknownModel},
		{"unknown to the heuristics", api.Heuristic, "three", "", api.UnknownModel},
		{"cascade", api.Cascade, "two", "2", ""},
		{"unknown pipeline", "best", "", "", api.UnknownPipeline},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			req := request("a")
			req.Pipeline, req.Model = tt.pipeline, tt.model
			got, err := e.Rerank(t.Context(), req)
			var fault *api.Error
			switch {
			case tt.code != "":
				if !errors.As(err, &fault) || fault.Code != tt.code {
					t.Errorf("error %v, want %s", err, tt.code)
				}
			case err != nil || got.Model != tt.want:
				t.Errorf("answer %+v, error %v, want %q", got, err, tt.want)
			}
		})
	}
}

func TestTwoModelsOfOneName(t *testing.T) {
	_, err := New(Config{Heuristic: NewHeuristic(nil), Models: []Model{{Names: []string{"a", "b"}}, {Names: []string{"b"}}}})
	if err == nil || err.Error() != `two models are called "b": rename a folder, or load only one` {
		t.Errorf("error %v", err)
	}
}
