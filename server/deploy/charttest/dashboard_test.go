package charttest

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

type dashboard struct {
	ID            *int
	UID, Title    string
	SchemaVersion int
	Templating    struct {
		List []struct{ Name, Type string }
	}
	Panels []dashboardPanel
}

type dashboardPanel struct {
	ID          int
	Type, Title string
	GridPos     struct{ H, W, X, Y int }
	Datasource  struct{ UID string }
	FieldConfig struct {
		Defaults struct{ Unit string }
	}
	Targets []struct {
		Expr, LegendFormat string
		Datasource         struct{ UID string }
	}
}

// A dashboard that any Grafana takes: no id of one, a fixed uid, its data source
// chosen there, intervals of the screen, units, and panels that do not overlap.
func TestDashboard(t *testing.T) {
	text, err := os.ReadFile(chartFolder + "/files/dashboard.json")
	if err != nil {
		t.Fatal(err)
	}
	var d dashboard
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	if d.ID != nil || d.UID != "splitrank" || d.SchemaVersion < 36 || len(d.Panels) < 20 {
		t.Errorf("id %v, uid %q, schema %d, %d panels", d.ID, d.UID, d.SchemaVersion, len(d.Panels))
	}
	if len(d.Templating.List) == 0 || d.Templating.List[0].Type != "datasource" {
		t.Error("the data source cannot be chosen")
	}
	ids, taken := map[int]bool{}, map[[2]int]string{}
	for _, p := range d.Panels {
		if ids[p.ID] {
			t.Errorf("two panels have the id %d", p.ID)
		}
		ids[p.ID] = true
		checkPlace(t, p, taken)
		if p.Type != "row" {
			checkPanel(t, p)
		}
	}
}

func checkPlace(t *testing.T, p dashboardPanel, taken map[[2]int]string) {
	g := p.GridPos
	if g.W < 1 || g.X+g.W > 24 {
		t.Errorf("%q does not fit", p.Title)
	}
	for x := g.X; x < g.X+g.W; x++ {
		for y := g.Y; y < g.Y+g.H; y++ {
			if other := taken[[2]int{x, y}]; other != "" {
				t.Errorf("%q lies over %q", p.Title, other)
				return
			}
			taken[[2]int{x, y}] = p.Title
		}
	}
}

var fixedInterval = regexp.MustCompile(`\[(?:\$__rate_interval|1h)\]`)

func checkPanel(t *testing.T, p dashboardPanel) {
	if p.FieldConfig.Defaults.Unit == "" || len(p.Targets) == 0 || p.Datasource.UID != "${datasource}" {
		t.Errorf("%q has unit %q, %d expressions, data source %q", p.Title, p.FieldConfig.Defaults.Unit, len(p.Targets), p.Datasource.UID)
	}
	for _, target := range p.Targets {
		if !strings.Contains(target.Expr, `job=~"$job"`) || target.LegendFormat == "" || target.Datasource.UID != "${datasource}" {
			t.Errorf("%q asks %s", p.Title, target.Expr)
		}
		if strings.Contains(target.Expr, "rate(") && !fixedInterval.MatchString(target.Expr) {
			t.Errorf("%q has an interval of its own: %s", p.Title, target.Expr)
		}
	}
}

// Every alert says how bad it is, in words, and where to read on; promtool tests each.
func TestAlertsSayWhereToReadOn(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	tests, err := os.ReadFile("../tests/rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(chartFolder + "/files/rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	rules := prometheusRule{}
	if err := yaml.UnmarshalStrict(text, &rules.Spec); err != nil {
		t.Fatal(err)
	}
	for _, g := range rules.Spec.Groups {
		for _, r := range g.Rules {
			if r.Alert == "" {
				continue
			}
			_, anchor, _ := strings.Cut(r.Annotations["runbook_url"], "server/deploy/README.md#")
			heading := regexp.MustCompile(`(?mi)^#+ ` + strings.ReplaceAll(regexp.QuoteMeta(anchor), "-", "[ -]") + `$`)
			if anchor == "" || !heading.Match(readme) {
				t.Errorf("%s: README.md has no heading for %q", r.Alert, anchor)
			}
			if r.For == "" || r.Annotations["summary"] == "" || r.Labels["severity"] != "page" && r.Labels["severity"] != "ticket" {
				t.Errorf("%s lacks for, summary or severity", r.Alert)
			}
			if strings.Count(string(tests), "alertname: "+r.Alert+"\n") == 0 {
				t.Errorf("tests/rules.yaml never has %s fire", r.Alert)
			}
		}
	}
}
