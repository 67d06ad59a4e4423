package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// measuring skips what only tells something on a quiet machine.
func measuring(t *testing.T) {
	t.Helper()
	if os.Getenv("SPLITRANK_MEASURE") == "" {
		t.Skip("SPLITRANK_MEASURE is not set: it measures, on a quiet machine")
	}
}

// send is a POST without the test's own failing, which must stay in its goroutine.
func send(client *http.Client, url, body string) (status int, answer []byte, err error) {
	w, err := client.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	defer w.Body.Close()
	answer, err = io.ReadAll(w.Body)
	return w.StatusCode, answer, err
}

// TestLogJoinsLoseNothing: 1,000 events a second for a minute, one in each request, and
// 250 answers a second beside them: what the analysis joins is what was sent.
func TestLogJoinsLoseNothing(t *testing.T) {
	measuring(t)
	const seconds, perSecond, each = 60, 250, 4
	dir := t.TempDir()
	file, log := filepath.Join(dir, "experiments.json"), filepath.Join(dir, "log")
	if err := os.WriteFile(file, []byte(splitExperiment), 0o600); err != nil {
		t.Fatal(err)
	}
	url, end := serving(t, "--query-log", log, "--experiments", file, "--events-per-second", "0", "--query-log-mib", "5")
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	var documents []string
	for i := range each {
		documents = append(documents, fmt.Sprintf(`{"id":"d%d","text":"bread and cheese %d"}`, i, i))
	}
	var sent, failed atomic.Int64
	var group sync.WaitGroup
	visit := func(n int) {
		_, body, err := send(client, url+"/rerank", fmt.Sprintf(`{"query":"bread","client_id":"v%d","documents":[%s]}`, n, strings.Join(documents, ",")))
		var answer struct {
			QueryID string `json:"query_id"`
		}
		if err != nil || json.Unmarshal(body, &answer) != nil || answer.QueryID == "" {
			failed.Add(1)
			return
		}
		for i := range each {
			status, _, err := send(client, url+"/events", fmt.Sprintf(`[{"action_name":"click","query_id":%q,"event_attributes":{"object":{"object_id":"d%d"}}}]`, answer.QueryID, i))
			if err != nil || status != http.StatusAccepted {
				failed.Add(1)
				continue
			}
			sent.Add(1)
		}
	}
	began := time.Now()
	ticks := time.NewTicker(time.Second / perSecond)
	defer ticks.Stop()
	for n := range seconds * perSecond {
		<-ticks.C
		group.Go(func() { visit(n) })
	}
	group.Wait()
	took := time.Since(began)
	if code, served := end(); code != 0 {
		t.Fatalf("code %d: %s", code, served)
	}
	code, stdout, stderr := run(t, "experiment", "analyse", "--max-clicks", "0", "--json", "-", log)
	var found analysed
	if err := json.Unmarshal([]byte(stdout), &found); err != nil || code != 0 {
		t.Fatalf("%v, code %d: %s", err, code, stderr)
	}
	t.Logf("%d events in %s (%.0f a second), %d failed; joined %+v, %d impressions", sent.Load(), took.Round(time.Millisecond), float64(sent.Load())/took.Seconds(), failed.Load(), found.Events, found.Experiments[0].Impressions)
	if failed.Load() > 0 || found.Events.Joined != int(sent.Load()) || found.Events.Unmatched > 0 || found.Experiments[0].Impressions != seconds*perSecond {
		t.Errorf("%d sent, %d failed, %+v, %d impressions", sent.Load(), failed.Load(), found.Events, found.Experiments[0].Impressions)
	}
}

// TestAddedLatency of the log and a split, against a server without: both are asked in
// turn, the first one changing, so that whatever else the machine does meets both. The
// passages are known to the model after the first request.
func TestAddedLatency(t *testing.T) {
	measuring(t)
	dir := t.TempDir()
	for _, tt := range []struct {
		name, model, pipeline string // both arms do the same, so that the log and the split alone differ
		rounds                int
	}{{"heuristics", noModel, "heuristic", 4000}, {"built-in model", "splitrank-mini", "cascade", 600}} {
		t.Run(tt.name, func(t *testing.T) {
			file := filepath.Join(dir, tt.name+".json")
			if err := os.WriteFile(file, []byte(strings.Replace(splitExperiment, `"pipeline":"heuristic"`, `"pipeline":"`+tt.pipeline+`"`, 1)), 0o600); err != nil {
				t.Fatal(err)
			}
			t.Setenv("SPLITRANK_MODEL", tt.model)
			plain, endPlain := serving(t, "--vectors", "memory", "--model", tt.model)
			logged, endLogged := serving(t, "--vectors", "memory", "--model", tt.model, "--query-log", filepath.Join(dir, tt.model), "--experiments", file)
			defer endPlain()
			defer endLogged()
			var documents bytes.Buffer
			for i := range 100 {
				text := fmt.Sprintf("Passage %d is about how long dough of kind %d rests before it is baked, and about what the oven does to it then. ", i, i%7)
				fmt.Fprintf(&documents, `,{"id":"passage-%d","text":%q}`, i, strings.Repeat(text, 6)[:600])
			}
			body := `{"query":"how long does dough rest","client_id":"v","documents":[` + documents.String()[1:] + `]}`
			var times [2][]float64
			for round := range tt.rounds {
				for turn := range 2 {
					which := (round + turn) % 2
					start := time.Now()
					status, _, err := send(http.DefaultClient, []string{plain, logged}[which]+"/rerank", body)
					if err != nil || status != 200 {
						t.Fatal(status, err)
					}
					times[which] = append(times[which], float64(time.Since(start).Microseconds())/1000)
				}
			}
			for i := range times {
				slices.Sort(times[i])
			}
			median := func(i int) float64 { return times[i][len(times[i])/2] }
			t.Logf("p50 %.3f ms without, %.3f ms with: %+.2f %% (%d requests each)", median(0), median(1), 100*(median(1)/median(0)-1), tt.rounds)
		})
	}
}
