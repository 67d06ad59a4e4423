package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"
)

const sample = "../../../shared/eval/sample"

// runEval parses and runs an eval command line.
func runEval(t *testing.T, ctx context.Context, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var c evalCmd
	parser, err := kong.New(&c, kong.Name("eval"), kong.DefaultEnvars("SPLITRANK"), defaults())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse(args); err != nil {
		return "", "", err
	}
	var out, errs bytes.Buffer
	err = c.Run(&Env{Ctx: ctx, Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs})
	return out.String(), errs.String(), err
}

func TestEvalPrintsATable(t *testing.T) {
	stdout, stderr, err := runEval(t, t.Context(), "--data", sample, "--complete", "--limit", "12")
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"sample bm25 · 12 queries · depth 100 · first stage given", "ndcg@10", "\n  first-stage  ", "\n  heuristic  ", "p95 ms"} {
		if !strings.Contains(stdout, part) {
			t.Errorf("the table has no %q:\n%s", part, stdout)
		}
	}
	if stderr != "" {
		t.Errorf("wrote %q to standard error, which is no terminal", stderr)
	}
}

// The names are a contract with programs that read the report.
func TestEvalWritesTheJSONThatOthersRead(t *testing.T) {
	stdout, _, err := runEval(t, t.Context(), "--data", sample, "--run", sample+"/run.bm25.trec", "--json", "-",
		"--first-stage", "hidden", "--pipelines", "first-stage,trim@20", "--depth", "40")
	if err != nil {
		t.Fatal(err)
	}
	report := object(t, []byte(stdout))
	want := []string{"dataset", "depth", "first_stage", "left_out", "min_grade", "model", "pipelines", "queries", "run", "scorer"}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(report))); diff != "" {
		t.Error(diff)
	}
	if report["dataset"] != "sample" || report["first_stage"] != "hidden" || report["depth"] != 40. || report["scorer"] == "" {
		t.Errorf("got %v, %v, %v, %v", report["dataset"], report["first_stage"], report["depth"], report["scorer"])
	}
	second := report["pipelines"].([]any)[1].(map[string]any)
	if diff := cmp.Diff([]string{"delta", "kept", "latency_ms", "metrics", "name", "scored_per_query"}, slices.Sorted(maps.Keys(second))); diff != "" {
		t.Error(diff)
	}
	for name, want := range map[string][]string{
		"metrics": {"map", "mrr@10", "ndcg@10", "ndcg@5", "p@5", "recall@10", "recall@5"}, "latency_ms": {"p50", "p95"},
		"kept": {"best_ndcg@10", "mean", "recall"},
	} {
		if diff := cmp.Diff(want, slices.Sorted(maps.Keys(second[name].(map[string]any)))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	delta := second["delta"].(map[string]any)["ndcg@10"].(map[string]any)
	if diff := cmp.Diff([]string{"high", "low", "mean", "relative"}, slices.Sorted(maps.Keys(delta))); diff != "" {
		t.Error(diff)
	}
}

func object(t *testing.T, b []byte) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatalf("%v in %q", err, b)
	}
	return v
}

func TestEvalWritesFiles(t *testing.T) {
	dir := t.TempDir()
	jsonFile, page := filepath.Join(dir, "r.json"), filepath.Join(dir, "r.html")
	stdout, _, err := runEval(t, t.Context(), "--data", sample, "--data", sample+"=bm25", "--json", jsonFile, "--html", page)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(stdout, "mean of 2 collections") {
		t.Errorf("no mean in:\n%s", stdout)
	}
	written, err := os.ReadFile(jsonFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"collections", "mean"}, slices.Sorted(maps.Keys(object(t, written)))); diff != "" {
		t.Error(diff)
	}
	html, err := os.ReadFile(page)
	if err != nil || !bytes.HasPrefix(html, []byte("<!doctype html>")) {
		t.Errorf("the page begins with %.40q, %v", html, err)
	}
}

func TestEvalReadsCases(t *testing.T) {
	cases := filepath.Join(t.TempDir(), "cases.jsonl")
	line := `{"query": "q", "relevant_chunks": ["b"], "candidates": [{"id": "a", "text": "x"}, {"id": "b", "text": "q"}]}`
	if err := os.WriteFile(cases, []byte(line), 0o644); err != nil {
		t.Fatal(err)
	}
	stdout, _, err := runEval(t, t.Context(), "--data", cases, "--pipelines", "first-stage", "--json", "-")
	if err != nil {
		t.Fatal(err)
	}
	metrics := object(t, []byte(stdout))["pipelines"].([]any)[0].(map[string]any)["metrics"].(map[string]any)
	if metrics["mrr@10"] != 0.5 {
		t.Errorf("mrr@10 = %v, want 0.5: the answer is the second candidate", metrics["mrr@10"])
	}
}

func TestEvalErrors(t *testing.T) {
	tests := []struct {
		name string
		args []string
		want string // all of these parts
	}{
		{"no data", nil, "--data"},
		{"data not there", []string{"--data", "nowhere"}, "nowhere"},
		{"run not there", []string{"--data", sample, "--run", "nowhere.trec"}, "nowhere.trec"},
		{"cross-encoder", []string{"--data", sample, "--pipelines", "cross-encoder"}, `"cross-encoder"|no model|heuristic`},
		{"cascade", []string{"--data", sample, "--pipelines", "first-stage,cascade@30"}, `"cascade@30"|no model|heuristic`},
		{"model", []string{"--data", sample, "--model", "x", "--pipelines", "heuristic"}, "--model|--pipelines"},
		{"scores", []string{"--data", sample, "--scores", "x"}, "--scores|--model"},
		{"unknown pipeline", []string{"--data", sample, "--pipelines", "bm25"}, `"bm25"|unknown`},
		{"first stage", []string{"--data", sample, "--first-stage", "secret"}, "--first-stage|given"},
		{"depth", []string{"--data", sample, "--depth", "0"}, "--depth"},
		{"limit", []string{"--data", sample, "--limit=-1"}, "--limit"},
		{"workers", []string{"--data", sample, "--workers=-1"}, "--workers"},
		{"grade", []string{"--data", sample, "--min-grade", "0"}, "--min-grade"},
		{"split", []string{"--data", sample, "--split", "dev"}, "dev.tsv"},
		{"both on standard output", []string{"--data", sample, "--json", "-", "--html", "-"}, "--json|--html"},
		{"a file that cannot be", []string{"--data", sample, "--json", "nowhere/r.json"}, "nowhere/r.json"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := runEval(t, t.Context(), test.args...)
			if err == nil {
				t.Fatal("no error")
			}
			for _, part := range strings.Split(test.want, "|") {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("error %q does not name %q", err, part)
				}
			}
		})
	}
}

func TestEvalStopsWhenInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := runEval(t, ctx, "--data", sample); err == nil || !strings.Contains(err.Error(), context.Canceled.Error()) {
		t.Errorf("got %v, want cancelled", err)
	}
}

func TestProgressOnlyOnATerminal(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var buffer bytes.Buffer
	for _, w := range []io.Writer{&buffer, file} {
		step, clear := progress(w, "x")
		step(1, 2)
		clear()
	}
	if info, err := file.Stat(); err != nil || info.Size()+int64(buffer.Len()) != 0 {
		t.Errorf("a bar of %d and %d bytes, error %v", info.Size(), buffer.Len(), err)
	}
}
