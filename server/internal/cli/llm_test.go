package cli

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/server/internal/llm"
	"github.com/splitrank/splitrank/server/internal/llm/llmtest"
)

// runCLI returns the exit code and what was written.
func runCLI(t *testing.T, stdin string, args ...string) (int, string, string) {
	t.Helper()
	var out, errs bytes.Buffer
	code := Run(args, &Env{Ctx: t.Context(), Stdin: strings.NewReader(stdin), Stdout: &out, Stderr: &errs})
	return code, out.String(), errs.String()
}

// graderOf answers labels for judge, and grades that pass the examination.
func graderOf(t *testing.T) *llmtest.Server {
	s := (&llmtest.Server{Grade: func(query string, d llmtest.Document) int {
		if g := llm.ExamGrade(query, d.Text); g > 0 {
			return int(g)
		}
		return len(d.Text) % 4
	}}).Start()
	t.Cleanup(s.Close)
	return s
}

const sampleData = "../../../shared/eval/sample"

// TestJudgeCommand: it asks first, writes qrels, goes on where it stopped, and
// compares.
func TestJudgeCommand(t *testing.T) {
	s := graderOf(t)
	path := filepath.Join(t.TempDir(), "qrels.tsv")
	args := []string{"judge", "--data", sampleData, "--out", path, "--llm-model", "claude-haiku-5-5", "--llm-base-url", s.URL(true), "--limit", "6", "--depth", "5"}
	code, _, errs := runCLI(t, "", args...)
	if code != exitFailure || !strings.Contains(errs, "pairs to judge") || !strings.Contains(errs, "--yes") || len(s.Calls()) != 0 {
		t.Fatalf("code %d, %q, %d calls", code, errs, len(s.Calls()))
	}
	code, out, errs := runCLI(t, "", append(args, "--yes")...)
	calls := len(s.Calls())
	if code != exitDone || !strings.Contains(out, "kappa") || calls < 25 {
		t.Fatalf("code %d, %q, %q, %d calls", code, out, errs, calls)
	}
	data, err := os.ReadFile(path)
	if err != nil || strings.Count(string(data), "\n") != calls+1 {
		t.Fatalf("%v, %d lines for %d calls", err, strings.Count(string(data), "\n"), calls)
	}
	cut := data[:len(data)-3] // as an interruption leaves it
	if err := os.WriteFile(path, cut, 0o644); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := runCLI(t, "", append(args, "--yes")...); code != exitDone || len(s.Calls()) != calls+1 {
		t.Errorf("code %d, %q, %d more calls, want 1", code, errs, len(s.Calls())-calls)
	}
}

func TestEvalWithLLM(t *testing.T) {
	s := graderOf(t)
	code, out, errs := runCLI(t, "", "eval", "--data", sampleData, "--limit", "4", "--model", "none", "--pipelines", "heuristic,llm@5,llm-unsure@5",
		"--llm-model", "claude-haiku-5-5", "--llm-base-url", s.URL(false), "--llm-api", "openai")
	if code != exitDone || !strings.Contains(out, "llm asked") || !strings.Contains(out, "$ per 1,000") {
		t.Errorf("code %d, %q, %q", code, out, errs)
	}
	code, out, errs = runCLI(t, "", "eval", "--data", sampleData, "--attacks", "--llm-model", "claude-haiku-5-5", "--llm-base-url", s.URL(true))
	if code != exitDone || !strings.Contains(out, "suspicious") || !strings.Contains(out, "language") {
		t.Errorf("code %d, %q, %q", code, out, errs)
	}
}

func TestRerankWithLLM(t *testing.T) {
	s := graderOf(t)
	request := `{"query":"what is a cross-encoder","documents":["a","bb","ccc"],"pipeline":"llm","explain":true}`
	code, out, errs := runCLI(t, request, "rerank", "--model", "none", "--llm-model", "m", "--llm-base-url", s.URL(false))
	if code != exitDone || !strings.Contains(out, `"scored_by":"llm"`) || !strings.Contains(out, `"llm":{"grade":3`) || strings.Contains(out, "cost_usd") {
		t.Errorf("code %d, %q, %q", code, out, errs)
	}
}

// TestLLMFlags: nothing is sent to nowhere, and no error quotes a key.
func TestLLMFlags(t *testing.T) {
	for _, c := range []struct {
		name string
		env  map[string]string
		args []string
		want string
	}{
		{"an empty key", map[string]string{"SPLITRANK_LLM_KEY": ""}, nil, "SPLITRANK_LLM_KEY is set and empty"},
		{"an empty key file", map[string]string{"SPLITRANK_LLM_KEY_FILE": ""}, nil, "SPLITRANK_LLM_KEY_FILE is set and empty"},
		{"a key file of no name", nil, []string{"--llm-model", "claude-haiku-5-5", "--llm-key-file="}, "--llm-key-file"},
		{"no key", nil, []string{"--llm-model", "claude-haiku-5-5"}, "needs a key"},
		{"no place", nil, []string{"--llm-model", "qwen3", "--llm-api", "openai"}, "needs the URL"},
		{"a place without a model", nil, []string{"--llm-base-url", "http://localhost:1/v1"}, "--llm-base-url"},
		{"no price", map[string]string{"SPLITRANK_LLM_KEY": "topsecret"}, []string{"--llm-model", "qwen3", "--llm-base-url", "http://localhost:1/v1", "--llm-max-cost-per-day", "5"}, "price of model"},
		{"a bound that is none", map[string]string{"SPLITRANK_LLM_KEY": "topsecret"}, []string{"--llm-model", "claude-haiku-5-5", "--llm-max-cost-per-day", "NaN"}, "bounds of the llm's cost"},
		{"a bound below 0", map[string]string{"SPLITRANK_LLM_KEY": "topsecret"}, []string{"--llm-model", "claude-haiku-5-5", "--llm-max-cost-per-request=-2"}, "bounds of the llm's cost"},
		{"a price list that is none", map[string]string{"SPLITRANK_LLM_KEY": "topsecret"}, []string{"--llm-model", "claude-haiku-5-5", "--llm-prices", "llm_test.go"}, "--llm-prices"},
		{"trust", map[string]string{"SPLITRANK_LLM_KEY": "topsecret"}, []string{"--llm-model", "claude-haiku-5-5", "--llm-trust", "2"}, "--llm-trust"},
		{"too many", map[string]string{"SPLITRANK_LLM_KEY": "topsecret"}, []string{"--llm-model", "claude-haiku-5-5", "--llm-top", "21"}, "top_n"},
		{"a key that nobody reads", map[string]string{"SPLITRANK_LLM_KEYS": "topsecret"}, nil, "SPLITRANK_LLM_KEYS is set and nothing reads it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for k, v := range c.env {
				t.Setenv(k, v)
			}
			code, _, errs := runCLI(t, "", append([]string{"serve", "--addr", "127.0.0.1:0", "--model", "none"}, c.args...)...)
			if code != exitUsage || !strings.Contains(errs, c.want) || strings.Contains(errs, "topsecret") {
				t.Errorf("code %d, %q, want %q", code, errs, c.want)
			}
		})
	}
}

// TestServeLLMMetrics: a server shows what the llm did, its examination included.
func TestServeLLMMetrics(t *testing.T) {
	s := graderOf(t)
	url, end := serving(t, "--model", "none", "--llm-model", "claude-haiku-5-5", "--llm-base-url", s.URL(true))
	if status, body := ask(t, url+"/rerank", `{"query":"what is a cross-encoder","documents":["a","bb","ccc"],"pipeline":"llm"}`); status != 200 {
		t.Fatalf("status %d: %s", status, body)
	}
	w, err := http.Get(url + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Body.Close()
	body, err := io.ReadAll(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`splitrank_llm_calls_total{model="claude-haiku-5-5",outcome="ok"} 5`, `splitrank_llm_requests_total{model="claude-haiku-5-5",outcome="graded"} 1`,
		`splitrank_llm_trust{model="claude-haiku-5-5"} 1`, `splitrank_llm_day_limit_dollars{model="claude-haiku-5-5"} 10`,
	} {
		if !strings.Contains(string(body), want+"\n") {
			t.Errorf("no %s in\n%s", want, body)
		}
	}
	if code, log := end(); code != exitDone {
		t.Errorf("code %d\n%s", code, log)
	}
}
