package evaluation

import (
	"errors"
	"testing"
)

func TestParsePipelines(t *testing.T) {
	tests := []struct {
		name    string
		names   []string
		want    string // parts of the error
		noModel bool
	}{
		{name: "all that there are", names: []string{"first-stage", "heuristic", "trim", "trim@30", "retriever@30"}},
		{name: "none", want: "none given|heuristic"},
		{name: "unknown", names: []string{"bm25"}, want: `"bm25"|unknown|heuristic`},
		{name: "empty", names: []string{"heuristic", ""}, want: `""|unknown`},
		{name: "twice", names: []string{"heuristic", "heuristic"}, want: `"heuristic"|twice`},
		{name: "no number", names: []string{"trim@x"}, want: `"trim@x"|"x"|number`},
		{name: "zero", names: []string{"retriever@0"}, want: `"retriever@0"|number`},
		{name: "negative", names: []string{"trim@-1"}, want: `"-1"`},
		{name: "a number where none belongs", names: []string{"heuristic@3"}, want: `"heuristic@3"|unknown`},
		{name: "a number missing", names: []string{"retriever"}, want: `"retriever"|unknown`},
		{name: "cross-encoder", names: []string{"cross-encoder"}, want: `"cross-encoder"|no model|trim@K`, noModel: true},
		{name: "cascade", names: []string{"first-stage", "cascade@30"}, want: `"cascade@30"|no model`, noModel: true},
		{name: "cascade, adaptive", names: []string{"cascade@auto"}, want: `"cascade@auto"|no model`, noModel: true},
		{name: "cascade with a deadline", names: []string{"cascade@1.5s"}, want: `"cascade@1.5s"|no model`, noModel: true},
		{name: "cascade without a budget", names: []string{"cascade"}, want: `"cascade"|unknown|cascade@K`},
		{name: "parts of a millisecond", names: []string{"cascade@1500us"}, want: `"1500us"|milliseconds`},
		{name: "no time at all", names: []string{"cascade@0s"}, want: `"0s"|milliseconds`},
		{name: "a time where none belongs", names: []string{"cross-encoder@1s"}, want: `"cross-encoder@1s"|unknown`},
		{name: "diversity", names: []string{"heuristic~0.3", "heuristic~1"}},
		{name: "no diversity", names: []string{"heuristic~0"}, want: `"heuristic~0"|"0"|diversity`},
		{name: "too much diversity", names: []string{"heuristic~1.1"}, want: `"1.1"|diversity`},
		{name: "diversity that is none", names: []string{"heuristic~x"}, want: `"x"|diversity`},
		{name: "diversity where none belongs", names: []string{"first-stage~0.3"}, want: `"first-stage~0.3"|unknown`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			pipelines, err := ParsePipelines(test.names, nil, nil, nil, nil)
			if errors.Is(err, ErrNoModel) != test.noModel {
				t.Errorf("errors.Is(%v, ErrNoModel) = %v", err, !test.noModel)
			}
			if test.want != "" {
				wantError(t, err, test.want)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			for i, p := range pipelines {
				if p.Name != test.names[i] {
					t.Errorf("pipeline %d is %q, want %q", i, p.Name, test.names[i])
				}
			}
		})
	}
}
