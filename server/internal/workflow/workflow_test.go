// Package workflow_test holds the GitHub workflow that the documentation shows to what the
// command line does.
package workflow_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/splitrank/splitrank/server/internal/cli"
)

const sample = "../../../shared/eval/sample"

// run a command, and return what it says.
func run(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = cli.Run(args, &cli.Env{Ctx: t.Context(), Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs})
	return code, out.String(), errs.String()
}

// workflow is what GitHub reads of one, and no more: unknown keys are errors.
type workflow struct {
	Name string         `yaml:"name"`
	On   string         `yaml:"on"`
	Jobs map[string]job `yaml:"jobs"`
}

type job struct {
	RunsOn string `yaml:"runs-on"`
	Steps  []step `yaml:"steps"`
}

type step struct {
	Uses string            `yaml:"uses"`
	Run  string            `yaml:"run"`
	If   string            `yaml:"if"`
	With map[string]string `yaml:"with"`
}

// TestWorkflow that the documentation shows: it is one, its targets and flags exist, and
// what its steps say of a change decides whether it passes.
func TestWorkflow(t *testing.T) {
	steps := documentedSteps(t)
	makefile, err := os.ReadFile("../../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("SPLITRANK_MODEL", "none")
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "ours/quality"), os.DirFS(sample)); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	baseline := "ours/quality/baseline.json"
	if code, _, stderr := run(t, "eval", "--data", "ours/quality", "--json", baseline, "--latency-queries", "1"); code != 0 {
		t.Fatal(stderr)
	}
	for _, s := range steps {
		checkStep(t, s, string(makefile))
	}
	loss := append(gateOf(steps), "--before", "heuristic", "--after", "first-stage")
	if code, stdout, stderr := run(t, loss...); code == 0 {
		t.Errorf("a loss passes: %s%s", stdout, stderr)
	}
}

// documentedSteps of the one workflow in the evaluation's README.
func documentedSteps(t *testing.T) []step {
	t.Helper()
	readme, err := os.ReadFile("../evaluation/README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(readme), "    name: ranking quality")
	text, _, _ = strings.Cut("    name: ranking quality"+text, "\n\n")
	var w workflow
	decoder := yaml.NewDecoder(strings.NewReader(strings.ReplaceAll("\n"+text, "\n    ", "\n")))
	decoder.KnownFields(true)
	if err := decoder.Decode(&w); err != nil {
		t.Fatal(err)
	}
	if w.On == "" || len(w.Jobs) != 1 {
		t.Fatalf("%+v", w)
	}
	for _, j := range w.Jobs {
		if j.RunsOn == "" {
			t.Error("the job runs on nothing")
		}
		return j.Steps
	}
	return nil
}

// checkStep runs those of splitrank, and looks whether the targets of make and the file
// that is kept are there.
func checkStep(t *testing.T, s step, makefile string) {
	t.Helper()
	words := strings.Fields(s.Run)
	switch {
	case (s.Uses == "") == (s.Run == ""):
		t.Errorf("%+v: want one of uses and run", s)
	case s.Uses != "":
		if !regexp.MustCompile(`^actions/[a-z-]+@v\d+$`).MatchString(s.Uses) {
			t.Errorf("uses %q", s.Uses)
		}
		if file := uploaded(s); file != "" {
			if _, err := os.Stat(file); err != nil {
				t.Error(err)
			}
		}
	case words[0] == "make":
		for _, target := range words[3:] {
			if !strings.Contains(makefile, "\n"+target+":") {
				t.Errorf("%q: there is no target %s", s.Run, target)
			}
		}
	case words[0] == "splitrank/bin/splitrank":
		if code, stdout, stderr := run(t, words[1:]...); code != 0 {
			t.Errorf("%s: code %d\n%s%s", s.Run, code, stdout, stderr)
		}
	default:
		t.Errorf("unknown step %q", s.Run)
	}
}

// uploaded is the file that a step keeps.
func uploaded(s step) string {
	if strings.HasPrefix(s.Uses, "actions/upload-artifact@") {
		return s.With["path"]
	}
	return ""
}

// gateOf steps is the command whose exit code decides.
func gateOf(steps []step) []string {
	for _, s := range steps {
		if strings.Contains(s.Run, "--fail-below") {
			return strings.Fields(s.Run)[1:]
		}
	}
	return nil
}
