package cli

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/splitrank/splitrank/server/internal/ort"
	"github.com/splitrank/splitrank/server/internal/ort/orttest"
)

// reply is what these tests read of an answer.
type reply struct {
	Results []struct {
		Index     int
		Logit     *float64
		ScoredBy  string `json:"scored_by"`
		Truncated bool
	}
	Model    string
	Degraded bool
	Reason   string
	Usage    struct{ Scored, Cached, Known, Read, Tokens int }
	Error    struct{ Code, Message string }
}

func decode(t *testing.T, body string) (a reply) {
	t.Helper()
	if err := json.Unmarshal([]byte(body), &a); err != nil {
		t.Fatalf("%v: %.300s", err, body)
	}
	return a
}

// body of a request with more fields.
func body(more string) string {
	return `{"query":"how do plants make food","documents":["the shop closes at six","plants make sugar","light"]` + more + `}`
}

// TestServeModels: a request chooses among the loaded models.
func TestServeModels(t *testing.T) {
	orttest.Library(t)
	one, two := orttest.Model{Seed: 1}.Folder(t, "one"), orttest.Model{Seed: 2}.Folder(t, "two")
	url, end := serving(t, "--model", one, "--model", two, "--threads", "1")
	tests := []struct {
		name   string
		more   string
		status int
		model  string
		code   string
	}{
		{"default", "", 200, "one", ""},
		{"cross-encoder", `,"pipeline":"cross-encoder","cache":false`, 200, "one", ""},
		{"by name", `,"model":"two"`, 200, "two", ""},
		{"heuristic", `,"pipeline":"heuristic"`, 200, "none", ""},
		{"heuristic, a model by name", `,"pipeline":"heuristic","model":"two"`, 200, "none", ""},
		{"unknown", `,"model":"three"`, 404, "", "unknown_model"},
		{"a path is no name", `,"model":"` + one + `"`, 404, "", "unknown_model"},
		{"cascade", `,"pipeline":"cascade","cache":false`, 200, "one", ""},
	}
	logits := map[string]float64{}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			status, text := ask(t, url+"/rerank", body(tt.more))
			a := decode(t, text)
			if status != tt.status || a.Model != tt.model || a.Error.Code != tt.code {
				t.Fatalf("status %d: %s", status, text)
			}
			if tt.model == "one" || tt.model == "two" {
				if a.Usage.Scored != 3 || a.Usage.Tokens != 13+11+9 || a.Results[0].ScoredBy != "cross-encoder" {
					t.Errorf("%s", text)
				}
				logits[tt.model] = *a.Results[0].Logit
			}
		})
	}
	if logits["one"] == logits["two"] {
		t.Errorf("two models give the same logit %v", logits["one"])
	}
	if status, text := ask(t, url+"/rerank/batch", `{"requests":[`+body("")+`,`+body(`,"model":"two"`)+`,`+body(`,"model":"x"`)+`]}`); status != 200 ||
		strings.Count(text, `"model":"one"`) != 1 || strings.Count(text, `"model":"two"`) != 1 || strings.Count(text, "unknown_model") != 1 {
		t.Errorf("batch: status %d: %s", status, text)
	}
	if code, log := end(); code != 0 || strings.Contains(log, "no model is loaded") || !strings.Contains(log, "name=one") || !strings.Contains(log, "name=two") {
		t.Errorf("code %d, log:\n%s", code, log)
	}
}

// TestServeModelsEnvironment: SPLITRANK_MODEL names them as well.
func TestServeModelsEnvironment(t *testing.T) {
	orttest.Library(t)
	t.Setenv("SPLITRANK_MODEL", orttest.Model{}.Folder(t, "one")+","+orttest.Model{}.Folder(t, "two"))
	url, end := serving(t)
	if _, text := ask(t, url+"/rerank", body(`,"model":"two"`)); decode(t, text).Model != "two" {
		t.Errorf("%s", text)
	}
	end()
}

// TestServeBadInput: each is one HTTP error or a whole answer, and the server lives on.
func TestServeBadInput(t *testing.T) {
	orttest.Library(t)
	dir := orttest.Model{NaN: true}.Folder(t, "tiny")
	long := `{"query":"water","documents":["` + strings.Repeat("light sugar ", 10<<20/12) + `"]}`
	many := `{"query":"water","documents":[` + strings.Repeat(`"light",`, 99_999) + `"light"],"pipeline":"cross-encoder","cache":false}`
	wide := []string{"--max-body-bytes", "20000000", "--max-text-bytes", "20000000", "--max-total-bytes", "20000000", "--max-documents", "100000",
		"--request-timeout", "5m", "--read-timeout", "5m", "--write-timeout", "10m"} // the race detector is slow
	tests := []struct {
		name   string
		flags  []string
		body   string
		status int
		code   string
		check  func(a reply) bool
	}{
		{"10 MB of text", nil, long, 413, "body_too_large", nil},
		{"10 MB of text, allowed", wide, long, 200, "", func(a reply) bool { return a.Results[0].Truncated && a.Usage.Tokens == 64 }},
		{"100,000 documents", nil, many, 413, "too_many_documents", nil},
		{"100,000 documents, allowed", wide, many, 200, "", func(a reply) bool { return a.Usage.Scored == 100_000 }},
		{"100,000 documents, more than the queue holds", append([]string{"--queue-tokens", "1000"}, wide...), many, 413, "documents_too_large", nil},
		{"a query longer than the model reads", nil, `{"query":"` + strings.Repeat("water ", 70) + `","documents":["light"]}`, 413, "too_long", nil},
		{"no number", nil, `{"query":"water","documents":["bad"]}`, 200, "", func(a reply) bool { return a.Degraded && a.Reason == "model" }},
		{"no number, strict", nil, `{"query":"water","documents":["bad"],"strict":true}`, 500, "internal", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			url, end := serving(t, append([]string{"--model", dir}, tt.flags...)...)
			defer end()
			status, text := ask(t, url+"/rerank", tt.body)
			a := decode(t, text)
			if status != tt.status || a.Error.Code != tt.code || tt.check != nil && !tt.check(a) {
				t.Errorf("status %d: %.300s", status, text)
			}
			if status, text := ask(t, url+"/rerank", `{"query":"water","documents":["light"]}`); status != 200 || decode(t, text).Model != "tiny" {
				t.Errorf("afterwards: status %d: %s", status, text)
			}
		})
	}
}

// TestModelsRefused: a model that cannot be served is one clear line and no server.
func TestModelsRefused(t *testing.T) {
	orttest.Library(t)
	with := func(m orttest.Model, name, content string) string {
		dir := m.Folder(t, "tiny")
		orttest.Write(t, dir, name, []byte(content))
		return dir
	}
	without := func(name string) string {
		dir := orttest.Model{}.Folder(t, "tiny")
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	whole := orttest.Model{}.Folder(t, "tiny")
	tests := []struct {
		name   string
		models []string
		want   string
	}{
		{"corrupt graph", []string{with(orttest.Model{}, "onnx/model.onnx", "no graph")}, "reading model.onnx: "},
		{"fewer words than the tokenizer has", []string{orttest.Model{Vocabulary: 20}.Folder(t, "tiny")}, "the model knows 20"},
		{"fewer positions than it claims", []string{orttest.Model{Positions: 16, Claims: 64}.Folder(t, "tiny")}, "trying the model: "},
		{"no room for a pair", []string{orttest.Model{Positions: 4}.Folder(t, "tiny")}, "leave no room"},
		{"no tokenizer", []string{without("tokenizer.json")}, "tokenizer.json"},
		{"no configuration", []string{without("config.json")}, "config.json"},
		{"no graph", []string{without("onnx/model.onnx")}, "not on this machine"},
		{"not there", []string{filepath.Join(t.TempDir(), "nowhere")}, "unknown model"},
		{"not pulled", []string{"ms-marco-MiniLM-L6-v2"}, "splitrank models pull ms-marco-MiniLM-L6-v2"},
		{"the second", []string{whole, without("config.json")}, "config.json"},
		{"one name for two", []string{whole, orttest.Model{}.Folder(t, "tiny")}, `two models are called "tiny"`},
		{"none and one", []string{"none", whole}, "--model none goes with no other model"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("HF_HUB_CACHE", t.TempDir())
			args := []string{"serve", "--addr", "127.0.0.1:0"}
			for _, m := range tt.models {
				args = append(args, "--model", m)
			}
			code, _, stderr := command(t, "", args...)
			if code != exitFailure || !strings.Contains(stderr, tt.want) || strings.Count(stderr, "\n") != 1 {
				t.Errorf("code %d: %s", code, stderr)
			}
		})
	}
}

// TestModelScripts: the folder tiny holds a model.
func TestModelScripts(t *testing.T) {
	orttest.Library(t)
	library, err := ort.FindLibrary(os.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "crossencoder"), RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("SPLITRANK_ORT_LIB", library)
			env.Setenv("MODEL", orttest.Model{Positions: 512}.Folder(t, "tiny"))
			return nil
		},
	})
}

// command runs a command line to its end.
func command(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs strings.Builder
	code = Run(args, &Env{Ctx: t.Context(), Stdin: strings.NewReader(stdin), Stdout: io.Writer(&out), Stderr: &errs})
	return code, out.String(), errs.String()
}

func TestRerankModel(t *testing.T) {
	orttest.Library(t)
	dir := orttest.Model{NaN: true}.Folder(t, "tiny")
	code, stdout, stderr := command(t, body("")+"\n"+body(`,"model":"tiny","top_k":1`)+"\n", "rerank", "--model", dir, "--pipeline", "cross-encoder")
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	if code != 0 || stderr != "" || len(lines) != 2 {
		t.Fatalf("code %d: %s%s", code, stdout, stderr)
	}
	first, second := decode(t, lines[0]), decode(t, lines[1])
	if first.Model != "tiny" || len(first.Results) != 3 || len(second.Results) != 1 || *first.Results[0].Logit != *second.Results[0].Logit {
		t.Errorf("%s", stdout)
	}
	code, stdout, stderr = command(t, `{"query":"water","documents":["bad"]}`, "rerank", "--model", dir)
	if code != 0 || !decode(t, stdout).Degraded || !strings.HasPrefix(stderr, "splitrank: warning: ") || strings.Count(stderr, "\n") != 1 {
		t.Errorf("code %d: %s%s", code, stdout, stderr)
	}
	code, _, stderr = command(t, body(`,"model":"other"`), "rerank", "--model", dir)
	if code != exitFailure || stderr != "splitrank: model \"other\" is not loaded\n" {
		t.Errorf("code %d: %s", code, stderr)
	}
}

// TestEvalModel: a second run with the same scores asks no model and gives the
// same figures; another model shares the file and none of the scores.
func TestEvalModel(t *testing.T) {
	orttest.Library(t)
	dir, scores := orttest.Model{Positions: 512}.Folder(t, "tiny"), filepath.Join(t.TempDir(), "scores.jsonl")
	measure := func(dir string) (map[string]any, float64) {
		stdout, _, err := runEval(t, t.Context(), "--data", sample, "--limit", "5", "--depth", "20", "--json", "-",
			"--model", dir, "--pipelines", "first-stage,heuristic,cross-encoder", "--scores", scores)
		if err != nil {
			t.Fatal(err)
		}
		r := object(t, []byte(stdout))
		p := r["pipelines"].([]any)[2].(map[string]any)
		if r["model"] != filepath.Base(dir) || p["name"] != "cross-encoder" {
			t.Errorf("model %v, pipeline %v", r["model"], p["name"])
		}
		return p["metrics"].(map[string]any), p["scored_per_query"].(float64)
	}
	first, scored := measure(dir)
	kept := linesOf(t, scores)
	again, asked := measure(dir)
	if scored == 0 || asked != scored || kept != int(5*scored) || linesOf(t, scores) != kept {
		t.Errorf("%v pairs a query are scored, then %v; %d scores are kept, then %d", scored, asked, kept, linesOf(t, scores))
	}
	for name, value := range first {
		if again[name] != value {
			t.Errorf("%s is %v from the model, %v from the file", name, value, again[name])
		}
	}
	if measure(orttest.Model{Positions: 512, Seed: 9}.Folder(t, "other")); linesOf(t, scores) != 2*kept {
		t.Errorf("%d scores of two models, one has %d", linesOf(t, scores), kept)
	}
	if measure(dir); linesOf(t, scores) != 2*kept {
		t.Error("the first model was asked again")
	}
}
