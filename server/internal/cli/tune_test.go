package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/server/internal/ort/orttest"
)

// tuned writes a calibration of a model on the sample, and returns its path and
// what tune printed.
func tuned(t *testing.T, model string, more ...string) (path, stdout, stderr string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "calibration.json")
	args := append([]string{"tune", "--data", sample, "--limit", "6", "--depth", "12", "--model", model, "--out", path}, more...)
	code, stdout, stderr := command(t, "", args...)
	if code != 0 {
		t.Fatalf("code %d: %s", code, stderr)
	}
	return path, stdout, stderr
}

// TestTune: a calibration is written, from scores that are kept, and a server
// uses it and says so.
func TestTune(t *testing.T) {
	orttest.Library(t)
	dir, scores := orttest.Model{}.Folder(t, "one"), filepath.Join(t.TempDir(), "scores.jsonl")
	_, first, _ := tuned(t, dir, "--scores", scores)
	kept, err := os.ReadFile(scores)
	if err != nil {
		t.Fatal(err)
	}
	path, again, _ := tuned(t, dir, "--scores", scores, "--name", "mine")
	now, err := os.ReadFile(scores)
	if err != nil || len(now) != len(kept) || len(kept) == 0 {
		t.Errorf("%d bytes of scores, then %d, error %v", len(kept), len(now), err)
	}
	if table := func(s string) string { return s[:strings.Index(s, "wrote ")] }; table(first) != table(again) || !strings.Contains(again, "chosen") {
		t.Errorf("first:\n%s\nagain:\n%s", first, again)
	}
	// The rule of a file is what counts: make it one that shows.
	edit(t, path, func(f map[string]any) {
		f["rule"] = map[string]any{"documents": 2}
		f["relevance"] = map[string]any{"logit": 0.5, "heuristic": 0, "shift": 1}
	})
	url, end := serving(t, "--model", dir, "--calibration", path)
	_, text := ask(t, url+"/rerank", body(""))
	a := decode(t, text)
	if a.Usage.Scored != 2 || !strings.Contains(text, `"calibration":"mine"`) {
		t.Errorf("%s", text)
	}
	if _, text := ask(t, url+"/rerank", body(`,"budget":{"documents":3}`)); decode(t, text).Usage.Scored != 3 {
		t.Errorf("a budget of its own: %s", text)
	}
	end()
	_, stdout, _ := command(t, body(""), "rerank", "--model", dir, "--calibration", path, "--format", "json")
	if decode(t, stdout).Usage.Scored != 2 {
		t.Errorf("%s", stdout)
	}
}

// TestEvalCalibration: what is measured is what would be served.
func TestEvalCalibration(t *testing.T) {
	orttest.Library(t)
	dir := orttest.Model{}.Folder(t, "one")
	path, _, _ := tuned(t, dir)
	edit(t, path, func(f map[string]any) { f["rule"] = map[string]any{"documents": 2} })
	args := []string{"eval", "--data", sample, "--limit", "4", "--depth", "9", "--pipelines", "heuristic,cascade@auto,cascade@3", "--json", "-", "--model", dir, "--calibration"}
	code, stdout, stderr := command(t, "", append(args, path)...)
	if code != 0 {
		t.Fatalf("code %d: %s", code, stderr)
	}
	for i, most := range []float64{0, 2, 3} {
		if p := object(t, []byte(stdout))["pipelines"].([]any)[i].(map[string]any); p["scored_per_query"].(float64) > most {
			t.Errorf("%v scores %v pairs a query, want %v at most", p["name"], p["scored_per_query"], most)
		}
	}
	if code, _, stderr := command(t, "", append(args, "nowhere.json")...); code == 0 || !strings.Contains(stderr, "nowhere.json") {
		t.Errorf("code %d: %s", code, stderr)
	}
	if code, _, stderr := command(t, "", "eval", "--data", sample, "--pipelines", "heuristic", "--calibration", path); code == 0 || !strings.Contains(stderr, "--calibration") {
		t.Errorf("code %d: %s", code, stderr)
	}
}

func edit(t *testing.T, path string, change func(f map[string]any)) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var f map[string]any
	if err := json.Unmarshal(data, &f); err != nil {
		t.Fatal(err)
	}
	change(f)
	if data, err = json.Marshal(f); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestCalibrationRefused: one that does not fit is a clear line, not a wrong answer.
func TestCalibrationRefused(t *testing.T) {
	orttest.Library(t)
	one, two := orttest.Model{Seed: 1}.Folder(t, "one"), orttest.Model{Seed: 2}.Folder(t, "two")
	path, _, _ := tuned(t, one)
	stale, _, _ := tuned(t, one)
	edit(t, stale, func(f map[string]any) { f["scorer"] = "h0" })
	tests := []struct {
		name string
		args []string
		want string
	}{
		{"another model", []string{"--model", two, "--calibration", path}, `it was made for model "one" (sha256:`},
		{"no model", []string{"--model", "none", "--calibration", path}, "no model is loaded"},
		{"twice", []string{"--model", one, "--calibration", path, "--calibration", path}, `model "one" has one already`},
		{"another scorer", []string{"--model", one, "--calibration", stale}, `it was made with scorer "h0"`},
		{"not there", []string{"--model", one, "--calibration", path + "x"}, "reading a calibration"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, _, stderr := command(t, "", append([]string{"serve", "--addr", "127.0.0.1:0"}, tt.args...)...)
			if code != exitFailure || !strings.Contains(stderr, tt.want) || strings.Count(stderr, "\n") != 1 {
				t.Errorf("code %d: %s", code, stderr)
			}
		})
	}
	url, end := serving(t, "--model", two, "--model", one, "--calibration", path)
	if _, text := ask(t, url+"/rerank", body(`,"model":"one"`)); !strings.Contains(text, `"calibration":`) {
		t.Errorf("the second model's: %s", text)
	}
	if _, text := ask(t, url+"/rerank", body("")); strings.Contains(text, `"calibration":`) {
		t.Errorf("the first model has none: %s", text)
	}
	end()
}

// TestTuneRefused: what could not be tuned is a wrong command line, or a failure.
func TestTuneRefused(t *testing.T) {
	t.Setenv("SPLITRANK_MODEL", "")
	out := filepath.Join(t.TempDir(), "c.json")
	for _, tt := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"--data", sample}, exitUsage, "--out"},
		{[]string{"--data", sample, "--out", out, "--loss=-1"}, exitUsage, "loss -1"},
		{[]string{"--data", sample, "--out", out, "--confidence", "1"}, exitUsage, "confidence 1"},
		{[]string{"--data", sample, "--out", out, "--depth", "0"}, exitUsage, "--depth 0"},
		{[]string{"--data", sample, "--out", out, "--model", "none"}, exitUsage, "nothing to tune without a model"},
		{[]string{"--data", sample, "--out", out, "--model", "nowhere"}, exitFailure, "nowhere"},
	} {
		if code, _, stderr := command(t, "", append([]string{"tune"}, tt.args...)...); code != tt.code || !strings.Contains(stderr, tt.want) {
			t.Errorf("%q: code %d: %s", tt.args, code, stderr)
		}
	}
}

// TestCalibrationOfAnyKind: what is no small file is refused at once.
func TestCalibrationOfAnyKind(t *testing.T) {
	orttest.Library(t)
	one := orttest.Model{Seed: 1}.Folder(t, "one")
	large := filepath.Join(t.TempDir(), "large")
	if err := os.WriteFile(large, bytes.Repeat([]byte(" "), 2<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"/dev/zero": "no regular file", t.TempDir(): "no regular file", large: "larger than 1048576 bytes"} {
		code, _, stderr := command(t, "", "serve", "--addr", "127.0.0.1:0", "--model", one, "--calibration", path)
		if code != exitFailure || !strings.Contains(stderr, want) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%s: code %d: %s", path, code, stderr)
		}
	}
}
