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

// openAIBatchesOf an endpoint that labels as graderOf does.
func openAIBatchesOf(t *testing.T, b *llmtest.OpenAIBatches) *llmtest.OpenAIBatches {
	t.Helper()
	b.Server = &llmtest.Server{Grade: func(_ string, d llmtest.Document) int { return len(d.Text) % 4 }}
	b.Start()
	t.Cleanup(b.Close)
	return b
}

// judgingOpenAI in batches, six queries of five passages.
func judgingOpenAI(b *llmtest.OpenAIBatches, path string, more ...string) []string {
	return append([]string{"judge", "--data", sampleData, "--out", path, "--llm-model", "qwen3", "--llm-base-url", b.URL(),
		"--limit", "6", "--depth", "5", "--batches", "--batch-poll", "1ms", "--yes"}, more...)
}

// pricesWith a share for batches, "" = none.
func pricesWith(t *testing.T, share string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "prices.json")
	if err := os.WriteFile(path, []byte(`{"of":"2026-10-07","models":{"qwen3":{"input":100,"output":100`+share+`}}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestJudgeInOpenAIBatches: labels are those of single calls, and what they cost is said
// by the share that the price list has for batches.
func TestJudgeInOpenAIBatches(t *testing.T) {
	dir := t.TempDir()
	single, batched := filepath.Join(dir, "single"), filepath.Join(dir, "batched")
	one := graderOf(t)
	if code, _, errs := runCLI(t, "", "judge", "--data", sampleData, "--out", single, "--llm-model", "qwen3", "--llm-base-url", one.URL(false), "--limit", "6", "--depth", "5", "--yes"); code != exitDone {
		t.Fatal(errs)
	}
	b := openAIBatchesOf(t, &llmtest.OpenAIBatches{Polls: 3})
	code, out, errs := runCLI(t, "", judgingOpenAI(b, batched)...)
	if code != exitDone || !strings.Contains(out, "kappa") || !strings.Contains(errs, "at an unknown price") || strings.Contains(errs, "the batches cost") {
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
	costs := map[string]float64{}
	for share, note := range map[string]bool{"": true, `,"batch":0.25`: false} {
		_, _, errs := runCLI(t, "", judgingOpenAI(b, filepath.Join(dir, "cost"+share), "--llm-prices", pricesWith(t, share), "--llm-max-cost-per-day", "0")...)
		if strings.Contains(errs, "no share for batches") != note {
			t.Errorf("%q", errs)
		}
		costs[share] = spentOn(t, errs)
		if estimate := estimated(t, errs); estimate > 1.1*costs[share] || estimate < 0.9*costs[share] {
			t.Errorf("estimated $%g, cost $%g", estimate, costs[share])
		}
	}
	if quarter := costs[`,"batch":0.25`] / costs[""]; quarter < 0.24 || quarter > 0.26 {
		t.Errorf("costs %v", costs)
	}
}

// spentOn batches, as is said at the end.
func spentOn(t *testing.T, said string) (dollars float64) {
	t.Helper()
	_, rest, _ := strings.Cut(said, "the batches cost $")
	if _, err := fmt.Sscan(rest, &dollars); err != nil {
		t.Fatalf("%v in %q", err, said)
	}
	return dollars
}

// failedLine is one of the error file.
func failedLine(line, response, fault string) string {
	name := line[:strings.Index(line, `,"response"`)]
	return fmt.Sprintf(`%s,"response":%s,"error":%s}`, name, response, fault)
}

// TestOpenAIBatchFailures: whatever comes of a batch, what is well formed is kept, the rest
// is counted and asked for again by the same command, and nothing is paid for twice.
func TestOpenAIBatchFailures(t *testing.T) {
	same := func(l []string) (output, errors []string) { return l, nil }
	apart := func(response, fault string) func([]string) ([]string, []string) {
		return func(l []string) (output, errors []string) {
			for _, line := range l[:4] {
				errors = append(errors, failedLine(line, response, fault))
			}
			return l[4:], errors
		}
	}
	const expired = `{"code":"batch_expired","message":"secret"}`
	for _, tt := range []struct {
		name, status string
		results      func([]string) (output, errors []string)
		missing      int
		said         string
	}{
		{"in the error file by status", "", apart(`{"status_code":500,"body":{"error":{"message":"secret"}}}`, "null"), 4, ""},
		{"in the error file by error", "", apart("null", `{"code":"server_error","message":"secret"}`), 4, ""},
		{"in the error file with nothing", "", apart("null", "null"), 4, ""},
		{"expired in part", "expired", apart("null", expired), 4, "expired: what it has no answer to"},
		{"expired as a whole", "expired", func(l []string) (output, errors []string) { return nil, nil }, batchedPairs, "expired"},
		{"cancelled in part", "cancelled", func(l []string) (output, errors []string) { return l[:20], nil }, 10, "was cancelled"},
		{"in capitals", "COMPLETED", same, 0, ""},
		{"failed", "failed", same, batchedPairs, "failed: what it has no answer to"},
		{"all in the error file", "", func(l []string) (output, errors []string) { return nil, l }, 0, ""},
		{"in both files, as answer and as error", "", func(l []string) (output, errors []string) {
			return l, []string{failedLine(l[0], "null", expired)}
		}, 1, ""},
		{"no file", "", func([]string) (output, errors []string) { return nil, nil }, batchedPairs, ""},
		{"reordered", "", func(l []string) (output, errors []string) { slices.Reverse(l); return l, nil }, 0, ""},
		{"partial", "", func(l []string) (output, errors []string) { return l[:20], nil }, 10, ""},
		{"foreign names", "", func(l []string) (output, errors []string) {
			return append(l[2:], llmtest.Completed("somebody-elses", "{}"), llmtest.Completed("", "{}"), llmtest.Completed("../../x", "{}")), nil
		}, 2, ""},
		{"no JSON", "", func(l []string) (output, errors []string) { l[0], l[1] = "garbage", "{"; return l, nil }, 2, ""},
		{"a body that is none", "", func(l []string) (output, errors []string) {
			l[0] = failedLine(l[0], `{"status_code":200,"body":[1]}`, "null")
			l[1] = failedLine(l[1], `{"status_code":200}`, "null")
			l[2] = failedLine(l[2], `{"status_code":"200","body":{}}`, "null")
			return l, nil
		}, 3, ""},
		{"cut off by its limit", "", func(l []string) (output, errors []string) {
			l[0] = strings.Replace(l[0], `"finish_reason":"stop"`, `"finish_reason":"length"`, 1)
			return l, nil
		}, 1, ""},
		{"twice the same", "", func(l []string) (output, errors []string) { return append(l, l[3], l[4]), nil }, 0, ""},
		{"twice, and another", "", func(l []string) (output, errors []string) { return append(l, relabelled(l[3])), nil }, 1, ""},
		{"one a hundred times too large", "", func(l []string) (output, errors []string) {
			l[0] = l[0][:len(l[0])-1] + strings.Repeat(" ", 100*64<<10) + "}"
			return l, nil
		}, 1, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var first atomic.Bool
			first.Store(true)
			b := openAIBatchesOf(t, &llmtest.OpenAIBatches{Status: tt.status, Results: func(l []string) ([]string, []string) {
				if first.Load() {
					return tt.results(l)
				}
				return l, nil
			}})
			path := filepath.Join(t.TempDir(), "qrels.tsv")
			code, out, errs := runCLI(t, "", judgingOpenAI(b, path)...)
			if n := len(judgements(t, path)); n != batchedPairs-tt.missing {
				t.Errorf("%d judgements, want %d; %q", n, batchedPairs-tt.missing, errs)
			}
			if strings.Contains(out+errs, "secret") || !strings.Contains(errs, tt.said) {
				t.Errorf("it says %q, want %q and no words of the endpoint", errs, tt.said)
			}
			if (code == exitDone) != (tt.missing == 0) {
				t.Errorf("code %d, %q", code, errs)
			}
			if first.Store(false); b.Status == "failed" || b.Status == "expired" {
				return // it does so again
			}
			if code, _, errs := runCLI(t, "", judgingOpenAI(b, path)...); code != exitDone || len(judgements(t, path)) != batchedPairs {
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

// TestOpenAIBatchResume: an interrupted run leaves word of what is out, and the same command
// goes on without giving it in again, also where the results could not be read at first.
func TestOpenAIBatchResume(t *testing.T) {
	for name, hit := range map[string]func(*http.Request) bool{
		"while it waits": func(r *http.Request) bool { return r.Method == http.MethodGet },
		"while it reads": func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/content") },
	} {
		t.Run(name, func(t *testing.T) {
			ctx, interrupt := context.WithCancel(t.Context())
			var again atomic.Bool
			b := openAIBatchesOf(t, &llmtest.OpenAIBatches{Misbehave: func(w http.ResponseWriter, r *http.Request) bool {
				if again.Load() || !hit(r) {
					return false
				}
				interrupt()
				<-r.Context().Done()
				return true
			}})
			path := filepath.Join(t.TempDir(), "qrels.tsv")
			var errs strings.Builder
			if code := Run(judgingOpenAI(b, path), &Env{Ctx: ctx, Stdin: strings.NewReader(""), Stdout: &errs, Stderr: &errs}); code == exitDone {
				t.Errorf("interrupted: %q", errs.String())
			}
			if data, err := os.ReadFile(path + ".batches"); err != nil || !strings.Contains(string(data), "batch_1") || strings.Contains(string(data), "127.0.0.1") {
				t.Fatalf("%s, %v", data, err)
			}
			again.Store(true)
			other := openAIBatchesOf(t, &llmtest.OpenAIBatches{})
			if code, _, errs := runCLI(t, "", judgingOpenAI(other, path)...); code == exitDone || !strings.Contains(errs, "another --llm-base-url") || len(other.Made()) != 0 {
				t.Errorf("another endpoint: %q", errs)
			}
			code, _, said := runCLI(t, "", judgingOpenAI(b, path)...)
			if code != exitDone || !strings.Contains(said, "going on with 1 batches") || len(judgements(t, path)) != batchedPairs || len(b.Made()) != 1 {
				t.Errorf("code %d, %q, %d judgements, batches %v", code, said, len(judgements(t, path)), b.Made())
			}
		})
	}
}

// TestOpenAIBatchRefusals: what cannot be given in, or is not known any more, is said, and
// no address, key or text is.
func TestOpenAIBatchRefusals(t *testing.T) {
	at := func(method, path string, code int, body string) func(w http.ResponseWriter, r *http.Request) bool {
		return func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method != method || !strings.HasPrefix(r.URL.Path, path) {
				return false
			}
			w.WriteHeader(code)
			_, _ = w.Write([]byte(body))
			return true
		}
	}
	huge := strings.Repeat(" ", 2<<20) + "{}"
	for _, tt := range []struct {
		name      string
		misbehave func(w http.ResponseWriter, r *http.Request) bool
		more      []string
		want      string
		out       bool // whether a batch is out afterwards
		files     int  // that are left at the endpoint
	}{
		{"no files", at("POST", "/v1/files", 404, "secret"), nil, "--batches: this endpoint has none", false, 0},
		{"no files, by method", at("POST", "/v1/files", 405, ""), nil, "--batches: this endpoint has none", false, 0},
		{"files and no batches", at("POST", "/v1/batches", 404, ""), nil, "--batches: this endpoint has none", false, 0},
		{"not built", at("POST", "/v1/batches", 501, ""), nil, "--batches: this endpoint has none", false, 1},
		{"a wrong key", at("POST", "/v1/chat", 401, "secret"), nil, "refused the key", false, 0},
		{"no such model", at("POST", "/v1/chat", 404, "secret"), nil, "rejected the request", false, 0},
		{"the file is too large", at("POST", "/v1/files", 413, "secret"), nil, "giving in a batch", false, 0},
		{"a file without an id", at("POST", "/v1/files", 200, "{}"), nil, "giving in a batch", false, 0},
		{"a file with a path for an id", at("POST", "/v1/files", 200, `{"id":"../batches"}`), nil, "giving in a batch", false, 0},
		{"creating is refused", at("POST", "/v1/batches", 429, "secret"), nil, "giving in a batch", false, 0},
		{"creating fails", at("POST", "/v1/batches", 500, "secret"), nil, "look at your provider's list", false, 1},
		{"an id that is none", at("POST", "/v1/batches", 200, `{"id":"../../x"}`), nil, "giving in a batch", false, 1},
		{"an id of another type", at("POST", "/v1/batches", 200, `{"id":7}`), nil, "giving in a batch", false, 1},
		{"created with a hundred times too much", at("POST", "/v1/batches", 200, huge), nil, "answered with too much", false, 1},
		{"polling fails for long", at("GET", "/v1/batches", 500, "secret"), nil, "the same command goes on", true, 1},
		{"polling tells nothing", at("GET", "/v1/batches", 200, "{}"), nil, "the same command goes on", true, 1},
		{"polling tells of another batch", at("GET", "/v1/batches", 200, `{"id":"batch_7","status":"completed"}`), nil, "the same command goes on", true, 1},
		{"polling tells of a status to come", at("GET", "/v1/batches", 200, `{"id":"batch_1","status":"paused"}`), nil, "the same command goes on", true, 1},
		{"polling redirects", at("GET", "/v1/batches", 307, ""), nil, "the same command goes on", true, 1},
		{"forgotten", at("GET", "/v1/batches", 404, ""), nil, "nobody knows batch", false, 1},
		{"results are gone", at("GET", "/v1/files", 404, "secret"), nil, "gives these pairs in anew", true, 1},
		{"results for ever", func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.HasSuffix(r.URL.Path, "/content") {
				return false
			}
			for line := []byte(llmtest.Completed("other", "{}") + "\n"); r.Context().Err() == nil; {
				if _, err := w.Write(line); err != nil {
					break
				}
			}
			return true
		}, nil, "answered with too much", true, 1},
		{"a file of results with a path for an id", at("GET", "/v1/batches", 200, `{"id":"batch_1","status":"completed","output_file_id":"../../x"}`), nil, "reading batch", true, 1},
		{"too dear", nil, []string{"--llm-prices", "PRICES", "--llm-max-cost-per-day", "0.0001"}, "--llm-max-cost-per-day", false, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("SPLITRANK_LLM_KEY", "topsecret")
			b := openAIBatchesOf(t, &llmtest.OpenAIBatches{Misbehave: tt.misbehave})
			path := filepath.Join(t.TempDir(), "qrels.tsv")
			for i := range tt.more {
				if tt.more[i] == "PRICES" {
					tt.more[i] = pricesWith(t, "")
				}
			}
			code, out, errs := runCLI(t, "", judgingOpenAI(b, path, tt.more...)...)
			if code != exitFailure || !strings.Contains(errs, tt.want) || strings.Contains(out+errs, "secret") || strings.Contains(errs, "127.0.0.1") {
				t.Errorf("code %d, %q, want %q", code, errs, tt.want)
			}
			if _, err := os.Stat(path + ".batches"); (err == nil) != tt.out {
				t.Errorf("a file of batches that are out: %v", err)
			}
			if b.Files() != tt.files {
				t.Errorf("%d files are left at the endpoint, want %d", b.Files(), tt.files)
			}
		})
	}
}

// TestOpenAIBatchForm: an endpoint that rejects a form of structured output is given another
// one, found by a single call instead of a batch whose prompts all fail.
func TestOpenAIBatchForm(t *testing.T) {
	var asked atomic.Int32
	b := openAIBatchesOf(t, &llmtest.OpenAIBatches{Misbehave: func(w http.ResponseWriter, r *http.Request) bool {
		if strings.HasSuffix(r.URL.Path, "/chat/completions") && asked.Add(1) == 1 {
			w.WriteHeader(400)
			return true
		}
		return false
	}, Results: func(l []string) (output, errors []string) { return l, nil }})
	path := filepath.Join(t.TempDir(), "qrels.tsv")
	if code, _, errs := runCLI(t, "", judgingOpenAI(b, path)...); code != exitDone || asked.Load() != 2 || b.Format() != "json_object" {
		t.Errorf("code %d, %d single calls, then %q, %q", code, asked.Load(), b.Format(), errs)
	}
}
