package rerank

import (
	"slices"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// narrow is a fakeModel that reads no text with a word that begins with "far" or
// "unreadable"; a fakeModel reads the first.
type narrow struct{ *fakeModel }

func (m narrow) SupportsScript(text string) bool {
	return m.fakeModel.SupportsScript(text) && !strings.Contains(text, "far")
}

// TestElse: where a request names no model, one answers that reads all of it.
func TestElse(t *testing.T) {
	models := []Served{
		{Names: []string{"narrow"}, Model: narrow{(&fakeModel{name: "narrow"}).start(t)}},
		{Names: []string{"wide"}, Model: (&fakeModel{name: "wide"}).start(t)},
	}
	models[0].Else = &models[1]
	e := engine(t, Config{Planner: answer.NewPlanner(nil), Models: models, Aliases: api.Aliases{"usual": api.DefaultModel}})
	tests := []struct {
		name, query, model string
		documents          []string
		want               string
		scored             []int
		degraded           bool
	}{
		{"all is read", "bread", "", []string{"bread", "water"}, "narrow", []int{0, 1}, false},
		{"a document", "bread", "", []string{"bread", "far bread"}, "wide", []int{0, 1}, false},
		{"the query", "far", "", []string{"bread", "water"}, "wide", []int{0, 1}, false},
		{"by its name", "bread", "narrow", []string{"bread", "far bread"}, "narrow", []int{0}, false},
		{"by the other's", "bread", "wide", []string{"bread", "water"}, "wide", []int{0, 1}, false},
		{"by an alias of the default", "bread", "usual", []string{"bread", "far bread"}, "wide", []int{0, 1}, false},
		{"a document that neither reads", "bread", "", []string{"bread", "unreadable"}, "narrow", []int{0}, false},
		{"one of each", "bread", "", []string{"bread", "unreadable", "far"}, "wide", []int{0, 2}, false},
		{"a query that neither reads", "unreadable", "", []string{"bread", "far"}, api.ModelNone, []int{}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			req := request(tt.documents...)
			req.Query, req.Model, req.Pipeline = tt.query, tt.model, api.CrossEncoder
			r := answered(t, e, req)
			if got := scoredIn(r); r.Model != tt.want || !slices.Equal(got, tt.scored) || r.Degraded != tt.degraded {
				t.Errorf("model %q scored %v, degraded %v", r.Model, got, r.Degraded)
			}
		})
	}
}
