package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/splitrank/splitrank/server/internal/ort"
	"github.com/splitrank/splitrank/server/internal/ort/orttest"
	"github.com/splitrank/splitrank/server/model"
)

// byDefault has commands load the built-in model.
func byDefault(t *testing.T) {
	t.Helper()
	if model.Builtin() == nil {
		t.Skip("no model is inside: it takes cgo and server/model/splitrank-mini/model.onnx")
	}
	t.Setenv("SPLITRANK_MODEL", "")
}

// bilingual is read by the model as a whole.
const bilingual = `{"query":"how long does bread dough rest","documents":["הבצק של הלחם נח במקרר לילה שלם.","The oven is hot.","Bread dough rests overnight."]}`

// asked is another question of the same documents.
func asked(query string) string {
	return strings.Replace(bilingual, "how long does bread dough rest", query, 1)
}

// TestDefaultModel: it answers without a flag, each document as far as it reads.
func TestDefaultModel(t *testing.T) {
	byDefault(t)
	orttest.Library(t)
	url, end := serving(t)
	read := []string{"late-interaction", "late-interaction", "late-interaction"}
	words := []string{"heuristic", "heuristic", "heuristic"}
	tests := []struct {
		name, body string
		model      string
		degraded   bool
		reason     string
		by         []string
		first      []int // documents that may be first; nil = any
	}{
		{"English", body(""), model.Name, false, "", read, nil},
		{"documents of two languages", bilingual, model.Bilingual, false, "", read, []int{2}},
		{"a Hebrew query", asked("כמה זמן נח בצק של לחם?"), model.Bilingual, false, "", read, []int{0}},
		{"a Hebrew query with English words", asked("כמה זמן נח bread dough"), model.Bilingual, false, "", read, []int{0, 2}},
		{"niqqud", asked("כַּמָּה זְמַן נָח הַבָּצֵק"), model.Bilingual, false, "", read, []int{0}},
		{"across", `{"query":"כמה זמן הבצק נח?","documents":["Cats sleep a lot.","The bread dough rests in the fridge overnight."]}`, model.Bilingual, false, "", read[:2], []int{1}},
		{"and back", `{"query":"how long does the dough rest?","documents":["חתולים ישנים הרבה.","בצק הלחם נח במקרר לילה שלם."]}`, model.Bilingual, false, "", read[:2], []int{1}},
		{"names alone", asked("iPhone 15"), model.Bilingual, false, "", read, nil},
		{"numbers alone", asked("42"), model.Bilingual, false, "", read, nil},
		{"emoji alone", asked("🍞"), model.Bilingual, false, "", read, nil},
		{"a Russian query", asked("как долго отдыхает тесто"), "none", true, "language", words, nil},
		{"a Japanese word in an English query", asked("how long does パン dough rest"), "none", true, "language", words, nil},
		{"a Georgian query", asked("პური"), "none", true, "language", words, nil},
		{"a Russian document among English ones", strings.Replace(body(""), "light", "свет", 1), model.Name, false, "language", []string{"late-interaction", "late-interaction", "heuristic"}, nil},
		{"a Russian document", strings.Replace(bilingual, "The oven is hot.", "Печь горячая.", 1), model.Bilingual, false, "language", []string{"late-interaction", "late-interaction", "heuristic"}, nil},
		{"a language that was not trained", asked(`le pain","language":"fr`), "none", true, "language", words, nil},
		{"by name", body(`,"model":"splitrank-small"`), model.Bilingual, false, "", read, nil},
		{"the English one by name", asked(`how long does bread dough rest","model":"splitrank-mini`), model.Name, false, "language", []string{"late-interaction", "late-interaction", "heuristic"}, nil},
		{"the English one by name, in Hebrew", asked(`כמה זמן נח הבצק","model":"splitrank-mini`), "none", true, "language", words, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			status, text := ask(t, url+"/rerank", tt.body)
			a := decode(t, text)
			if status != 200 || a.Model != tt.model || a.Degraded != tt.degraded || a.Reason != tt.reason {
				t.Fatalf("status %d: %s", status, text)
			}
			for i, by := range tt.by {
				if a.Results[i].ScoredBy != by || (a.Results[i].Logit != nil) != (by == "late-interaction") {
					t.Errorf("result %d: %s", i, text)
				}
			}
			if tt.first != nil && !slices.Contains(tt.first, a.Results[0].Index) {
				t.Errorf("first is %d: %s", a.Results[0].Index, text)
			}
		})
	}
	if code, log := end(); code != 0 || strings.Contains(log, "WARN") {
		t.Errorf("code %d, log:\n%s", code, log)
	}
}

// TestDefaultModelKnows: what it has read of documents serves every later question,
// with the same scores as if they were read anew.
func TestDefaultModelKnows(t *testing.T) {
	byDefault(t)
	orttest.Library(t)
	url, end := serving(t)
	other := func(more string) string {
		return strings.Replace(body(more), "how do plants make food", "opening hours", 1)
	}
	answers := map[string]reply{}
	for _, tt := range []struct {
		name, body  string
		known, read int
	}{
		{"first", body(""), 0, 3},
		{"again", body(""), 3, 0},
		{"another question", other(""), 3, 0},
		{"the same, kept out", other(`,"cache":false`), 0, 3},
		{"one that is new", strings.Replace(body(""), `"light"`, `"light is energy"`, 1), 2, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, text := ask(t, url+"/rerank", tt.body)
			a := decode(t, text)
			if u := a.Usage; u.Scored != 3 || u.Cached != 0 || u.Known != tt.known || u.Read != tt.read || (u.Tokens == 0) != (tt.read == 0) {
				t.Errorf("%s", text)
			}
			answers[tt.name] = a
		})
	}
	for now, before := range map[string]string{"again": "first", "the same, kept out": "another question"} {
		if diff := cmp.Diff(answers[before].Results, answers[now].Results); diff != "" {
			t.Errorf("%s (-%s +now)\n%s", now, before, diff)
		}
	}
	end()
}

// TestDefaultModelScripts: without the library everything works by heuristics.
// A process loads it once, so that these need processes of their own.
func TestDefaultModelScripts(t *testing.T) {
	byDefault(t)
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "inside"), RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("SPLITRANK_MODEL", "")
			env.Setenv("SPLITRANK_ORT_LIB", filepath.Join(env.WorkDir, "nothing.so"))
			return nil
		},
	})
}

// TestEvalDefaultModel: it is measured beside the others, and no file of logits stands
// before it.
func TestEvalDefaultModel(t *testing.T) {
	byDefault(t)
	orttest.Library(t)
	args := []string{"eval", "--data", sample, "--limit", "2", "--depth", "3", "--json", "-"}
	code, stdout, stderr := command(t, "", args...)
	if code != 0 || stderr != "" {
		t.Fatalf("code %d: %s", code, stderr)
	}
	report := object(t, []byte(stdout))
	last := report["pipelines"].([]any)[2].(map[string]any)
	if report["model"] != model.Name || last["name"] != "cross-encoder" || last["scored_per_query"].(float64) > 3 {
		t.Errorf("%s", stdout)
	}
	scores := filepath.Join(t.TempDir(), "scores.jsonl")
	for _, args := range [][]string{append(args, "--scores", scores), {"tune", "--data", sample, "--scores", scores, "--out", scores + ".json"}} {
		if code, _, stderr := command(t, "", args...); code == 0 || !strings.Contains(stderr, "splitrank-mini reads documents apart") {
			t.Errorf("%v: code %d: %s", args, code, stderr)
		}
	}
}

// linesOf a file.
func linesOf(t *testing.T, path string) int {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Count(content, []byte("\n"))
}

// TestModelsBuiltin: what the commands about models say of the one inside.
func TestModelsBuiltin(t *testing.T) {
	byDefault(t)
	tests := []struct {
		name string
		args []string
		code int
		want string
	}{
		{"list", []string{"list"}, 0, "inside the program"},
		{"pull", []string{"pull", model.Name}, 0, "nothing to pull"},
		{"verify", []string{"verify", model.Name}, 0, "  model.onnx  sha256:"},
		{"path", []string{"path", model.Name}, exitFailure, "lies in no folder"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, stdout, stderr := command(t, "", append([]string{"models"}, append(tt.args, "--cache-dir", t.TempDir())...)...)
			if code != tt.code || !strings.Contains(stdout+stderr, tt.want) {
				t.Errorf("code %d: %s%s", code, stdout, stderr)
			}
		})
	}
	_, stdout, _ := command(t, "", "models", "list", "--json", "--cache-dir", t.TempDir())
	var list []struct {
		Name    string
		Builtin bool `json:"inside"`
		Bytes   int  `json:"size_bytes"`
	}
	if err := json.Unmarshal([]byte(stdout), &list); err != nil || list[0].Name != model.Name || !list[0].Builtin || list[0].Bytes == 0 {
		t.Errorf("error %v: %.300s", err, stdout)
	}
}

// A service of systemd, or a container, may have no home: the model that is inside
// needs no folder of models, another one does.
func TestDefaultModelWithoutHome(t *testing.T) {
	byDefault(t)
	orttest.Library(t)
	library, err := ort.FindLibrary(os.Getenv) // it is looked for below the home, too
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(ort.EnvLibrary, library)
	for _, name := range []string{"HOME", "XDG_CACHE_HOME", "HF_HOME", "HF_HUB_CACHE", "USERPROFILE", "SPLITRANK_CACHE_DIR"} {
		t.Setenv(name, "")
	}
	options := inferenceFlags{}.options()
	m, err := inferenceFlags{}.loadOne(model.Name, options)
	if err != nil {
		t.Fatal(err)
	}
	if err := (models{m}).close(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := (inferenceFlags{}).loadOne("ms-marco-MiniLM-L6-v2", options); err == nil || !strings.Contains(err.Error(), "finding the model cache") {
		t.Errorf("error %v, want one about the folder of models", err)
	}
}
