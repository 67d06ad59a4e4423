package cli

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/server/internal/ort"
)

// placedModel is a model of which a plugin takes so much.
type placedModel struct {
	servedModel
	p ort.Placement
}

func (placedModel) Name() string               { return "m" }
func (m placedModel) Placement() ort.Placement { return m.p }

// TestWarnPlacement: what the processor computes beside a plugin is said in one line.
func TestWarnPlacement(t *testing.T) {
	for _, test := range []struct {
		p    ort.Placement
		want string
	}{
		{ort.Placement{Taken: 3, Nodes: 4}, "name=m taken=3 nodes=4\n"},
		{ort.Placement{Taken: 4, Nodes: 4}, ""},
		{ort.Placement{}, ""},
	} {
		var out strings.Builder
		warnPlacement(slog.New(slog.NewTextHandler(&out, nil)), placedModel{p: test.p})
		if !strings.HasSuffix(out.String(), test.want) || strings.Count(out.String(), "\n") != strings.Count(test.want, "\n") {
			t.Errorf("%+v: %q, want %q", test.p, out.String(), test.want)
		}
	}
}
