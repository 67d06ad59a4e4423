package cli

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/splitrank/splitrank/server/internal/llm/llmtest"
)

// batchesOf an endpoint that labels as graderOf does.
func batchesOf(t *testing.T, b *llmtest.Batches) *llmtest.Batches {
	t.Helper()
	b.Server = &llmtest.Server{Grade: func(_ string, d llmtest.Document) int { return len(d.Text) % 4 }}
	b.Start()
	t.Cleanup(b.Close)
	return b
}

// judging in batches, six queries of five passages.
func judging(b *llmtest.Batches, path string, more ...string) []string {
	return append([]string{"judge", "--data", sampleData, "--out", path, "--llm-model", "claude-haiku-5-5", "--llm-base-url", b.URL(),
		"--limit", "6", "--depth", "5", "--batches", "--batch-poll", "1ms", "--yes"}, more...)
}

// lines of judgements in a file.
func judgements(t *testing.T, path string) (lines []string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines = strings.Split(strings.TrimSpace(string(data)), "\n")[1:]
	slices.Sort(lines)
	return lines
}

const batchedPairs = 30

// TestJudgeInBatches: labels are those of single calls, for half of the money.
func TestJudgeInBatches(t *testing.T) {
	dir := t.TempDir()
	single, batched := filepath.Join(dir, "single"), filepath.Join(dir, "batched")
	one := graderOf(t)
	if code, _, errs := runCLI(t, "", "judge", "--data", sampleData, "--out", single, "--llm-model", "claude-haiku-5-5", "--llm-base-url", one.URL(true), "--limit", "6", "--depth", "5", "--yes"); code != exitDone {
		t.Fatal(errs)
	}
	b := batchesOf(t, &llmtest.Batches{Polls: 3})
	code, out, errs := runCLI(t, "", judging(b, batched)...)
	if code != exitDone || !strings.Contains(out, "kappa") || !strings.Contains(errs, "the batches cost $") {
		t.Fatalf("code %d, %q, %q", code, out, errs)
	}
	if got, want := judgements(t, batched), judgements(t, single); !slices.Equal(got, want) || len(got) != batchedPairs {
		t.Errorf("%d judgements, want the %d of single calls", len(got), len(want))
	}
	if !slices.Equal(b.Made(), []int{batchedPairs}) {
		t.Errorf("batches of %v", b.Made())
	}
	if _, err := os.Stat(batched + ".batches"); err == nil {
		t.Error("the file of batches that are out is left")
	}
	_, _, full := runCLI(t, "", "judge", "--data", sampleData, "--out", filepath.Join(dir, "x"), "--llm-model", "claude-haiku-5-5", "--llm-base-url", one.URL(true), "--limit", "6", "--depth", "5")
	_, _, half := runCLI(t, "", slices.DeleteFunc(judging(b, filepath.Join(dir, "y")), func(s string) bool { return s == "--yes" })...)
	if a, b := estimated(t, full), estimated(t, half); b > a*0.55 || b < a*0.45 {
		t.Errorf("estimates $%g and $%g in batches", a, b)
	}
}

// estimated dollars in what confirm says.
func estimated(t *testing.T, said string) (dollars float64) {
	t.Helper()
	_, rest, _ := strings.Cut(said, "about $")
	if _, err := fmt.Sscan(rest, &dollars); err != nil {
		t.Fatalf("%v in %q", err, said)
	}
	return dollars
}

// TestBatchFailures: whatever comes of a batch, what is well formed is kept, the rest is
// counted and asked for again by the same command, and nothing is paid for twice.
func TestBatchFailures(t *testing.T) {
	failed := func(kind string) func([]string) []string {
		return func(lines []string) []string {
			for i := range 4 {
				name := lines[i][:strings.Index(lines[i], `,"result"`)]
				lines[i] = name + `,"result":{"type":"` + kind + `","error":{"type":"error","error":{"type":"api_error","message":"secret"}}}}`
			}
			return lines
		}
	}
	for _, tt := range []struct {
		name    string
		results func([]string) []string
		missing int
	}{
		{"expired", failed("expired"), 4}, {"canceled", failed("canceled"), 4}, {"errored", failed("errored"), 4}, {"of a kind to come", failed("paused"), 4},
		{"reordered", func(l []string) []string { slices.Reverse(l); return l }, 0},
		{"partial", func(l []string) []string { return l[:20] }, 10},
		{"none", func([]string) []string { return nil }, batchedPairs},
		{"foreign names", func(l []string) []string {
			return append(l[2:], llmtest.Succeeded("somebody-elses", "{}"), llmtest.Succeeded("", "{}"), llmtest.Succeeded("../../x", "{}"))
		}, 2},
		{"no JSON", func(l []string) []string { l[0], l[1] = "garbage", "{"; return l }, 2},
		{"twice the same", func(l []string) []string { return append(l, l[3], l[4]) }, 0},
		{"twice, and another", func(l []string) []string { return append(l, relabelled(l[3])) }, 1},
		{"a label too high", func(l []string) []string {
			l[5] = strings.NewReplacer(`:0}"`, `:9}"`, `:1}"`, `:9}"`, `:2}"`, `:9}"`, `:3}"`, `:9}"`).Replace(l[5])
			return l
		}, 1},
		{"one a hundred times too large", func(l []string) []string {
			l[0] = l[0][:len(l[0])-2] + strings.Repeat(" ", 100*64<<10) + "}}"
			return l
		}, 1},
		{"a hundred times as many", func(l []string) []string { return slices.Repeat(append(l, llmtest.Succeeded("other", "{}")), 100) }, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var first atomic.Bool
			first.Store(true)
			b := batchesOf(t, &llmtest.Batches{Results: func(l []string) []string {
				if first.Load() {
					return tt.results(l)
				}
				return l
			}})
			path := filepath.Join(t.TempDir(), "qrels.tsv")
			code, out, errs := runCLI(t, "", judging(b, path)...)
			if n := len(judgements(t, path)); n != batchedPairs-tt.missing {
				t.Errorf("%d judgements, want %d; %q", n, batchedPairs-tt.missing, errs)
			}
			if strings.Contains(out+errs, "secret") {
				t.Error("it quotes the endpoint")
			}
			if (code == exitDone) != (tt.missing == 0) && tt.name != "a hundred times as many" {
				t.Errorf("code %d, %q", code, errs)
			}
			first.Store(false)
			if code, _, errs := runCLI(t, "", judging(b, path)...); code != exitDone || len(judgements(t, path)) != batchedPairs {
				t.Errorf("the same command: code %d, %q, %d judgements", code, errs, len(judgements(t, path)))
			}
			want := []int{batchedPairs}
			if tt.missing > 0 {
				want = append(want, tt.missing)
			}
			if !slices.Equal(b.Made(), want) {
				t.Errorf("batches of %v, want %v", b.Made(), want)
			}
		})
	}
}

// relabelled is a result whose label is another.
func relabelled(line string) string {
	return strings.NewReplacer(`:0}"`, `:1}"`, `:1}"`, `:2}"`, `:2}"`, `:3}"`, `:3}"`, `:0}"`).Replace(line)
}

// TestBatchResume: an interrupted run leaves word of what is out, and the same command
// goes on without giving it in again.
func TestBatchResume(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	var out atomic.Bool
	b := batchesOf(t, &llmtest.Batches{Misbehave: func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodGet && !out.Load() {
			interrupt()
		}
		return false
	}, Polls: 1000})
	path := filepath.Join(t.TempDir(), "qrels.tsv")
	var errs strings.Builder
	if code := Run(judging(b, path), &Env{Ctx: ctx, Stdin: strings.NewReader(""), Stdout: &errs, Stderr: &errs}); code == exitDone {
		t.Errorf("interrupted: %q", errs.String())
	}
	if data, err := os.ReadFile(path + ".batches"); err != nil || !strings.Contains(string(data), "msgbatch_1") {
		t.Fatalf("%s, %v", data, err)
	}
	out.Store(true)
	if code, _, errs := runCLI(t, "", judging(b, path, "--llm-model", "claude-sonnet-5-5")...); code == exitDone || !strings.Contains(errs, "claude-haiku-5-5") {
		t.Errorf("another model: %q", errs)
	}
	code, _, said := runCLI(t, "", judging(b, path)...)
	if code != exitDone || !strings.Contains(said, "going on with 1 batches") || len(judgements(t, path)) != batchedPairs || len(b.Made()) != 1 {
		t.Errorf("code %d, %q, %d judgements, batches %v", code, said, len(judgements(t, path)), b.Made())
	}
}

// TestBatchRefusals: what cannot be given in, or is not known any more, is said.
func TestBatchRefusals(t *testing.T) {
	status := func(method string, code int) func(w http.ResponseWriter, r *http.Request) bool {
		return func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method != method {
				return false
			}
			w.WriteHeader(code)
			return true
		}
	}
	for _, tt := range []struct {
		name      string
		misbehave func(w http.ResponseWriter, r *http.Request) bool
		more      []string
		want      string
		out       bool // whether a batch is out afterwards
	}{
		{"creating fails", status("POST", 500), nil, "giving in a batch", false},
		{"no credit", status("POST", 402), nil, "refused the key", false},
		{"an id that is none", func(w http.ResponseWriter, r *http.Request) bool {
			_, _ = w.Write([]byte(`{"id":"../../x"}`))
			return true
		}, nil, "giving in a batch", false},
		{"polling fails for long", status("GET", 500), nil, "the same command goes on", true},
		{"forgotten", status("GET", 404), nil, "nobody knows batch", false},
		{"too dear", nil, []string{"--llm-max-cost-per-day", "0.0001"}, "--llm-max-cost-per-day", false},
		{"an endpoint without batches", nil, []string{"--llm-api", "openai"}, "giving in a batch", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := batchesOf(t, &llmtest.Batches{Misbehave: tt.misbehave})
			path := filepath.Join(t.TempDir(), "qrels.tsv")
			code, _, errs := runCLI(t, "", judging(b, path, tt.more...)...)
			if code != exitFailure || !strings.Contains(errs, tt.want) {
				t.Errorf("code %d, %q, want %q", code, errs, tt.want)
			}
			if _, err := os.Stat(path + ".batches"); (err == nil) != tt.out {
				t.Errorf("a file of batches that are out: %v", err)
			}
		})
	}
}
