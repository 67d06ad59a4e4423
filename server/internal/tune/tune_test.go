package tune

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/server/internal/evaluation"
	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/eval"
)

// judge is a model that knows the answers: two spaces, which no word
// shows, have a high logit, and Hebrew is not read.
type judge struct{}

func (judge) Name() string                       { return "judge" }
func (judge) SupportsLanguage(string, bool) bool { return true }
func (judge) SupportsScript(text string) bool    { return !strings.HasPrefix(text, "ש") }
func (judge) Calibration() answer.Calibration    { return answer.Calibration{} }
func (judge) Open(r *api.Request) rerank.Pairs   { return judgedPairs{r} }

func logit(text string) float64 {
	if strings.Contains(text, "  ") {
		return 4
	}
	return -float64(len(text)) / 100
}

// judgedPairs implements rerank.Pairs.
type judgedPairs struct{ req *api.Request }

func (judgedPairs) Known(context.Context, []int) ([]answer.Score, rerank.Timing) {
	return nil, rerank.Timing{}
}
func (judgedPairs) Forecast([]int) time.Duration { return 0 }
func (judgedPairs) Tokenize(_ context.Context, documents []int) ([]int, error) {
	return make([]int, len(documents)), nil
}

func (p judgedPairs) Score(_ context.Context, documents []int, news func([]answer.Score)) (rerank.Timing, error) {
	for _, d := range documents {
		news([]answer.Score{{Document: d, Logit: logit(p.req.Documents[d].Text)}})
	}
	return rerank.Timing{}, nil
}

// collection of queries with 50 candidates each, whose answer the heuristics
// have at one of the first places, from 0.
func collection(queries int, place func(query int) int) *evaluation.Collection {
	c := &evaluation.Collection{Name: "made", MinGrade: 1, Depth: 50}
	for q := range queries {
		one := evaluation.Query{ID: fmt.Sprint(q), Text: "bread", Grades: eval.Grades{"answer": 1}}
		for i := range 50 {
			p := eval.Passage{ID: fmt.Sprint("d", i), Text: strings.Repeat("water ", i+1) + "bread "}
			if i == place(q) {
				p = eval.Passage{ID: "answer", Text: strings.Replace(p.Text, " bread", "  bread", 1)}
			}
			one.Candidates = append(one.Candidates, p)
		}
		c.Queries = append(c.Queries, one)
	}
	return c
}

func gather(t *testing.T, c *evaluation.Collection) *Set {
	t.Helper()
	s, err := Gather(t.Context(), c, From{Model: rerank.Served{Names: []string{"judge"}, Model: judge{}}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestSearch: the budget is as large as it has to be, and no larger.
func TestSearch(t *testing.T) {
	tests := []struct {
		name        string
		place       func(query int) int
		loss        float64
		least, most float64 // pairs of the rule chosen
	}{
		{"the answer is always first", func(int) int { return 0 }, 0, 0, 5},
		{"sometimes at place 17", func(q int) int { return q % 2 * 17 }, 0, 18, 25},
		{"as before, but half may be lost", func(q int) int { return q % 2 * 17 }, 0.8, 0, 5},
		{"rarely at the end", func(q int) int { return q % 10 / 9 * 49 }, 0, 50, 50},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tried := 0
			o := Options{Loss: tt.loss, Confidence: 0.95, Progress: func(done, _ int) { tried = done }}
			r, err := Search([]*Set{gather(t, collection(10, tt.place))}, o)
			if err != nil || r.Everything.NDCG != 1 || tried != len(r.Trials) {
				t.Fatalf("everything %v, %d tried, error %v", r.Everything, tried, err)
			}
			if s := r.Best.Scored; s < tt.least || s > tt.most || -r.Best.Change.Low > tt.loss {
				t.Errorf("best %+v", r.Best)
			}
			for i, x := range r.Trials {
				if x.Scored > r.Everything.Scored || x.Holds && x.Scored < r.Best.Scored || i > 0 && x.Rule == r.Trials[i-1].Rule {
					t.Errorf("trial %+v", x)
				}
			}
		})
	}
}

// TestSearchUnread: documents that the model does not read are no pairs.
func TestSearchUnread(t *testing.T) {
	c := collection(10, func(int) int { return 0 })
	for i := range c.Queries {
		c.Queries[i].Candidates[7].Text = "שלום bread"
	}
	r, err := Search([]*Set{gather(t, c)}, Options{Confidence: 0.9})
	if err != nil || r.Everything.Scored != 49 {
		t.Errorf("%+v, error %v", r.Everything, err)
	}
}

func TestSearchRefuses(t *testing.T) {
	sets := []*Set{gather(t, collection(2, func(int) int { return 0 }))}
	for name, o := range map[string]Options{
		"a negative loss": {Loss: -1, Confidence: 0.95}, "no number": {Loss: math.NaN(), Confidence: 0.95},
		"certainty": {Confidence: 1}, "a coin": {Confidence: 0.5},
	} {
		if _, err := Search(sets, o); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	if _, err := Search(nil, Options{Confidence: 0.95}); err == nil {
		t.Error("nothing was accepted")
	}
}

// TestDigest: it changes with each thing that a measurement depends on.
func TestDigest(t *testing.T) {
	seen := map[string]string{}
	for name, change := range map[string]func(q *evaluation.Query){
		"as it was": func(*evaluation.Query) {}, "id": func(q *evaluation.Query) { q.ID = "x" }, "text": func(q *evaluation.Query) { q.Text = "x" },
		"document": func(q *evaluation.Query) { q.Candidates[3].Text += "x" }, "title": func(q *evaluation.Query) { q.Candidates[3].Title = "x" },
		"order": func(q *evaluation.Query) { q.Candidates[0], q.Candidates[1] = q.Candidates[1], q.Candidates[0] },
		"grade": func(q *evaluation.Query) { q.Grades["answer"] = 2 },
	} {
		c := collection(3, func(int) int { return 0 })
		change(&c.Queries[1])
		d := gather(t, c).Digest
		if other, ok := seen[d]; ok {
			t.Errorf("%s and %s have the same digest", name, other)
		}
		seen[d] = name
	}
}

// TestPlatt finds the line that labels were drawn by.
func TestPlatt(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var x []float64
	var relevant []bool
	for range 20_000 {
		v := r.NormFloat64() * 3
		x, relevant = append(x, v), append(relevant, r.Float64() < 1/(1+math.Exp(-(0.7*v-2))))
	}
	a, b, err := platt(x, relevant)
	if err != nil || math.Abs(a-0.7) > 0.03 || math.Abs(b+2) > 0.06 {
		t.Errorf("%v, %v, error %v, want about 0.7 and -2", a, b, err)
	}
	for i := range x {
		x[i] = -x[i]
	}
	if _, _, err := platt(x, relevant); err == nil {
		t.Error("a model that is upside down was accepted")
	}
	if _, _, err := platt(x[:10], relevant[:10]); err == nil {
		t.Error("ten pairs were enough")
	}
}

// TestPlattSeparable: labels that the scores tell apart do not run away.
func TestPlattSeparable(t *testing.T) {
	var x []float64
	var relevant []bool
	for i := range 100 {
		x, relevant = append(x, float64(i)-49.5), append(relevant, i >= 50)
	}
	if a, b, err := platt(x, relevant); err != nil || !(a > 0 && a < 100) || math.Abs(b) > 1 {
		t.Errorf("%v, %v, error %v", a, b, err)
	}
}

// TestFitRelevance: a probability of relevance, in the order it had.
func TestFitRelevance(t *testing.T) {
	sets := []*Set{gather(t, collection(24, func(q int) int { return q }))}
	r, err := Search(sets, Options{Confidence: 0.95})
	if err != nil {
		t.Fatal(err)
	}
	c, err := FitRelevance(sets, r.Options)
	if err != nil || c.Validate() != nil || c.Heuristic != 0 || c.Logit*4+c.Shift < 2 || c.Logit*-0.3+c.Shift > -2 {
		t.Errorf("%+v, error %v", c, err)
	}
	r.Options.Relevance = answer.Calibration{Logit: 2, Heuristic: 3, FirstStage: 8}
	c, err = FitRelevance(sets, r.Options)
	if err != nil || c.Validate() != nil || math.Abs(c.FirstStage/c.Logit-4) > 1e-9 || math.Abs(c.Heuristic/c.Logit-1.5) > 1e-9 {
		t.Errorf("from a model's own: %+v, error %v", c, err)
	}
}

// TestValuesWithFirstStage: a fit sees what a server would sort by.
func TestValuesWithFirstStage(t *testing.T) {
	c := collection(3, func(q int) int { return q })
	for _, q := range c.Queries { // the same words say the same, and the logits see how long a text is
		for i := range q.Candidates {
			q.Candidates[i].Text = "bread" + strings.Repeat(" ", i%2) + strings.Repeat("!", i)
		}
	}
	sets := []*Set{gather(t, c)}
	plain, _, err := values(sets, Options{Relevance: answer.Calibration{Logit: 1}})
	if err != nil {
		t.Fatal(err)
	}
	given, _, err := values(sets, Options{Relevance: answer.Calibration{Logit: 1, FirstStage: 8}})
	if err != nil || cmp.Equal(plain, given) || len(plain) != len(given) {
		t.Errorf("%d values, %d with the first stage, error %v", len(plain), len(given), err)
	}
}

func whole() *File {
	return &File{
		Version: Version, Name: "mine", Model: ModelID{"m", "sha256:0123456789abcdef"}, Scorer: "h1",
		Data: []Data{{"made", 40, "sha256:1"}}, Rule: Rule{Floor: 5, Cap: 60, Threshold: 0.25},
		Loss:      Loss{Allowed: 0.005, Mean: 0.001, Bound: 0.004, Confidence: 0.95, Scored: 12},
		Relevance: &answer.Calibration{Logit: 1, Shift: -2},
	}
}

// TestFile: what is written is read, and means what it meant.
func TestFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.json")
	if err := whole().Write(path); err != nil {
		t.Fatal(err)
	}
	got, err := Read(path)
	if diff := cmp.Diff(whole(), got); err != nil || diff != "" {
		t.Fatalf("error %v (-want +got)\n%s", err, diff)
	}
	want := rerank.Tuning{Name: "mine", Rule: heuristics.Budget{Floor: 5, Cap: 60, Threshold: heuristics.One / 4}, Relevance: answer.Calibration{Logit: 1, Shift: -2}}
	if diff := cmp.Diff(want, got.Tuning()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestFileRefused(t *testing.T) {
	tests := []struct {
		name   string
		change func(f *File)
		want   string
	}{
		{"another version", func(f *File) { f.Version = 2 }, "version 2: this program reads version 1"},
		{"no name", func(f *File) { f.Name = "" }, "name is empty"},
		{"no digest", func(f *File) { f.Model.Digest = "" }, "model.digest"},
		{"no rule", func(f *File) { f.Rule = Rule{} }, "rule: want documents"},
		{"half a rule", func(f *File) { f.Rule.Cap = 0 }, "rule: want documents"},
		{"a rule out of range", func(f *File) { f.Rule.Threshold = 2 }, "rule: heuristics: Threshold"},
		{"floor above cap", func(f *File) { f.Rule.Floor = 99 }, "rule: heuristics: Floor"},
		{"upside down", func(f *File) { f.Relevance.Logit = -1 }, "relevance: logit"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, path := whole(), filepath.Join(t.TempDir(), "c.json")
			tt.change(f)
			if err := f.Write(path); err != nil {
				t.Fatal(err)
			}
			if _, err := Read(path); err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
	for _, text := range []string{"", "{", `{"version":1,"more":2}`, `[]`} {
		path := filepath.Join(t.TempDir(), "c.json")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(path); err == nil {
			t.Errorf("%q was accepted", text)
		}
	}
	if _, err := Read(filepath.Join(t.TempDir(), "nowhere.json")); err == nil {
		t.Error("a file that is not there was read")
	}
}

// TestReport: the table says what was chosen, and the file repeats it.
func TestReport(t *testing.T) {
	sets := []*Set{gather(t, collection(12, func(q int) int { return q % 2 * 17 }))}
	r, err := Search(sets, Options{Loss: 0.01, Confidence: 0.95})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := r.WriteTable(&b, sets); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"made · 12 queries · sha256:", "heuristics alone", "chosen", r.Best.Rule.String() + ": ", "one query in 4 "} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
	f := r.File("", sets)
	if f.Name != "made" || f.Rule != r.Best.Rule || f.Loss.Scored != r.Best.Scored || len(f.Data) != 1 || math.Signbit(f.Loss.Mean) {
		t.Errorf("%+v", f)
	}
}

// companion is a judge whose documents say something of each other.
type companion struct{ judge }

func (companion) Calibration() answer.Calibration {
	return answer.Calibration{Logit: 1, Rarity: 20, Heuristic: 1, Feedback: 5}
}
func (companion) Open(r *api.Request) rerank.Pairs { return companions{judgedPairs{r}} }

type companions struct{ judgedPairs }

// Known are every third document.
func (p companions) Known(ctx context.Context, documents []int) (known []answer.Score, spent rerank.Timing) {
	some := slices.DeleteFunc(slices.Clone(documents), func(d int) bool { return d%3 > 0 })
	_, _ = p.Score(ctx, some, func(list []answer.Score) { known = append(known, list...) })
	return known, spent
}

func (p companions) Score(ctx context.Context, documents []int, news func([]answer.Score)) (rerank.Timing, error) {
	return p.judgedPairs.Score(ctx, documents, func(list []answer.Score) {
		for i := range list {
			n := len(p.req.Documents[list[i].Document].Text)
			list[i].Vector = []int8{int8(n % 50), int8(n % 7), 20}
			list[i].Matches, list[i].Weights = []float32{0.9, float32(n%11) / 11}, []float64{0.5, 0.5}
		}
		news(list)
	})
}

// TestMeasuresWhatServes: also where documents are read together with others, the order
// that is measured is the one of an answer.
func TestMeasuresWhatServes(t *testing.T) {
	c, model := collection(4, func(q int) int { return q }), rerank.Served{Names: []string{"companion"}, Model: companion{}}
	s, err := Gather(t.Context(), c, From{Model: model})
	if err != nil {
		t.Fatal(err)
	}
	engine, err := rerank.New(rerank.Config{Planner: answer.NewPlanner(nil), Models: []rerank.Served{model}})
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range s.cases {
		got, _, err := newCascade(Options{Relevance: companion{}.Calibration()}).order(one, everything)
		if err != nil {
			t.Fatal(err)
		}
		req := *one.req
		req.Pipeline = api.CrossEncoder
		want, err := engine.Rerank(t.Context(), &req)
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range want.Results {
			if r.Logit == nil || got[i].Logit == nil {
				t.Fatalf("at %d: document %d is not scored", i, r.Index)
			}
			if got[i].Index != r.Index || got[i].RelevanceScore != r.RelevanceScore {
				t.Fatalf("at %d: document %d with %v, an answer has %d with %v", i, got[i].Index, got[i].RelevanceScore, r.Index, r.RelevanceScore)
			}
		}
	}
}

// TestValuesWithCompanions: a fit sees what documents say of each other.
func TestValuesWithCompanions(t *testing.T) {
	s, err := Gather(t.Context(), collection(3, func(q int) int { return q }), From{Model: rerank.Served{Names: []string{"companion"}, Model: companion{}}})
	if err != nil {
		t.Fatal(err)
	}
	plain, _, err := values([]*Set{s}, Options{Relevance: answer.Calibration{Logit: 1}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []answer.Calibration{{Logit: 1, Rarity: 20}, {Logit: 1, Feedback: 5}} {
		got, _, err := values([]*Set{s}, Options{Relevance: c})
		if err != nil || cmp.Equal(slices.Sorted(slices.Values(plain)), slices.Sorted(slices.Values(got))) || len(plain) != len(got) {
			t.Errorf("%+v: %d values, %d without, error %v", c, len(got), len(plain), err)
		}
	}
}
