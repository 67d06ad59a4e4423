package lateinteraction

import (
	"math/rand/v2"
	"testing"

	"github.com/splitrank/splitrank/heuristics/stem/all"
	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

func engineOf(t testing.TB, m *Model) *rerank.Engine {
	t.Helper()
	e, err := rerank.New(rerank.Config{
		Planner: answer.NewPlanner(all.Stemmers()), Models: []rerank.Served{{Names: m.Names(), Model: m}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func usage(t testing.TB, e *rerank.Engine, req *api.Request) api.Usage {
	t.Helper()
	r, err := e.Rerank(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	return r.Usage
}

// TestEngine: a budget is spent on what has to be read, what is known is scored beyond
// it, and what was left is read ahead and known to the next question.
func TestEngine(t *testing.T) {
	m := load(t, Options{ReadAhead: 100})
	e := engineOf(t, m)
	req := &api.Request{Query: "plants light water", Documents: randomTexts(rand.New(rand.NewPCG(2, 2)), 40, 20), NoCache: true}
	req.Budget.Documents = 4
	if u := usage(t, e, req); u.Scored != 4 || u.Read != 4 || u.Known != 0 || u.Trimmed != 36 {
		t.Errorf("outside of the store: %+v", u)
	}
	if s := m.AheadStats(); s != (AheadStats{}) {
		t.Errorf("of a request outside of the store: %+v", s)
	}
	req.NoCache = false
	if _, err := e.Keep(t.Context(), &api.DocumentsRequest{Documents: req.Documents[10:30]}); err != nil {
		t.Fatal(err)
	}
	u := usage(t, e, req)
	if u.Known != 20 || u.Read > 4 || u.Scored != u.Known+u.Read || u.Trimmed != 40-u.Scored {
		t.Errorf("half of them known: %+v", u)
	}
	waitAhead(t, m, int64(40-u.Scored))
	if u := usage(t, e, req); u.Known != 40 || u.Read != 0 || u.Tokens != 0 {
		t.Errorf("read ahead: %+v, %+v", u, m.AheadStats())
	}
	n, err := e.Forget(&api.DocumentsRequest{Documents: req.Documents[:5]})
	if u := usage(t, e, req); n != 5 || err != nil || u.Known != 35 {
		t.Errorf("%d forgotten, error %v: %+v", n, err, u)
	}
}

// TestEngineDeadline: documents that are known are scored whatever the deadline.
func TestEngineDeadline(t *testing.T) {
	m := load(t, Options{})
	e := engineOf(t, m)
	req := &api.Request{Query: "plants light water", Documents: randomTexts(rand.New(rand.NewPCG(4, 4)), 100, 40)}
	if _, err := e.Keep(t.Context(), &api.DocumentsRequest{Documents: req.Documents}); err != nil {
		t.Fatal(err)
	}
	req.Budget.DeadlineMS = 10_000
	if u := usage(t, e, req); u.Known != 100 {
		t.Errorf("%+v", u)
	}
}
