package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestEvalCompare as a gate: its exit code is what CI goes by.
func TestEvalCompare(t *testing.T) {
	report := filepath.Join(t.TempDir(), "report.json")
	if code, _, stderr := run(t, "eval", "--data", sample, "--limit", "20", "--json", report, "--latency-queries", "2"); code != 0 {
		t.Fatal(stderr)
	}
	for _, tt := range []struct {
		name           string
		args           []string
		code           int
		stdout, stderr string
	}{
		{"with itself", nil, 0, "heuristic: nothing changed\n", ""},
		{"with itself, gated", []string{"--fail-below", "-0.005"}, 0, "first-stage: nothing changed\n", ""},
		{"two pipelines", []string{"--before", "first-stage", "--after", "heuristic"}, 0, "first-stage → heuristic: ", ""},
		{"it falls", []string{"--before", "heuristic", "--after", "first-stage", "--fail-below", "-0.005"}, 1, "heuristic → first-stage: ", "changed by less than -0.005 (--fail-below): first-stage by -0."},
		{"it rises too little", []string{"--before", "first-stage", "--after", "heuristic", "--fail-below", "0.9"}, 1, "", "heuristic by +0."},
		{"half a pair", []string{"--after", "heuristic"}, 2, "", "--after goes with --before"},
		{"no such pipeline", []string{"--before", "magic"}, 1, "", `pipeline "magic" is not in its report`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code, stdout, stderr := run(t, append([]string{"eval", "compare", report, report}, tt.args...)...)
			if code != tt.code || !strings.Contains(stdout, tt.stdout) || !strings.Contains(stderr, tt.stderr) {
				t.Errorf("code %d\n%s%s", code, stdout, stderr)
			}
		})
	}
	_, stdout, _ := run(t, "eval", "compare", report, report, "--json", "-")
	var all []struct {
		Before string  `json:"before"`
		Holm   float64 `json:"p_holm"`
	}
	if err := json.Unmarshal([]byte(stdout), &all); err != nil || len(all) != 2 || all[0].Holm != 1 {
		t.Errorf("%v\n%s", err, stdout)
	}
	if err := os.WriteFile(report, []byte(`{"dataset":"d"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := run(t, "eval", "compare", report, report); code != 1 || !strings.Contains(stderr, "no report of splitrank eval --json") {
		t.Errorf("code %d: %s", code, stderr)
	}
}
