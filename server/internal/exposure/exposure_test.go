package exposure

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/splitrank/splitrank/server/internal/experiment"
	"github.com/splitrank/splitrank/server/internal/ubi"
	"github.com/splitrank/splitrank/shared/api"
)

// ranker ranks forwards, or backwards in pipeline heuristic, and notes what it was asked.
type ranker struct {
	mu    sync.Mutex
	asked []*api.Request
	fails map[api.Pipeline]error
	hold  map[api.Pipeline]chan struct{}
}

func (r *ranker) Rerank(ctx context.Context, req *api.Request) (*api.Response, error) {
	return r.Watch(ctx, req, nil)
}

func (r *ranker) Watch(ctx context.Context, req *api.Request, seen func(*api.Response)) (*api.Response, error) {
	r.mu.Lock()
	r.asked = append(r.asked, req)
	r.mu.Unlock()
	if req.Model == "unknown" {
		return nil, &api.Error{Code: api.UnknownModel, Message: `model "unknown" is not loaded`}
	}
	if hold := r.hold[req.Pipeline]; hold != nil && len(req.Documents) > 1 {
		<-hold
	}
	if err := r.fails[req.Pipeline]; err != nil && len(req.Documents) > 1 {
		return nil, err
	}
	if seen != nil {
		seen(&api.Response{})
	}
	n := len(req.Documents)
	out := &api.Response{Model: "m", Usage: api.Usage{Documents: n, Scored: 1}, Timings: api.Timings{Inference: 1}}
	for i := range n {
		at := i
		if req.Pipeline == api.Heuristic {
			at = n - 1 - i
		}
		out.Results = append(out.Results, api.Result{Index: at, Rank: i + 1, ID: req.Documents[at].ID, RelevanceScore: 1 / float64(i+1)})
	}
	if req.TopK > 0 {
		out.Results = out.Results[:req.TopK]
	}
	return out, nil
}

// notes are what was noted, in order.
type notes struct {
	mu   sync.Mutex
	list []*ubi.Query
	news chan struct{}
}

func (n *notes) note(_ int, q func() *ubi.Query) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.list = append(n.list, q())
	n.news <- struct{}{}
}

func (n *notes) last(t *testing.T) *ubi.Query {
	t.Helper()
	<-n.news
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.list[len(n.list)-1]
}

const arms = `"arms":[{"name":"old","pipeline":"cascade"},{"name":"new","pipeline":"heuristic"}]`

func exposer(t *testing.T, r *ranker, experiments string) (*Exposer, *notes) {
	t.Helper()
	var list []experiment.Experiment
	if experiments != "" {
		var err error
		if list, err = experiment.Parse([]byte(`{"experiments":[` + experiments + `]}`)); err != nil {
			t.Fatal(err)
		}
	}
	n := &notes{news: make(chan struct{}, 1000)}
	x, err := New(t.Context(), Config{Reranker: r, Experiments: list, Signer: ubi.NewSigner(nil), Note: n.note})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(x.Close)
	return x, n
}

func ask(client string) *api.Request {
	return &api.Request{Query: "bread", ClientID: client, Documents: []api.Document{
		{ID: api.ID{Text: "a"}, Text: "1"}, {ID: api.ID{Text: "b"}, Text: "2"}, {Text: "3"}, {ID: api.ID{Text: "d"}, Text: "4"},
	}}
}

func TestWithoutExperiments(t *testing.T) {
	x, n := exposer(t, &ranker{}, "")
	var partial string
	r, err := x.Watch(t.Context(), ask("v"), func(r *api.Response) { partial = r.QueryID })
	if err != nil {
		t.Fatal(err)
	}
	q := n.last(t)
	if _, ok := x.config.Signer.Given(r.QueryID); !ok || partial != r.QueryID || q.QueryID != r.QueryID || q.Attributes.Experiment != nil {
		t.Errorf("%q, %q, %+v", r.QueryID, partial, q)
	}
	if diff := cmp.Diff([]string{"a", "b", "2", "d"}, q.HitIDs); diff != "" {
		t.Error(diff)
	}
	if strings.Contains(q.UserQuery, "bread") || q.ClientID != "v" {
		t.Errorf("%+v", q)
	}
}

// TestInterleave: the list is what name and query id draw of the two rankings, the
// log has what is needed to draw it again, and scores do not rise.
func TestInterleave(t *testing.T) {
	x, n := exposer(t, &ranker{}, `{"name":"i","mode":"interleave",`+arms+`}`)
	watched := 0
	r, err := x.Watch(t.Context(), ask("v"), func(*api.Response) { watched++ })
	if err != nil {
		t.Fatal(err)
	}
	q := n.last(t)
	e := q.Attributes.Experiment
	want := experiment.TeamDraft("i", r.QueryID, []string{"a", "b", "2", "d"}, []string{"d", "2", "b", "a"}, 4)
	if !slices.Equal(q.HitIDs, want.Order) || e.Teams != want.Teams || watched != 0 || e.Digest == "" {
		t.Errorf("%v %s, want %v %s; watched %d", q.HitIDs, e.Teams, want.Order, want.Teams, watched)
	}
	before := 1.0
	for i, result := range r.Results {
		if result.RelevanceScore > before || result.Rank != i+1 {
			t.Errorf("place %d: %+v", i+1, result)
		}
		before = result.RelevanceScore
	}
	if r.Usage.Scored != 2 || len(e.Answers) != 2 || e.Arm != "" {
		t.Errorf("%+v, %+v", r.Usage, e)
	}
	body, _ := json.Marshal(r)
	if strings.Contains(string(body), "AB") {
		t.Error("the answer tells the teams")
	}
}

// TestNames: documents keep apart, whatever their ids are called.
func TestNames(t *testing.T) {
	for _, tt := range []struct{ ids, want []string }{
		{[]string{"a", "", "c"}, []string{"a", "1", "c"}}, {[]string{"1", ""}, []string{"1", "#1"}}, {[]string{"", "0", "#0"}, []string{"##0", "0", "#0"}},
	} {
		req := &api.Request{}
		for _, id := range tt.ids {
			req.Documents = append(req.Documents, api.Document{ID: api.ID{Text: id}})
		}
		if diff := cmp.Diff(tt.want, namesOf(req)); diff != "" {
			t.Error(diff)
		}
	}
}

// TestInterleaveWithoutAnArm: one that fails takes nobody's answer away, and no click
// counts.
func TestInterleaveWithoutAnArm(t *testing.T) {
	down := errors.New("down")
	r := &ranker{fails: map[api.Pipeline]error{api.Heuristic: down}}
	x, n := exposer(t, r, `{"name":"i","mode":"interleave",`+arms+`}`)
	a, err := x.Rerank(t.Context(), ask("v"))
	if err != nil || a.Results[0].ID.Text != "a" {
		t.Fatalf("%+v, %v", a, err)
	}
	if q := n.last(t); q.Attributes.Experiment.Teams != "" || q.Attributes.Experiment.Answers[1].Error != "internal" {
		t.Errorf("%+v", q.Attributes.Experiment)
	}
	r.fails[api.Cascade] = &api.Error{Code: api.Overloaded}
	if _, err := x.Rerank(t.Context(), ask("v")); err == nil {
		t.Error("two errors are an answer")
	}
	if q := n.last(t); q.Attributes.Error != "overloaded" || q.HitIDs == nil {
		t.Errorf("%+v", q)
	}
}

// TestSplit: a client sees one arm, whatever else changes, and who has no name sees
// what there is today.
func TestSplit(t *testing.T) {
	x, n := exposer(t, &ranker{}, `{"name":"s","mode":"split",`+arms+`}`)
	e := x.config.Experiments[0]
	for i := range 40 {
		client := strings.Repeat("v", i%10+1)
		r, err := x.Rerank(t.Context(), ask(client))
		if err != nil {
			t.Fatal(err)
		}
		arm := e.ArmOf(client)
		if q := n.last(t); q.Attributes.Experiment.Arm != e.Arms[arm].Name || (r.Results[0].ID.Text == "d") != (arm == 1) {
			t.Errorf("client %s: %+v", client, q.Attributes.Experiment)
		}
	}
	if _, err := x.Rerank(t.Context(), ask("")); err != nil || n.last(t).Attributes.Experiment != nil {
		t.Errorf("without a client: %v", err)
	}
}

// TestShadow: the second arm's answer comes to the log and to nobody else, and takes no
// time of who asks.
func TestShadow(t *testing.T) {
	hold := make(chan struct{})
	x, n := exposer(t, &ranker{hold: map[api.Pipeline]chan struct{}{api.Heuristic: hold}}, `{"name":"s","mode":"shadow",`+arms+`}`)
	r, err := x.Rerank(t.Context(), ask("v"))
	if err != nil || r.Results[0].ID.Text != "a" {
		t.Fatalf("%+v, %v", r, err)
	}
	close(hold)
	e := n.last(t).Attributes.Experiment
	if e.Arm != "old" || len(e.Answers) != 2 || e.Shadow == nil || e.Shadow.Overlap >= 1 || e.Shadow.Changed != 0 {
		t.Errorf("%+v", e)
	}
}

// TestShadowsAreBounded: past what may wait, answers are noted without the second arm,
// and Close leaves none out of the log.
func TestShadowsAreBounded(t *testing.T) {
	hold := make(chan struct{})
	x, n := exposer(t, &ranker{hold: map[api.Pipeline]chan struct{}{api.Heuristic: hold}}, `{"name":"s","mode":"shadow",`+arms+`}`)
	const requests = mostShadows + 20
	for range requests {
		if _, err := x.Rerank(t.Context(), ask("v")); err != nil {
			t.Fatal(err)
		}
	}
	close(hold)
	x.Close()
	if len(n.list) != requests {
		t.Errorf("%d of %d are noted", len(n.list), requests)
	}
	if _, err := x.Rerank(t.Context(), ask("v")); err != nil || len(n.list) != requests+1 {
		t.Errorf("after Close: %v, %d noted", err, len(n.list))
	}
}

func TestArmsAreTried(t *testing.T) {
	list, err := experiment.Parse([]byte(`{"experiments":[{"name":"x","mode":"split","arms":[{},{"model":"unknown"}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	_, err = New(t.Context(), Config{Reranker: &ranker{}, Experiments: list, Signer: ubi.NewSigner(nil), Note: func(int, func() *ubi.Query) {}})
	if err == nil || !strings.Contains(err.Error(), `arm "B" (arms[1]) of experiment "x"`) {
		t.Error(err)
	}
}

func TestArmed(t *testing.T) {
	budget := api.Budget{Documents: 5, Tokens: 6, DeadlineMS: 7}
	for _, tt := range []struct {
		name string
		arm  experiment.Arm
		want api.Request
	}{
		{"nothing", experiment.Arm{}, api.Request{Pipeline: api.Cascade, Model: "m", Budget: budget}},
		{"model", experiment.Arm{Model: "n"}, api.Request{Pipeline: api.Cascade, Model: "n", Budget: budget}},
		{"budget", experiment.Arm{Budget: experiment.Budget{Documents: 9}}, api.Request{Pipeline: api.Cascade, Model: "m", Budget: api.Budget{Documents: 9, Tokens: 6, DeadlineMS: 7}}},
		{"what trims nothing", experiment.Arm{Pipeline: "cross-encoder"}, api.Request{Pipeline: api.CrossEncoder, Model: "m", Budget: api.Budget{DeadlineMS: 7}}},
	} {
		got := armed(&api.Request{Pipeline: api.Cascade, Model: "m", Budget: budget}, tt.arm)
		if diff := cmp.Diff(tt.want, *got); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
	edge := armed(&api.Request{Pipeline: api.CrossEncoder}, experiment.Arm{Budget: experiment.Budget{Documents: 9}})
	if edge.Pipeline != api.Cascade {
		t.Errorf("a budget for what an edge asks: %+v", edge)
	}
}

func TestTake(t *testing.T) {
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	signer := ubi.NewSigner(nil)
	noted := 0
	taker := Taker{Signer: signer, Note: func(*ubi.Event) { noted++ }, Now: func() time.Time { return now }}
	got := taker.Take([]ubi.Event{
		{QueryID: signer.NewID(now.Add(-time.Hour))}, {QueryID: signer.NewID(now.Add(-25 * time.Hour))}, {QueryID: "made up"}, {},
	})
	if diff := cmp.Diff(ubi.Taken{Accepted: 1, Unknown: 2, Late: 1}, got); diff != "" || noted != 1 {
		t.Errorf("%s, %d noted", diff, noted)
	}
}
