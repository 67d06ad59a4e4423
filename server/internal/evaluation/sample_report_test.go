package evaluation

import (
	"bytes"
	"os"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"
)

// The page opens a report that was written once: it must be one that would be
// written today, field by field.
func TestSampleReportOfThePage(t *testing.T) {
	want, err := os.ReadFile("../../../web/page/sample-report.json")
	if err != nil {
		t.Fatal(err)
	}
	var report Report
	if err := json.Unmarshal(want, &report, json.RejectUnknownMembers(true)); err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := WriteJSON(&got, &Summary{Collections: []*Report{&report}}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("written anew (web/app/README.md has the command):\n%s", diff)
	}
	for _, p := range report.Pipelines {
		if len(p.Metrics) == 0 || p.Latency.P50 == 0 {
			t.Errorf("pipeline %s lacks metrics or times", p.Name)
		}
	}
}
