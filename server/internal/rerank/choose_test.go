package rerank

import (
	"errors"
	"testing"

	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

func TestModels(t *testing.T) {
	one, two := (&fakeModel{name: "1"}).start(t), (&fakeModel{name: "2"}).start(t)
	e := engine(t, Config{Models: []Served{{Names: []string{"org/one", "one"}, Model: one}, {Names: []string{"two"}, Model: two}}})
	tests := []struct {
		name     string
		pipeline api.Pipeline
		model    string
		want     string // the model that scored
		code     api.Code
	}{
		{"default", "", "", "1", ""},
		{"first", api.CrossEncoder, "", "1", ""},
		{"by name", api.CrossEncoder, "two", "2", ""},
		{"by name alone", "", "two", "2", ""},
		{"by another name", "", "one", "1", ""},
		{"heuristic", api.Heuristic, "", "none", ""},
		{"heuristic and a model", api.Heuristic, "two", "none", ""},
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
	_, err := New(Config{Planner: answer.NewPlanner(nil), Models: []Served{{Names: []string{"a", "b"}}, {Names: []string{"b"}}}})
	if err == nil || err.Error() != `two models are called "b": rename a folder, or load only one` {
		t.Errorf("error %v", err)
	}
}
