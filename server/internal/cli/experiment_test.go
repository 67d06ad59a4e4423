package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/server/internal/experiment"
)

const splitExperiment = `{"experiments":[{"name":"heuristics","mode":"split","arms":[{"name":"old"},{"name":"new","pipeline":"heuristic"}]}]}`

// run a command, and return what it says.
func run(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = Run(args, &Env{Ctx: t.Context(), Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs})
	return code, out.String(), errs.String()
}

// TestExperiment from the first request to the verdict: 300 visitors, of whom those
// with the second arm click more often. What is sent twice counts once.
func TestExperiment(t *testing.T) {
	dir := t.TempDir()
	file, log := filepath.Join(dir, "experiments.json"), filepath.Join(dir, "log")
	if err := os.WriteFile(file, []byte(splitExperiment), 0o600); err != nil {
		t.Fatal(err)
	}
	url, end := serving(t, "--query-log", log, "--experiments", file, "--events-per-second", "0")
	list, err := experiment.Parse([]byte(splitExperiment))
	if err != nil {
		t.Fatal(err)
	}
	const visitors = 300
	clicks := 0
	for i := range visitors {
		client := fmt.Sprint("visitor-", i)
		status, body := ask(t, url+"/rerank", `{"query":"a secret question","documents":[{"id":"a","text":"bread"},"cheese"],"client_id":"`+client+`"}`)
		var answer struct {
			QueryID string `json:"query_id"`
		}
		if err := json.Unmarshal([]byte(body), &answer); err != nil || status != 200 || answer.QueryID == "" {
			t.Fatalf("status %d: %s", status, body)
		}
		if arm := list[0].ArmOf(client); i%10 >= 3+6*(1-arm) {
			clicks++
			event := fmt.Sprintf(`{"action_name":"click","query_id":%q,"event_attributes":{"object":{"object_id":"1"}}}`, answer.QueryID)
			if status, body := ask(t, url+"/events", "["+event+","+event+"]"); status != http.StatusAccepted || !strings.HasPrefix(body, `{"accepted":2,`) {
				t.Fatalf("status %d: %s", status, body)
			}
		}
	}
	if _, body := ask(t, url+"/events", `{"action_name":"click","query_id":"made-up"}`); !strings.HasPrefix(body, `{"accepted":0,"unknown":1,`) {
		t.Error(body)
	}
	if code, served := end(); code != 0 || !strings.Contains(served, "signed with a random key") {
		t.Errorf("code %d:\n%s", code, served)
	}
	code, stdout, stderr := run(t, "experiment", "analyse", "--json", "-", "--html", filepath.Join(dir, "report.html"), log)
	if code != 0 {
		t.Fatalf("code %d: %s", code, stderr)
	}
	var found analysed
	if err := json.Unmarshal([]byte(stdout), &found); err != nil {
		t.Fatal(err)
	}
	a := found.Experiments[0]
	if a.Impressions != visitors || found.Events.Counted != clicks || found.Events.Repeated != clicks || found.BadLines > 0 {
		t.Errorf("%d impressions, %+v of %d clicks", a.Impressions, found.Events, clicks)
	}
	if a.Verdict.Decision != experiment.SecondWins {
		t.Errorf("%+v", a.Verdict)
	}
	page, err := os.ReadFile(filepath.Join(dir, "report.html"))
	if err != nil || !bytes.Contains(page, []byte("new is better")) || bytes.Contains(page, []byte("http")) {
		t.Errorf("the page, error %v:\n%s", err, page)
	}
	queries, err := os.ReadFile(filepath.Join(log, "ubi_queries.jsonl"))
	if err != nil || bytes.Contains(queries, []byte("secret")) || bytes.Contains(queries, []byte("cheese")) {
		t.Errorf("the log has a text, error %v", err)
	}
}

// TestServeRefusesExperiments that could not be measured.
func TestServeRefusesExperiments(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := write("good.json", splitExperiment)
	for _, tt := range []struct {
		name string
		args []string
		want string
	}{
		{"no log", []string{"--experiments", good}, "--experiments needs --query-log"},
		{"a short key", []string{"--query-log", dir, "--query-id-key", "short"}, "has 5 bytes: want 16"},
		{"a log that is a file", []string{"--query-log", good}, "opening the query log"},
		{"no file", []string{"--query-log", dir, "--experiments", dir + "/none.json"}, "reading --experiments"},
		{"a wrong file", []string{"--query-log", dir, "--experiments", write("wrong.json", `{"experiments":[{"name":"x","mode":"split","arms":[{}]}]}`)}, "experiments[0].arms are 1: want 2"},
		{"a model that is not loaded", []string{"--query-log", dir, "--experiments", write("model.json", strings.Replace(splitExperiment, `"pipeline":"heuristic"`, `"model":"m"`, 1))}, `trying arm "new" (arms[1]) of experiment "heuristics"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code, _, stderr := run(t, append([]string{"serve", "--addr", "127.0.0.1:0"}, tt.args...)...)
			if code == 0 || !strings.Contains(stderr, tt.want) {
				t.Errorf("code %d: %s", code, stderr)
			}
		})
	}
}

// TestSimulateWritesTheJSONThatOthersRead: names are a contract.
func TestSimulateWritesTheJSONThatOthersRead(t *testing.T) {
	code, stdout, stderr := run(t, "experiment", "simulate", "--runs", "5", "--max-n", "300", "--p", "0.8", "--json", "-")
	var got struct {
		Null struct {
			Runs        int `json:"runs"`
			FalseAlarms int `json:"false_alarms"`
		} `json:"null"`
		Effect struct {
			P       float64 `json:"p"`
			Runs    int     `json:"runs"`
			Found   int     `json:"found"`
			MedianN int     `json:"median_n"`
		} `json:"effect"`
	}
	d := json.NewDecoder(strings.NewReader(stdout))
	d.DisallowUnknownFields()
	if err := d.Decode(&got); err != nil || code != 0 {
		t.Fatalf("code %d, %v: %s%s", code, err, stdout, stderr)
	}
	code, stdout, stderr = run(t, "experiment", "simulate", "--runs", "2", "--max-n", "200", "--data", sample)
	if code != 0 || !strings.Contains(stdout, "heuristic against first-stage on ") {
		t.Errorf("code %d: %s%s", code, stdout, stderr)
	}
	if got.Null.Runs != 5 || got.Effect.P != 0.8 || got.Effect.Found != 5 || got.Effect.MedianN == 0 {
		t.Errorf("%+v", got)
	}
}
