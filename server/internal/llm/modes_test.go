package llm_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/splitrank/splitrank/server/internal/llm"
	"github.com/splitrank/splitrank/server/internal/llm/llmtest"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// known grades the i-th document i mod 11.
func known(_ string, d llmtest.Document) int {
	var i int
	_, _ = fmt.Sscan(d.Text, &i)
	return i % 11
}

// TestModes: every mode gives each document its own grade, with as many calls as
// it says, in both protocols.
func TestModes(t *testing.T) {
	yes, no := true, false
	for _, c := range []struct {
		name  string
		o     llm.Options
		n     int
		calls int
		only  string
	}{
		{"batch", llm.Options{}, 8, 2, ""},
		{"batch of three", llm.Options{}, 3, 1, ""},
		{"batch of one", llm.Options{}, 1, 1, ""},
		{"batch of twenty", llm.Options{TopN: 20}, 30, 2, ""},
		{"batch verified", llm.Options{Verify: &yes}, 8, 3, ""},
		{"isolation", llm.Options{Mode: llm.Isolation, Verify: &no}, 8, 8, ""},
		{"consistency", llm.Options{Mode: llm.Consistency, Shuffles: 4}, 8, 4, ""},
		{"listwise", llm.Options{Mode: llm.Listwise}, 8, 1, ""},
		{"listwise of twenty", llm.Options{Mode: llm.Listwise, TopN: 20}, 20, 3, ""},
		{"likelihood", llm.Options{Mode: llm.Likelihood}, 8, 8, "openai"},
	} {
		for _, protocol := range []string{"claude", "openai"} {
			if c.only != "" && c.only != protocol {
				continue
			}
			t.Run(c.name+"/"+protocol, func(t *testing.T) {
				s := (&llmtest.Server{Grade: known}).Start()
				t.Cleanup(s.Close)
				j := judgeOf(t, s.URL(protocol == "claude"), protocol == "claude", llm.Config{Options: c.o})
				req := request(c.n)
				v := judged(t, j, req)
				want := min(c.n, max(c.o.TopN, llm.DefaultDocuments))
				if v.Reason != "" || len(v.Grades) != want || v.Usage.Calls != c.calls {
					t.Fatalf("reason %q (%v), %d of %d grades, %d calls, want %d", v.Reason, v.Err, len(v.Grades), want, v.Usage.Calls, c.calls)
				}
				if _, planned := j.Cost(req, resultsOf(req)); planned > c.calls {
					t.Errorf("%d calls planned", planned)
				}
				for _, g := range v.Grades {
					if off := math.Abs(g.Grade - float64(g.Document%11)); off > 1e-9 && c.o.Mode != llm.Listwise {
						t.Errorf("document %d has grade %g", g.Document, g.Grade)
					}
				}
				if c.o.Mode == llm.Listwise {
					slices.SortFunc(v.Grades, func(a, b answer.Grade) int { return int(100 * (b.Grade - a.Grade)) })
					if first := v.Grades[0]; first.Document%11 != min(10, c.n-1) {
						t.Errorf("document %d is first", first.Document)
					}
				}
			})
		}
	}
}

// TestRepairAlone: in mode isolation no call has two documents, the repair included.
func TestRepairAlone(t *testing.T) {
	s := (&llmtest.Server{Grade: known, Misbehave: first(2, fixed("Let me think."))}).Start()
	defer s.Close()
	no := false
	j := judgeOf(t, s.URL(true), true, llm.Config{Options: llm.Options{Mode: llm.Isolation, Verify: &no}})
	v := judged(t, j, request(5))
	if v.Reason != api.ReasonModel || len(v.Grades) != 4 || v.Usage.Calls != 6 {
		t.Errorf("reason %q, %d grades, %d calls", v.Reason, len(v.Grades), v.Usage.Calls)
	}
	for _, c := range s.Calls() {
		if len(c.Documents) != 1 {
			t.Errorf("%d documents in a call", len(c.Documents))
		}
	}
}

// TestOptions of requests: errors name the field.
func TestOptions(t *testing.T) {
	j := localJudge(t, llm.Config{}, llmtest.Local{Server: &llmtest.Server{Grade: known}})
	for body, field := range map[string]string{
		`{}`: "", `{"top_n":20,"mode":"isolation","when":"unsure","shuffles":10,"verify":false,"bounded":true}`: "", `{"top_n":null,"mode":null}`: "",
		`{"top_n":21}`: "llm.top_n", `{"top_n":-1}`: "llm.top_n", `{"top_n":"5"}`: "llm", `{"top_n":1.5}`: "llm",
		`{"mode":"guess"}`: "llm.mode", `{"mode":"likelihood"}`: "llm.mode", `{"shuffles":11}`: "llm.shuffles", `{"when":"never"}`: "llm.when", `{"bounded":"yes"}`: "llm",
		`{"url":"http://example.com"}`: "llm", `{"key":"x"}`: "llm", `{"model":"x"}`: "llm",
	} {
		err := j.Check(&api.Request{LLM: jsontext.Value(body)})
		var got string
		if fault, ok := err.(*api.Error); ok {
			got = fault.Field
		}
		if (err != nil) != (field != "") || got != field {
			t.Errorf("%s: %v, field %q, want %q", body, err, got, field)
		}
	}
}

// noisy is a simulated judge: the true grade and normal noise, or at random.
func noisy(truth func(query, text string) float64, sigma float64, random bool, seed uint64) *llmtest.Server {
	return &llmtest.Server{Grade: func(query string, d llmtest.Document) int {
		h := uint64(14695981039346656037)
		for _, b := range []byte(query + d.Text) {
			h = (h ^ uint64(b)) * 1099511628211
		}
		rng := rand.New(rand.NewPCG(seed, h))
		if random {
			return rng.IntN(11)
		}
		return min(10, max(0, int(math.Round(truth(query, d.Text)+sigma*rng.NormFloat64()))))
	}}
}

// TestExamination: a judge that knows is believed, one at random is not, and the
// examination costs four calls, once.
func TestExamination(t *testing.T) {
	for _, c := range []struct {
		name        string
		sigma       float64
		random      bool
		least, most float64
	}{{"knows", 0, false, 1, 1}, {"noise of 2", 2, false, 0.7, 1}, {"random", 0, true, 0, 0.05}} {
		t.Run(c.name, func(t *testing.T) {
			sum, n := 0.0, 40
			for seed := range n {
				s := noisy(llm.ExamGrade, c.sigma, c.random, uint64(seed))
				j, err := llm.New(llm.Config{Client: llmtest.Local{Server: s}, Model: "claude-haiku-5-5"})
				if err != nil {
					t.Fatal(err)
				}
				trust, usage, err := j.Examine(t.Context())
				if err != nil || usage.Calls != 4 {
					t.Fatalf("%v, %d calls", err, usage.Calls)
				}
				if again, usage, _ := j.Examine(t.Context()); again != trust || usage.Calls != 0 {
					t.Errorf("examined again: %d calls", usage.Calls)
				}
				sum += trust / float64(n)
			}
			t.Logf("%s: trust %.3f in the mean", c.name, sum)
			if sum < c.least-1e-9 || sum > c.most+1e-9 {
				t.Errorf("trust %.3f in the mean, want %.2f to %.2f", sum, c.least, c.most)
			}
		})
	}
}

// TestExaminationFails: without one nothing is graded, and the next request tries
// again.
func TestExaminationFails(t *testing.T) {
	s := &llmtest.Server{Grade: func(q string, d llmtest.Document) int { return int(llm.ExamGrade(q, d.Text)) }}
	s.Misbehave = func(s *llmtest.Server, c llmtest.Call, w http.ResponseWriter) bool {
		return c.Number <= 6 && strings.Contains(c.Query, "bread") && status(400)(s, c, w)
	}
	s.Start()
	defer s.Close()
	client, err := llm.NewClient(llm.Endpoint{Model: "claude-haiku-5-5", URL: s.URL(true)})
	if err != nil {
		t.Fatal(err)
	}
	j, err := llm.New(llm.Config{Client: client, Model: "claude-haiku-5-5"})
	if err != nil {
		t.Fatal(err)
	}
	if v := judged(t, j, passages(0, 8)); v.Reason != api.ReasonModel || len(v.Grades) != 0 {
		t.Errorf("reason %q, %d grades", v.Reason, len(v.Grades))
	}
	if v := judged(t, j, passages(0, 8)); v.Reason != "" || len(v.Grades) != 8 || v.Trust != 1 {
		t.Errorf("reason %q (%v), %d grades, trust %g", v.Reason, v.Err, len(v.Grades), v.Trust)
	}
}

// TestExaminationBounded: a day that does not hold all of it pays for none, and nothing is
// graded.
func TestExaminationBounded(t *testing.T) {
	for bound, calls := range map[float64]int{0.0003: 0, 0.003: 4} {
		s := &llmtest.Server{Count: asForeseen, Grade: func(q string, d llmtest.Document) int { return int(llm.ExamGrade(q, d.Text)) }}
		j, err := llm.New(llm.Config{Client: llmtest.Local{Server: s}, Model: "claude-haiku-5-5", PerDay: bound})
		if err != nil {
			t.Fatal(err)
		}
		_, usage, err := j.Examine(t.Context())
		if usage.Calls != calls || len(s.Calls()) != calls || (err == nil) != (calls > 0) {
			t.Errorf("bound %g: %v, usage %+v, %d calls", bound, err, usage, len(s.Calls()))
		}
		if cost := *usage.CostUSD; calls > 0 && (cost < 0.0003 || cost > bound) {
			t.Errorf("it costs %g", cost)
		}
	}
}

// TestUnsure: a sure cascade is left alone.
func TestUnsure(t *testing.T) {
	s := &llmtest.Server{Grade: known}
	j := localJudge(t, llm.Config{Options: llm.Options{When: llm.Unsure}}, llmtest.Local{Server: s})
	req := request(5)
	sure := resultsOf(req)
	sure[0].RelevanceScore = 1
	for i := range sure[1:] {
		sure[i+1].RelevanceScore = 0.3
	}
	if v := j.Judge(t.Context(), req, sure); v.Reason != "" || len(v.Grades) != 0 || len(s.Calls()) != 0 {
		t.Errorf("%+v", v)
	}
	sure[1].RelevanceScore = 0.9
	if v := j.Judge(t.Context(), req, sure); len(v.Grades) != 5 {
		t.Errorf("%+v", v)
	}
}

// TestEndpoints that cannot be meant; no error quotes a key or an address.
func TestEndpoints(t *testing.T) {
	for _, e := range []llm.Endpoint{
		{}, {Model: "claude-haiku-5-5"}, {Model: "m", Protocol: "openai"}, {Model: "m", URL: "secret.example"}, {Model: "m", URL: "ftp://secret.example"},
		{Model: "m", URL: "https://user:secret@example.com/v1"}, {Model: "m", URL: "https://secret.example", Protocol: "soap"}, {Model: "m", URL: "http://secret example/"},
	} {
		if _, err := llm.NewClient(e); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%+v: %v", e, err)
		}
	}
}

// TestHeaders: the key is where each protocol has it, and nothing of the
// environment is sent.
func TestHeaders(t *testing.T) {
	t.Setenv("ANTHROPIC_API_KEY", "from-the-environment")
	t.Setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:1")
	for _, claude := range []bool{true, false} {
		s := (&llmtest.Server{Grade: known}).Start()
		judged(t, judgeOf(t, s.URL(claude), claude, llm.Config{}), request(2))
		s.Close()
		h := s.Calls()[0].Header
		if h.Get("Authorization") != "Bearer "+secretKey || claude && h.Get("X-Api-Key") != secretKey || h.Get("Traceparent") != "" {
			t.Errorf("claude %t: headers %v", claude, h)
		}
	}
}
