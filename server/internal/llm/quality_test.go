package llm_test

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/splitrank/splitrank/server/internal/evaluation"
	"github.com/splitrank/splitrank/server/internal/llm"
	"github.com/splitrank/splitrank/server/internal/llm/llmtest"
	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/eval"
)

// What the merge of grades promises in the mean of nDCG@10: how much a judge at
// random may cost the cascade, and how far it stays behind a judge that is right.
const (
	mostLostAtRandom = 0.003
	mostBehindRight  = 0.01
)

// TestQuality holds the promises with simulated judges, on the sample and, where
// SPLITRANK_DATA is, on dl21 with BM25; the cascade is the heuristics.
func TestQuality(t *testing.T) {
	sources := []evaluation.Source{{Data: "../../../shared/eval/sample", MinGrade: 1}}
	if data := os.Getenv("SPLITRANK_DATA"); data != "" {
		dl21 := filepath.Join(data, "dl21")
		sources = append(sources, evaluation.Source{Data: dl21, Run: filepath.Join(dl21, "run.bm25.trec"), MinGrade: 2})
	}
	for _, source := range sources {
		c, err := evaluation.Load(source)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(c.Title(), func(t *testing.T) {
			truth := truthOf(c)
			for _, n := range []int{10, 20} {
				right := measureJudge(t, c, noisy(truth, 0, false, 1), n)
				random := measureJudge(t, c, noisy(truth, 0, true, 1), n)
				t.Logf("top %d: cascade %.4f; a judge that is right alone %.4f, merged %.4f; at random alone %.4f, merged %.4f",
					n, right.cascade, right.alone, right.merged, random.alone, random.merged)
				t.Logf("top %d: a judge that is right, all bounded %.4f", n, measureBounded(t, c, noisy(truth, 0, false, 1), n).merged)
				if right.merged < right.alone-mostBehindRight {
					t.Errorf("top %d: merged %.4f, the judge %.4f", n, right.merged, right.alone)
				}
				if random.merged < random.cascade-mostLostAtRandom {
					t.Errorf("top %d: merged %.4f with a judge at random, the cascade %.4f", n, random.merged, random.cascade)
				}
			}
		})
	}
}

// middling is the nDCG@10 of a judge alone that is neither right nor at random, and how
// closely it is met.
const (
	middling = 0.75
	closely  = 0.005
)

// TestQualityOfAMiddlingJudge holds the promises where SPLITRANK_DATA is, with judges whose
// noise is such that they have 0.75 alone: over dl21 with SPLADE and scifact. Over dl21 with
// BM25 no judge has. They are held in the mean of judges, each of which is examined: what
// one is believed is chance.
func TestQualityOfAMiddlingJudge(t *testing.T) {
	data := os.Getenv("SPLITRANK_DATA")
	if data == "" {
		t.Skip("SPLITRANK_DATA is not set")
	}
	for _, of := range []struct {
		run      string
		minGrade int
		seeds    uint64
	}{{"dl21/run.splade.trec", 2, 10}, {"scifact/run.bm25.trec", 1, 2}} {
		run := filepath.Join(data, filepath.FromSlash(of.run))
		c, err := evaluation.Load(evaluation.Source{Data: filepath.Dir(run), Run: run, MinGrade: of.minGrade})
		if err != nil {
			t.Fatal(err)
		}
		t.Run(c.Title(), func(t *testing.T) {
			var right, random quality
			for seed := range of.seeds {
				q, r := middlingJudge(t, c, 20, seed+1)
				right, random = right.plus(q, 1/float64(of.seeds)), random.plus(r, 1/float64(of.seeds))
			}
			t.Logf("the mean of %d: cascade %.4f; judges alone %.4f, merged %.4f; at random merged %.4f", of.seeds, right.cascade, right.alone, right.merged, random.merged)
			if right.merged < right.alone-mostBehindRight {
				t.Errorf("merged %.4f, the judges %.4f", right.merged, right.alone)
			}
			if random.merged < random.cascade-mostLostAtRandom {
				t.Errorf("merged %.4f with judges at random, the cascade %.4f", random.merged, random.cascade)
			}
		})
	}
}

func (q quality) plus(o quality, share float64) quality {
	return quality{q.cascade + share*o.cascade, q.alone + share*o.alone, q.merged + share*o.merged}
}

// middlingJudge over the best n of a collection, and one at random.
func middlingJudge(t *testing.T, c *evaluation.Collection, n int, seed uint64) (right, random quality) {
	truth, alone := truthOf(c), aloneOf(t, c, n)
	sigma := noiseFor(func(sigma float64) float64 { return alone(noisy(truth, sigma, false, seed)) })
	right, random = measureJudge(t, c, noisy(truth, sigma, false, seed), n), measureJudge(t, c, noisy(truth, 0, true, seed), n)
	t.Logf("seed %d, top %d: cascade %.4f; a judge with noise of %.2f grades alone %.4f, merged %.4f; at random alone %.4f, merged %.4f",
		seed, n, right.cascade, sigma, right.alone, right.merged, random.alone, random.merged)
	if math.Abs(right.alone-middling) > closely {
		t.Errorf("seed %d: alone %.4f, not %.2f", seed, right.alone, middling)
	}
	return right, random
}

// mostNoise in grades, with which next to nothing is left of them.
const mostNoise = 30

// noiseFor a judge to have middling quality, by bisection.
func noiseFor(quality func(sigma float64) float64) (sigma float64) {
	low, high := 0.0, float64(mostNoise)
	for range 40 {
		sigma = (low + high) / 2
		q := quality(sigma)
		if math.Abs(q-middling) <= closely/5 {
			break
		}
		if q > middling {
			low = sigma
		} else {
			high = sigma
		}
	}
	return sigma
}

// aloneOf a collection measures judges in the order that they give to the cascade's best n.
func aloneOf(t *testing.T, c *evaluation.Collection, n int) func(*llmtest.Server) float64 {
	engine, err := rerank.New(rerank.Config{Planner: planner})
	if err != nil {
		t.Fatal(err)
	}
	type ranked struct {
		evaluation.Query
		req     *api.Request
		results []api.Result
	}
	var queries []ranked
	for _, q := range c.Queries {
		if len(q.Candidates) > 0 {
			req := requestOf(q)
			queries = append(queries, ranked{q, req, ask(t, engine, cascadeOf(req)).Results})
		}
	}
	return func(s *llmtest.Server) (sum float64) {
		for _, q := range queries {
			sum += ndcg(q.Query, c, ids(byGrade(s, q.req, q.results, n))) / float64(len(queries))
		}
		return sum
	}
}

// truthOf a collection: grades from 0 to 10, also of the examination.
func truthOf(c *evaluation.Collection) func(query, text string) float64 {
	truth, highest := map[string]float64{}, 1
	for _, q := range c.Queries {
		for _, g := range q.Grades {
			highest = max(highest, g)
		}
	}
	for _, q := range c.Queries {
		for _, p := range q.Candidates {
			truth[q.Text+"\x00"+llm.Shown(p.Text)] = 10 * float64(max(0, q.Grades[p.ID])) / float64(highest)
		}
	}
	return func(query, text string) float64 {
		if g, ok := truth[query+"\x00"+text]; ok {
			return g
		}
		return llm.ExamGrade(query, text)
	}
}

// quality in nDCG@10: of the cascade, of its best as the judge alone orders them,
// and merged.
type quality struct{ cascade, alone, merged float64 }

func measureJudge(t *testing.T, c *evaluation.Collection, s *llmtest.Server, n int) quality {
	t.Helper()
	return measureWith(t, c, s, llm.Options{TopN: n})
}

func measureBounded(t *testing.T, c *evaluation.Collection, s *llmtest.Server, n int) quality {
	t.Helper()
	yes := true
	return measureWith(t, c, s, llm.Options{TopN: n, Bounded: &yes})
}

func measureWith(t *testing.T, c *evaluation.Collection, s *llmtest.Server, o llm.Options) quality {
	t.Helper()
	n := o.TopN
	judge, err := llm.New(llm.Config{Client: llmtest.Local{Server: s}, Model: "claude-haiku-5-5", Options: o})
	if err != nil {
		t.Fatal(err)
	}
	engine, err := rerank.New(rerank.Config{Planner: planner, Judge: judge})
	if err != nil {
		t.Fatal(err)
	}
	var sums quality
	queries := 0.0
	for _, q := range c.Queries {
		if len(q.Candidates) == 0 {
			continue
		}
		req := requestOf(q)
		cascade := ask(t, engine, cascadeOf(req))
		merged := ask(t, engine, req)
		sums.cascade += ndcg(q, c, ids(cascade.Results))
		sums.merged += ndcg(q, c, ids(merged.Results))
		sums.alone += ndcg(q, c, ids(byGrade(s, req, cascade.Results, n)))
		queries++
	}
	return quality{sums.cascade / queries, sums.alone / queries, sums.merged / queries}
}

func ask(t *testing.T, engine *rerank.Engine, req *api.Request) *api.Response {
	t.Helper()
	r, err := engine.Rerank(t.Context(), req)
	if err != nil || r.Degraded {
		t.Fatalf("%v, %+v", err, r)
	}
	return r
}

func requestOf(q evaluation.Query) *api.Request {
	req := &api.Request{Query: q.Text, Pipeline: api.LLM}
	for _, p := range q.Candidates {
		req.Documents = append(req.Documents, api.Document{ID: api.ID{Text: p.ID}, Title: p.Title, Text: p.Text})
	}
	return req
}

// byGrade orders the first n as the judge alone does, ties in their order.
func byGrade(s *llmtest.Server, req *api.Request, results []api.Result, n int) []api.Result {
	out := slices.Clone(results)
	grade := func(r api.Result) int {
		return s.Grade(req.Query, llmtest.Document{Text: llm.Shown(req.Documents[r.Index].Text)})
	}
	slices.SortStableFunc(out[:min(n, len(out))], func(a, b api.Result) int { return grade(b) - grade(a) })
	return out
}

func ids(results []api.Result) (list []string) {
	for _, r := range results {
		list = append(list, r.ID.Text)
	}
	return list
}

func ndcg(q evaluation.Query, c *evaluation.Collection, order []string) float64 {
	return eval.Judge(order, q.Grades, c.MinGrade).NDCG(10)
}
