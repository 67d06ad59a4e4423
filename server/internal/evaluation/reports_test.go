package evaluation

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// written is a report in a file.
func written(t *testing.T, s *Summary) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteJSON(&b, s); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "report.json")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func readBack(t *testing.T, s *Summary) []*Report {
	t.Helper()
	reports, err := ReadReports(written(t, s))
	if err != nil {
		t.Fatal(err)
	}
	return reports
}

// TestCompareReports: by pipeline and query, on what both have.
func TestCompareReports(t *testing.T) {
	a, b := readBack(t, one(t)), readBack(t, one(t))
	all, err := CompareReports(a, b, nil)
	if err != nil || len(all) != 3 {
		t.Fatalf("%+v, %v", all, err)
	}
	for _, c := range all {
		if c.Delta.Mean != 0 || c.Same != 3 || c.Queries != 3 || c.P != 1 || c.Said() != "nothing changed" {
			t.Errorf("%+v", c)
		}
	}
	values := b[0].Pipelines[0].PerQuery["ndcg@10"]
	for i := range values {
		values[i] += 0.25
	}
	b[0].QueryIDs[2] = "another"
	all, err = CompareReports(a, b, []Change{{"first-stage", "first-stage"}})
	if err != nil || math.Abs(all[0].Delta.Mean-0.25) > 1e-9 || all[0].Queries != 2 || all[0].Better != 2 {
		t.Errorf("%+v, %v", all, err)
	}
	if all, err = CompareReports(readBack(t, two(t)), readBack(t, two(t)), nil); err != nil || all[0].Queries != 5 {
		t.Errorf("several collections: %+v, %v", all, err)
	}
	for name, change := range map[string]func(r *Report, c *[]Change){
		"no query in common": func(r *Report, _ *[]Change) {
			for i := range r.QueryIDs {
				r.QueryIDs[i] += "x"
			}
		},
		"no collection in common": func(r *Report, _ *[]Change) { r.Dataset = "other" },
		`pipeline "magic"`:        func(_ *Report, c *[]Change) { *c = []Change{{"magic", "first-stage"}} },
		"no pipeline in common": func(r *Report, _ *[]Change) {
			for i := range r.Pipelines {
				r.Pipelines[i].Name += "x"
			}
		},
	} {
		b := readBack(t, one(t))
		var changes []Change
		change(b[0], &changes)
		if _, err := CompareReports(a, b, changes); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReadReportsRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"[]": "no report", "{}": "no pipelines", "{": "no report",
		`{"dataset":"d","pipelines":[{"name":"p","metrics":{}}]}`: "measure it again",
	} {
		path := filepath.Join(t.TempDir(), "r.json")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadReports(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// TestAlone: times of queries that were asked one at a time, and what they took of the
// processor, are of as many as were asked for.
func TestAlone(t *testing.T) {
	r, err := Evaluate(t.Context(), collection(9), mustParse(t, "first-stage", "heuristic"), Options{Alone: 4})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range r.Pipelines {
		if p.Latency.Alone != 4 || len(p.millis) != 4 {
			t.Errorf("%s: %+v", p.Name, p.Latency)
		}
	}
	if r, err = Evaluate(t.Context(), collection(9), mustParse(t, "first-stage", "heuristic"), Options{}); err != nil || r.Pipelines[1].CPU != nil || r.Pipelines[1].Latency.Alone != 0 {
		t.Errorf("%+v, %v", r.Pipelines[1], err)
	}
}

func TestComparisonsOfPipelines(t *testing.T) {
	s := curved(t)
	if n := len(s.Comparisons); n < 12 || n > 28 {
		t.Errorf("%d comparisons of 12 pipelines", n)
	}
	c, ok := between(s.Comparisons, "heuristic", "first-stage")
	d, also := between(s.Comparisons, "first-stage", "heuristic")
	if !ok || !also || c.Delta.Mean != -d.Delta.Mean || c.Better != d.Worse {
		t.Errorf("%+v, %+v", c, d)
	}
}
