package answer

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/heuristics/stem/all"
	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/golden"
)

var update = flag.Bool("update", false, "write the vectors anew")

// vectorFile is read here, by web/test in Node and Chromium, and by the tests of
// the edge in workerd: one vector a line.
const vectorFile = "testdata/vectors.jsonl"

// vector is a request, what a model behind said about the documents that were
// kept, and the answer to the whole.
type vector struct {
	Name    string         `json:"name"`
	Request jsontext.Value `json:"request"` // of POST /rerank
	// Part are the results about the kept documents, which go by their place
	// among those, ascending; nil = the model said nothing.
	Part jsontext.Value `json:"part,omitzero"`
	// Wrong says why the part must be refused; "" = it must not.
	Wrong string `json:"wrong,omitzero"`
	// Kept documents, the best first.
	Kept []int `json:"kept"`
	// Results are [document, relevance score, scored by].
	Results []vectorResult `json:"results"`
}

type vectorResult struct {
	Index     int
	Relevance float64
	ScoredBy  string
}

// MarshalJSON implements json.Marshaler.
func (r vectorResult) MarshalJSON() ([]byte, error) {
	return json.Marshal([]any{r.Index, r.Relevance, r.ScoredBy})
}

// part is what an origin answers about n documents.
type part []partResult

type partResult struct {
	Index          int      `json:"index"`
	Rank           int      `json:"rank"`
	RelevanceScore float64  `json:"relevance_score"`
	ScoredBy       string   `json:"scored_by"`
	HeuristicScore float64  `json:"heuristic_score"`
	Logit          *float64 `json:"logit,omitzero"`
	Truncated      bool     `json:"truncated,omitzero"`
}

// decoded by the code that reads an origin's answer.
func (v *vector) decoded(t *testing.T) []api.Result {
	t.Helper()
	if v.Part == nil {
		return nil
	}
	r, err := api.DecodeResponse(fmt.Appendf(nil, `{"results":%s}`, v.Part))
	if err != nil {
		t.Fatalf("%s: %v", v.Name, err)
	}
	return r.Results
}

// answer computes Kept, Wrong and Results.
func (v *vector) answer(t *testing.T, p *Planner) {
	t.Helper()
	req, err := api.DecodeRequest(v.Request, api.Limits{}.WithDefaults())
	if err != nil {
		t.Fatalf("%s: %v", v.Name, err)
	}
	plan, err := p.Plan(req, api.Cascade, heuristics.Budget{})
	if err != nil {
		t.Fatalf("%s: %v", v.Name, err)
	}
	v.Kept, v.Wrong, v.Results = plan.Kept, "", nil
	part := v.decoded(t)
	if v.Part != nil {
		if err := Check(part, len(plan.Kept), req.Diversity > 0); err != nil {
			v.Wrong = err.Error()
			part = nil
		}
	}
	joined := plan.Join(part, slices.Sorted(slices.Values(plan.Kept)))
	if err := Check(joined, len(req.Documents), req.Diversity > 0); err != nil {
		t.Errorf("%s: %v", v.Name, err)
	}
	for _, r := range joined {
		v.Results = append(v.Results, vectorResult{r.Index, r.RelevanceScore, r.ScoredBy})
	}
}

// TestVectors: plan and merge are what every tier reads from the file.
func TestVectors(t *testing.T) {
	var out bytes.Buffer
	planner := NewPlanner(all.Stemmers())
	list := vectors()
	for i := range list {
		list[i].answer(t, planner)
		line, err := json.Marshal(&list[i], json.Deterministic(true))
		if err != nil {
			t.Fatal(err)
		}
		out.Write(append(line, '\n'))
	}
	if len(list) < 200 {
		t.Errorf("%d vectors, want 200", len(list))
	}
	golden.File(t, *update, vectorFile, out.Bytes())
}

// vectors without their answers: those with a name of their own, and mixed ones.
func vectors() []vector {
	list := namedVectors()
	for seed := range uint64(190) {
		list = append(list, mixedVector(seed))
	}
	return list
}

// request of a vector.
type request struct {
	Query     string     `json:"query"`
	Documents []document `json:"documents"`
	Pipeline  string     `json:"pipeline"`
	First     string     `json:"first_stage,omitzero"`
	Budget    budget     `json:"budget"`
	Diversity float64    `json:"diversity,omitzero"`
	Language  string     `json:"language,omitzero"`
}

type document struct {
	Title string `json:"title,omitzero"`
	Text  string `json:"text"`
	Rank  int    `json:"rank,omitzero"`
}

type budget struct {
	Documents int `json:"documents"`
}

func newVector(name string, r request, p part) vector {
	r.Pipeline = string(api.Cascade)
	v := vector{Name: name, Request: marshalled(r)}
	for i := range p {
		p[i].Rank = i + 1
	}
	if p != nil {
		v.Part = marshalled(p)
	}
	return v
}

func marshalled(v any) jsontext.Value {
	b, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		panic(err)
	}
	return b
}

// byModel is a result that a model scored, byWords one that it did not.
func byModel(index int, relevance, logit float64) partResult {
	return partResult{Index: index, RelevanceScore: relevance, ScoredBy: "cross-encoder", HeuristicScore: 0.5, Logit: &logit}
}

func byWords(index int, relevance float64) partResult {
	return partResult{Index: index, RelevanceScore: relevance, ScoredBy: "heuristic", HeuristicScore: 0.5}
}

// texts are documents without titles or ranks.
func texts(list ...string) (docs []document) {
	for _, s := range list {
		docs = append(docs, document{Text: s})
	}
	return docs
}

// breads are eight documents, the first of which have more to do with bread.
func breads() []document {
	return texts("bread bread and the oven", "the bread rises", "bread, water and a river", "a river of bread and salt and stones in the water",
		"stones", "the ferry leaves at nine", "salt", "a map of the river")
}

func namedVectors() []vector {
	bread := request{Query: "bread", Documents: breads(), Budget: budget{4}}
	agency := request{Query: "מה עושה ה-FBI?", Budget: budget{4}}
	for i := range 20 {
		text := "The agency investigates crimes."
		if i > 13 {
			text = "The FBI investigates crimes."
		}
		agency.Documents = append(agency.Documents, document{Text: text})
	}
	equal := request{Query: "bread", Documents: texts("bread", "bread", "bread", "bread", "bread"), Budget: budget{3}}
	ranked := equal
	ranked.Documents = slices.Clone(equal.Documents)
	for i, rank := range []int{0, 3, 1, 0, 2} {
		ranked.Documents[i].Rank = rank
	}
	hidden := ranked
	hidden.First = "hidden"
	silent := request{Query: "quantum", Documents: breads(), Budget: budget{3}}
	diverse := request{Query: "bread", Documents: texts("bread in the oven", "bread in the oven", "bread and butter", "the oven", "a map"), Budget: budget{3}, Diversity: 0.7}
	hebrew := request{Query: "אפיית לחם", Documents: texts("לחם", "bread", "אפיית לחם", "לחם לבן", "הספר"), Budget: budget{2}}
	titled := request{Query: "sourdough bread", Documents: []document{{Title: "Bread", Text: "sourdough"}, {Title: "Maps", Text: "rivers"}, {Text: "bread"}, {Text: ""}}, Budget: budget{2}}
	return []vector{
		newVector("nothing said", bread, nil),
		newVector("all scored", bread, part{byModel(3, 0.9, 2), byModel(1, 0.7, 1), byModel(0, 0.5, 0), byModel(2, 0.1, -2)}),
		newVector("a partial answer: two of four scored, what waits between them", bread, part{byModel(2, 0.9, 2), byWords(1, 0.8), byModel(0, 0.2, -1), byWords(3, 0.1)}),
		newVector("a partial answer: only the last is scored", bread, part{byWords(0, 0.9), byWords(1, 0.9), byWords(2, 0.9), byModel(3, 0.9, 2)}),
		newVector("a partial answer: only the first is scored", bread, part{byModel(0, 0.3, -1), byWords(1, 0.3), byWords(2, 0.2), byWords(3, 0.1)}),
		newVector("a deadline cut: nothing is scored", bread, part{byWords(0, 0.9), byWords(1, 0.8), byWords(2, 0.7), byWords(3, 0.6)}),
		newVector("a score of 0 caps the rest at 0", bread, part{byModel(0, 1, 40), byModel(1, 0, -800), byModel(2, 0, -800), byModel(3, 0, -800)}),
		newVector("scores of 1 cap nothing", bread, part{byModel(0, 1, 40), byModel(1, 1, 40), byModel(2, 1, 40), byModel(3, 1, 40)}),
		newVector("truncated", bread, part{{Index: 0, RelevanceScore: 0.5, ScoredBy: "cross-encoder", Logit: new(float64), Truncated: true}, byWords(1, 0.5), byWords(2, 0.4), byWords(3, 0.3)}),
		newVector("another script, with a name", agency, nil),
		newVector("another script, scored", agency, part{byModel(2, 0.8, 1), byModel(0, 0.6, 0.5), byWords(1, 0.5), byWords(3, 0.4)}),
		newVector("equal scores", equal, part{byModel(1, 0.5, 0), byModel(0, 0.5, 0), byModel(2, 0.5, 0)}),
		newVector("equal scores, nothing said", equal, nil),
		newVector("equal scores and ranks", ranked, part{byModel(2, 0.5, 0), byWords(0, 0.4), byWords(1, 0.4)}),
		newVector("equal scores and ranks, nothing said", ranked, nil),
		newVector("equal scores and hidden ranks", hidden, nil),
		newVector("no word occurs", silent, part{byModel(2, 0.4, -1), byModel(1, 0.2, -2), byModel(0, 0.1, -3)}),
		newVector("only stop words", request{Query: "what is it", Documents: breads(), Budget: budget{2}}, nil),
		newVector("diverse: scores rise and stand", diverse, part{byModel(0, 0.9, 2), byModel(2, 0.3, -1), byModel(1, 0.85, 1.9)}),
		newVector("diverse: nothing said", diverse, nil),
		newVector("diverse: half scored", diverse, part{byModel(1, 0.6, 2), byWords(0, 0.5), byWords(2, 0.4)}),
		newVector("Hebrew", hebrew, part{byModel(1, 0.9, 2), byModel(0, 0.8, 1)}),
		newVector("Hebrew, nothing said", hebrew, nil),
		newVector("titles and an empty text", titled, part{byModel(0, 0.9, 2), byWords(1, 0.5)}),
		newVector("a document of the same text twice", request{Query: "bread", Documents: texts("bread oven", "bread oven", "bread", "river", "river"), Budget: budget{3}}, part{byModel(1, 0.7, 1), byModel(0, 0.7, 1), byModel(2, 0.1, -2)}),
		newVector("one document", request{Query: "bread", Documents: texts("bread", "river"), Budget: budget{1}}, part{byModel(0, 0.25, -1)}),
		newVector("wrong: one is missing", bread, part{byModel(0, 0.9, 2), byModel(1, 0.8, 1), byModel(2, 0.7, 1)}),
		newVector("wrong: one too many", bread, part{byModel(0, 0.9, 2), byModel(1, 0.8, 1), byModel(2, 0.7, 1), byModel(3, 0.6, 1), byWords(4, 0.5)}),
		newVector("wrong: one twice", bread, part{byModel(0, 0.9, 2), byModel(1, 0.8, 1), byModel(1, 0.7, 1), byModel(3, 0.6, 1)}),
		newVector("wrong: none such", bread, part{byModel(0, 0.9, 2), byModel(1, 0.8, 1), byModel(9, 0.7, 1), byModel(3, 0.6, 1)}),
		newVector("wrong: above 1", bread, part{byModel(0, 1.5, 2), byModel(1, 0.8, 1), byModel(2, 0.7, 1), byModel(3, 0.6, 1)}),
		newVector("wrong: below 0", bread, part{byModel(0, 0.9, 2), byModel(1, 0.8, 1), byModel(2, 0.7, 1), byModel(3, -0.5, 1)}),
		newVector("wrong: rising", bread, part{byModel(0, 0.5, 2), byModel(1, 0.8, 1), byModel(2, 0.7, 1), byModel(3, 0.6, 1)}),
		newVector("wrong: scored by nobody", bread, part{byModel(0, 0.9, 2), {Index: 1, RelevanceScore: 0.8, ScoredBy: "cross-encoder"}, byWords(2, 0.7), byWords(3, 0.6)}),
		newVector("wrong: a logit of the heuristics", bread, part{byModel(0, 0.9, 2), {Index: 1, RelevanceScore: 0.8, ScoredBy: "heuristic", Logit: new(float64)}, byWords(2, 0.7), byWords(3, 0.6)}),
	}
}

// mixedVector has words of two scripts, ranks, equal texts and empty ones, a
// budget, and a part of which some is scored, at random.
func mixedVector(seed uint64) vector {
	rng := rand.New(rand.NewPCG(seed, 11))
	english := strings.Fields("bread oven dough river ferry milk train map the of 2024 FBI")
	hebrew := strings.Fields("לחם תנור בצק נהר מעבורת חלב רכבת מפה של 2024 FBI")
	words := [][]string{english, hebrew}
	sentence := func(vocabulary []string, n int) string {
		list := make([]string, n)
		for i := range list {
			list[i] = vocabulary[rng.IntN(len(vocabulary))]
		}
		return strings.Join(list, " ")
	}
	asked := rng.IntN(2)
	r := request{Query: sentence(words[asked], 1+rng.IntN(4)), Language: []string{"en", "he"}[asked]}
	n := 3 + rng.IntN(18)
	r.Budget.Documents = 1 + rng.IntN(n-1)
	withRanks, other := rng.IntN(3) == 0, rng.IntN(4) == 0
	if rng.IntN(4) == 0 {
		r.First = "hidden"
	}
	if rng.IntN(5) == 0 {
		r.Diversity = float64(1+rng.IntN(4)) / 5
	}
	for range n {
		script := asked
		if other && rng.IntN(5) > 0 {
			script = 1 - asked
		}
		d := document{Text: sentence(words[script], rng.IntN(7))}
		if withRanks && rng.IntN(5) > 0 {
			d.Rank = 1 + rng.IntN(n)
		}
		r.Documents = append(r.Documents, d)
	}
	return newVector(fmt.Sprintf("mixed %d", seed), r, mixedPart(rng, r.Budget.Documents, r.Diversity > 0))
}

// mixedPart is an answer about n documents in any order. Each is scored with a
// chance of its own, none in some.
func mixedPart(rng *rand.Rand, n int, diverse bool) part {
	if rng.IntN(8) == 0 {
		return nil
	}
	chance, relevance := rng.IntN(5), make([]float64, n)
	for i := range relevance {
		relevance[i] = float64(rng.IntN(33)) / 32
	}
	if !diverse {
		slices.SortFunc(relevance, func(a, b float64) int { return int(64 * (b - a)) })
	}
	var p part
	for i, index := range rng.Perm(n) {
		if rng.IntN(4) < chance {
			p = append(p, byModel(index, relevance[i], float64(rng.IntN(64)-32)/4))
		} else {
			p = append(p, byWords(index, relevance[i]))
		}
	}
	return p
}
