package tei

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/server/internal/remote"
	"github.com/splitrank/splitrank/server/internal/remote/remotetest"
	"github.com/splitrank/splitrank/shared/api"
)

var kinds = []string{"tei", "vllm", "infinity"}

// TestScores: every text gets its own logit, in calls of as many texts as are taken.
func TestScores(t *testing.T) {
	for _, kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			s := remotetest.NewTexts(t, kind, remotetest.TextsOptions{MostTexts: 32})
			m := open(t, kind, nil, remote.Options{}, s)
			ready(t, m)
			req := request("how do plants make food")
			for i := range 75 {
				req.Documents = append(req.Documents, api.Document{Title: "Plants", Text: fmt.Sprintf("%d plants make %s", i, strings.Repeat("food ", i%7))})
			}
			scores, err := score(t, m, req)
			if err != nil {
				t.Fatal(err)
			}
			for i, got := range scores {
				text := "Plants " + req.Documents[i].Text
				want := remotetest.TextLogit(req.Query, text)
				if other := remotetest.TextLogit(req.Query, "Plants\n"+req.Documents[i].Text); got.Logit != float64(float32(want)) && got.Logit != float64(float32(other)) {
					t.Errorf("document %d has logit %v, want %v", i, got.Logit, want)
				}
			}
			for _, q := range s.Asked() {
				if len(q.Texts) > 32 || !q.Raw || !q.Cut {
					t.Errorf("asked %d texts, raw %v, cut %v", len(q.Texts), q.Raw, q.Cut)
				}
			}
		})
	}
}

// TestClientBatchSize: /info says how many texts are taken at once.
func TestClientBatchSize(t *testing.T) {
	s := remotetest.NewTexts(t, "tei", remotetest.TextsOptions{MostTexts: 2})
	m := open(t, "tei", nil, remote.Options{}, s)
	ready(t, m)
	if _, err := score(t, m, request("a", "b", "c", "d", "e", "f")); err != nil {
		t.Fatal(err)
	}
	if m.MaxLength() != 512 {
		t.Errorf("a pair has %d tokens at most", m.MaxLength())
	}
}

// TestFailures of answers, in each service's words.
func TestFailures(t *testing.T) {
	words := map[string][2]string{"tei": {"", "score"}, "vllm": {"data", "score"}, "infinity": {"results", "relevance_score"}}
	for _, kind := range kinds {
		list := func(items string) string {
			if key := words[kind][0]; key != "" {
				return fmt.Sprintf(`{"object":"list",%q:[%s],"usage":{"total_tokens":3}}`, key, items)
			}
			return "[" + items + "]"
		}
		item := func(index, score string) string {
			return fmt.Sprintf(`{"index":%s,%q:%s}`, index, words[kind][1], score)
		}
		for _, tt := range []struct {
			name  string
			fault remotetest.Fault
			want  remote.Kind
		}{
			{"one too few", remotetest.Fault{Body: list(item("0", "1"))}, remote.Malformed},
			{"one too many", remotetest.Fault{Body: list(item("0", "1") + "," + item("1", "1") + "," + item("2", "1"))}, remote.Malformed},
			{"one twice", remotetest.Fault{Body: list(item("1", "1") + "," + item("1", "2"))}, remote.Malformed},
			{"one beyond", remotetest.Fault{Body: list(item("0", "1") + "," + item("2", "2"))}, remote.Malformed},
			{"one below", remotetest.Fault{Body: list(item("0", "1") + "," + item("-1", "2"))}, remote.Malformed},
			{"no index", remotetest.Fault{Body: list(fmt.Sprintf(`{%q:1},{%q:2}`, words[kind][1], words[kind][1]))}, remote.Malformed},
			{"no score", remotetest.Fault{Body: list(item("0", "null") + "," + item("1", "2"))}, remote.Malformed},
			{"NaN", remotetest.Fault{Body: list(item("0", "NaN") + "," + item("1", "2"))}, remote.Malformed},
			{"a word", remotetest.Fault{Body: list(item("0", `"1"`) + "," + item("1", "2"))}, remote.Malformed},
			{"garbage", remotetest.Fault{Body: "<html>"}, remote.Malformed},
			{"nothing", remotetest.Fault{Status: 200}, remote.Malformed},
			{"a hundred times as much", remotetest.Fault{Bytes: 100 * answerBytes}, remote.Oversized},
			{"overloaded", remotetest.Fault{Status: 429, Body: `{"error":"Model is overloaded","error_type":"Overloaded"}`}, remote.Overloaded},
			{"no number", remotetest.Fault{Status: 424, Body: `{"error":"NaN"}`}, remote.Broken},
			{"no model", remotetest.Fault{Status: 404}, remote.Rejected},
			{"hanging", remotetest.Fault{Hang: true}, remote.Late},
			{"dripping", remotetest.Fault{Drip: true}, remote.Late},
			{"cut off", remotetest.Fault{Cut: true}, remote.Unreachable},
			{"a redirect", remotetest.Fault{Status: 308, Header: http.Header{"Location": {"http://127.0.0.1:1"}}}, remote.Rejected},
		} {
			t.Run(kind+"/"+tt.name, func(t *testing.T) {
				t.Parallel()
				s := remotetest.NewTexts(t, kind, remotetest.TextsOptions{})
				m := open(t, kind, map[string]any{"timeout_ms": patienceFor(tt.want)}, remote.Options{}, s)
				ready(t, m)
				s.Fail(tt.fault)
				_, err := score(t, m, request("secret query", "a secret", "b secret"))
				var f *remote.Fault
				if !errors.As(err, &f) || f.Kind != tt.want {
					t.Fatalf("error %v, want a fault %q", err, tt.want)
				}
				if strings.Contains(err.Error(), "secret") {
					t.Errorf("error %v", err)
				}
			})
		}
	}
}

// patienceFor a fault: only what is late is waited for, in milliseconds.
func patienceFor(k remote.Kind) int {
	if k == remote.Late {
		return 1000
	}
	return 60_000
}

// TestInfinite: a logit beyond all numbers is none.
func TestInfinite(t *testing.T) {
	s := remotetest.NewTexts(t, "tei", remotetest.TextsOptions{})
	m := open(t, "tei", nil, remote.Options{}, s)
	ready(t, m)
	s.Fail(remotetest.Fault{Body: `[{"index":0,"score":1e300},{"index":1,"score":2}]`})
	if scores, err := score(t, m, request("q", "a", "b")); err == nil {
		t.Errorf("scores %v", scores)
	}
}

// TestNotTheModel: a backend that serves something else is not asked, and told why.
func TestNotTheModel(t *testing.T) {
	for _, tt := range []struct {
		name, kind string
		o          remotetest.TextsOptions
		want       string
	}{
		{"embeddings", "tei", remotetest.TextsOptions{Embeds: true}, "it serves a model of embeddings, no re-ranker"},
		{"another, of vLLM", "vllm", remotetest.TextsOptions{Unknown: true}, `it lists no model "m"`},
		{"another, of infinity", "infinity", remotetest.TextsOptions{Unknown: true}, `it lists no model "m"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := remotetest.NewTexts(t, tt.kind, tt.o)
			told := make(chan remote.Status, 16)
			m := open(t, tt.kind, nil, remote.Options{Hooks: remote.Hooks{Changed: func(_, _ string, s remote.Status) { told <- s }}}, s)
			if status := <-told; status.Why == nil || !strings.Contains(status.Why.Error(), tt.want) {
				t.Errorf("status %+v", status)
			}
			_, err := score(t, m, request("a", "b"))
			var f *remote.Fault
			if !errors.As(err, &f) || f.Kind != remote.Unavailable {
				t.Errorf("error %v", err)
			}
		})
	}
}

// TestProbabilities: what is squashed shows.
func TestProbabilities(t *testing.T) {
	for _, squash := range []bool{false, true} {
		s := remotetest.NewTexts(t, "infinity", remotetest.TextsOptions{Squash: squash})
		m := open(t, "infinity", nil, remote.Options{}, s)
		ready(t, m)
		if m.LikeProbabilities() != squash {
			t.Errorf("squashed %v, and found to be %v", squash, !squash)
		}
	}
}

// TestModelChanges: another /info is another version, before its first score is there.
func TestModelChanges(t *testing.T) {
	s := remotetest.NewTexts(t, "tei", remotetest.TextsOptions{SHA: "a"})
	m := open(t, "tei", nil, remote.Options{}, s)
	ready(t, m)
	before, ok := m.Version()
	if !ok || !strings.Contains(before, "org/m a") || !strings.Contains(before, "1.9.0") {
		t.Errorf("version %q", before)
	}
	s.Set(remotetest.TextsOptions{SHA: "b"})
	s.CloseClientConnections()
	until(t, func() bool {
		_, _ = score(t, m, request("a", "b"))
		after, ok := m.Version()
		return ok && after != before && strings.Contains(after, "org/m b")
	})
}

// TestTruncation: what only who tokenizes can do is refused; that nothing may be cut is
// handed on where the service knows it.
func TestTruncation(t *testing.T) {
	long := strings.Repeat("word ", 100)
	for _, tt := range []struct {
		kind string
		t    *api.Truncation
		text string
		want api.Code
	}{
		{"tei", nil, long, ""},
		{"tei", &api.Truncation{Partial: true}, long, ""},
		{"tei", &api.Truncation{Strategy: api.LongestFirst}, "a", api.OutOfRange},
		{"tei", &api.Truncation{MaxDocumentTokens: 5}, "a", api.OutOfRange},
		{"vllm", &api.Truncation{Windows: &api.Windows{}}, "a", api.OutOfRange},
		{"tei", &api.Truncation{Strategy: api.DoNotTruncate}, "a", ""},
		{"tei", &api.Truncation{Strategy: api.DoNotTruncate}, long, api.TooLong},
		{"vllm", &api.Truncation{Strategy: api.DoNotTruncate}, "a", ""},
		{"vllm", &api.Truncation{Strategy: api.DoNotTruncate}, long, api.TooLong},
		{"infinity", &api.Truncation{Strategy: api.DoNotTruncate}, "a", api.OutOfRange},
	} {
		t.Run(fmt.Sprintf("%s %+v %d", tt.kind, tt.t, len(tt.text)), func(t *testing.T) {
			s := remotetest.NewTexts(t, tt.kind, remotetest.TextsOptions{})
			m := open(t, tt.kind, nil, remote.Options{}, s)
			ready(t, m)
			req := request("query", tt.text)
			req.Truncation = tt.t
			_, err := score(t, m, req)
			var fault *api.Error
			errors.As(err, &fault)
			if (err == nil) != (tt.want == "") || fault != nil && fault.Code != tt.want || err != nil && fault == nil {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

// TestHugeTexts: no call is larger than services take, and a text that no model reads
// to its end is sent as far as one would.
func TestHugeTexts(t *testing.T) {
	s := remotetest.NewTexts(t, "tei", remotetest.TextsOptions{})
	m := open(t, "tei", nil, remote.Options{}, s)
	ready(t, m)
	huge := strings.Repeat("ש ", textBytes)
	scores, err := score(t, m, request("q", huge, huge, huge, huge, huge, huge, huge, huge, huge, "small"))
	if err != nil {
		t.Fatal(err)
	}
	if !scores[0].Truncated || scores[9].Truncated {
		t.Errorf("scores %v", scores)
	}
}

// TestTokensAreLearned: the estimate follows what backends tell.
func TestTokensAreLearned(t *testing.T) {
	for _, kind := range kinds {
		s := remotetest.NewTexts(t, kind, remotetest.TextsOptions{})
		m := open(t, kind, nil, remote.Options{}, s)
		ready(t, m)
		text := strings.Repeat("abcdefghij ", 20) // a token has eleven bytes
		for range 60 {
			if _, err := score(t, m, request("q", text)); err != nil {
				t.Fatal(err)
			}
		}
		if n, _ := m.Open(request("q", text)).Tokenize(t.Context(), []int{0}); n[0] < 20 || n[0] > 35 {
			t.Errorf("%s: %d tokens for 21 words", kind, n[0])
		}
		if m.Open(request("q", text)).Forecast([]int{25}) <= 0 {
			t.Errorf("%s: nothing is forecast", kind)
		}
	}
}
