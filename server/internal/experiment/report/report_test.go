package report

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/splitrank/splitrank/server/internal/experiment"
)

// analysed are experiments of all modes; the interleaving's second arm wins.
func analysed(t *testing.T) (all []*experiment.Analysis) {
	t.Helper()
	list, err := experiment.Parse([]byte(`{"experiments":[
		{"name":"drafts","mode":"interleave","arms":[{"name":"old"},{"name":"new","pipeline":"heuristic"}]},
		{"name":"halves","mode":"split","arms":[{},{"pipeline":"heuristic"}]},
		{"name":"shades","mode":"shadow","arms":[{},{"pipeline":"heuristic"}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for _, e := range list {
		var impressions []experiment.Impression
		for i := range 900 {
			imp := experiment.Impression{QueryID: fmt.Sprint(i), Client: fmt.Sprint("v", i), Time: time.Date(2026, 11, 30, 12, i, 0, 0, time.UTC), LatencyMS: [2]float64{12, 3}}
			imp.Arm = e.ArmOf(imp.Client)
			imp.Rankings = [2][]string{{"a", "b", "c", "d"}, {"d", "c", "b", "a"}}
			d := experiment.TeamDraft(e.Name, imp.QueryID, imp.Rankings[0], imp.Rankings[1], 4)
			imp.Order, imp.Teams, imp.Shadow = d.Order, d.Teams, &experiment.Comparison{Overlap: 0.8, Changed: 1}
			if win := random.Float64() < 0.57; win == (d.Teams[0] == 'B') {
				imp.Clicked = []int{0}
			} else {
				imp.Clicked = []int{1}
			}
			impressions = append(impressions, imp)
		}
		all = append(all, experiment.Analyse(e, impressions, 0))
	}
	return all
}

func TestWrite(t *testing.T) {
	var b bytes.Buffer
	p := Page{Made: time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC), Version: "v1", Command: "splitrank experiment analyse '<log>'", Notes: []string{"7 events joined"}, Analyses: analysed(t)}
	if err := Write(&b, p); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, want := range []string{"new is better: new won", "7 events joined", "&lt;log&gt;", "interleave of old and new", "always-valid p", "mean rank-biased overlap 0.800", "2026-11-30 12:00 UTC · splitrank v1"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q", want)
		}
	}
	if n := strings.Count(page, "<polyline"); n != 2 {
		t.Errorf("%d plots, want 2", n)
	}
	if found := regexp.MustCompile(`(?i)<script|\bsrc=|\bhref=|url\(|@import|https?:|ZgotmplZ|NaN|Inf`).FindString(page); found != "" {
		t.Errorf("the page has %q", found)
	}
	if err := Write(&b, Page{Analyses: []*experiment.Analysis{experiment.Analyse(p.Analyses[0].Experiment, nil, 0)}}); err != nil {
		t.Errorf("of nothing: %v", err)
	}
	if err := Write(failing{}, p); err == nil {
		t.Error("nobody learns that it was not written")
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("full") }
