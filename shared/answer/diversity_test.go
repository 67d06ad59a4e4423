package answer

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/heuristics/stem/all"
	"github.com/splitrank/splitrank/shared/api"
)

// TestDiversityIsThatOfTheHeuristics: the browser asks the ranker, the server
// and the edge ask here, and the order is the same.
func TestDiversityIsThatOfTheHeuristics(t *testing.T) {
	words := []string{"bread", "oven", "dough", "river", "ferry", "milk", "train", "map"}
	h := NewPlanner(all.Stemmers())
	for seed := range uint64(50) {
		rng := rand.New(rand.NewPCG(seed, 5))
		req := &api.Request{Query: "bread ferry", Diversity: rng.Float64()}
		var docs []heuristics.Document
		for range 30 {
			text := ""
			for range 1 + rng.IntN(9) {
				text += words[rng.IntN(len(words))] + " "
			}
			req.Documents, docs = append(req.Documents, api.Document{Text: text}), append(docs, heuristics.Document{Text: text})
		}
		want, err := heuristics.Rank(req.Query, docs, heuristics.Options{Stemmers: all.Stemmers(), Diversity: req.Diversity})
		if err != nil {
			t.Fatal(err)
		}
		plan, err := h.Plan(req, api.Heuristic, heuristics.Budget{})
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range plan.Join(nil, nil) {
			if r.Index != want.Items[i].Index || r.RelevanceScore != want.Items[i].Score.Float() {
				t.Fatalf("seed %d, diversity %v, place %d: document %d, want %d", seed, req.Diversity, i+1, r.Index, want.Items[i].Index)
			}
		}
	}
}

// TestDiversityHasNoPartInTheTrim: the same documents are kept, and stand in
// the order of their scores until results are joined.
func TestDiversityHasNoPartInTheTrim(t *testing.T) {
	h := NewPlanner(nil)
	req := &api.Request{Query: "bread", Budget: api.Budget{Documents: 4}}
	for i := range 9 {
		req.Documents = append(req.Documents, api.Document{Text: fmt.Sprint("bread oven ", i/3)})
	}
	for _, pipeline := range []api.Pipeline{api.Cascade, api.CrossEncoder} {
		req.Diversity = 0
		plain, err := h.Plan(req, pipeline, heuristics.Budget{})
		if err != nil {
			t.Fatal(err)
		}
		req.Diversity = 0.7
		diverse, err := h.Plan(req, pipeline, heuristics.Budget{})
		if err != nil || !slices.Equal(plain.Kept, diverse.Kept) || !slices.EqualFunc(plain.Results, diverse.Results, sameIndex) {
			t.Errorf("%s: kept %v of %v, error %v", pipeline, diverse.Kept, plain.Kept, err)
		}
		if slices.EqualFunc(plain.Results, diverse.Join(nil, nil), sameIndex) {
			t.Errorf("%s: the order did not change", pipeline)
		}
	}
}

func sameIndex(a, b api.Result) bool { return a.Index == b.Index }

// BenchmarkDiversity re-orders 100 documents of 80 words, as every partial
// answer does.
func BenchmarkDiversity(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	req := &api.Request{Query: "word7 word8", Diversity: 0.3}
	for range 100 {
		text := ""
		for range 80 {
			text += fmt.Sprintf("word%d ", rng.IntN(2000))
		}
		req.Documents = append(req.Documents, api.Document{Text: text})
	}
	plan, err := NewPlanner(nil).Plan(req, api.Heuristic, heuristics.Budget{})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		plan.Join(nil, nil)
	}
}
