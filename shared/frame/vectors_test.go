package frame_test

import (
	"encoding/json"
	"flag"
	"math"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/frame"
	"github.com/splitrank/splitrank/shared/frame/frametest"
	"github.com/splitrank/splitrank/shared/golden"
)

var update = flag.Bool("update", false, "write testdata/vectors.json")

const vectorsFile = "testdata/vectors.json"

// vectors is the file that the tests of both languages read. Frames are
// base64, by encoding/json's way with []byte.
type vectors struct {
	// DefaultWeights of heuristics, which the TypeScript package repeats.
	DefaultWeights weightsValue `json:"defaultWeights"`

	Requests  []requestVector   `json:"requests"`
	Responses []responseVector  `json:"responses"`
	Errors    []errorVector     `json:"errors"`
	Malformed []malformedVector `json:"malformed"`
}

type requestVector struct {
	Name  string       `json:"name"`
	Frame []byte       `json:"frame"`
	Value requestValue `json:"value"`
}

type responseVector struct {
	Name  string        `json:"name"`
	Frame []byte        `json:"frame"`
	Value responseValue `json:"value"`
}

type errorVector struct {
	Name  string     `json:"name"`
	Frame []byte     `json:"frame"`
	Value errorValue `json:"value"`
}

// malformedVector is a frame that must be refused with Code and Field by the
// reader of Kind.
type malformedVector struct {
	Name  string `json:"name"`
	Kind  string `json:"kind"`
	Frame []byte `json:"frame"`
	Code  string `json:"code"`
	Field string `json:"field"`
}

type requestValue struct {
	Operation string          `json:"operation"`
	Language  string          `json:"language"`
	Hidden    bool            `json:"hidden"`
	Explain   bool            `json:"explain"`
	Matches   bool            `json:"matches"`
	Typing    bool            `json:"typing"`
	TopK      int             `json:"topK"`
	Diversity float64         `json:"diversity"`
	Length    lengthValue     `json:"length"`
	Budget    budgetValue     `json:"budget"`
	Weights   weightsValue    `json:"weights,omitempty"`
	Query     string          `json:"query"`
	Documents []documentValue `json:"documents"`
}

type lengthValue struct {
	Short int `json:"short"`
	Long  int `json:"long"`
}

type budgetValue struct {
	Documents  int     `json:"documents"`
	Floor      int     `json:"floor"`
	Cap        int     `json:"cap"`
	Threshold  float64 `json:"threshold"` // 1 = heuristics.One
	FirstStage int     `json:"firstStage"`
}

// weightsValue are weights by the names that JavaScript has for them.
type weightsValue map[string]int

func weightsOf(w heuristics.Weights) weightsValue {
	v := weightsValue{}
	for s, parts := range w {
		v[frame.CamelCase(heuristics.Signal(s).String())] = parts
	}
	return v
}

func (v weightsValue) weights() *heuristics.Weights {
	if v == nil {
		return nil
	}
	var w heuristics.Weights
	for s := range w {
		w[s] = v[frame.CamelCase(heuristics.Signal(s).String())]
	}
	return &w
}

// documentValue carries its text as bytes where it is not UTF-8.
type documentValue struct {
	Title     string `json:"title"`
	Text      string `json:"text"`
	TextBytes []byte `json:"textBytes,omitempty"`
	Rank      int    `json:"rank"`
}

type responseValue struct {
	Scorer   string      `json:"scorer"`
	Language string      `json:"language"`
	Stemmed  bool        `json:"stemmed"`
	Trust    int64       `json:"trust"`
	Items    []itemValue `json:"items"`
}

type itemValue struct {
	Index       int         `json:"index"`
	Score       int64       `json:"score"`
	Kept        bool        `json:"kept"`
	Reason      string      `json:"reason"`
	Explanation []partValue `json:"explanation"`
	Matches     [][2]int    `json:"matches"`
}

type partValue struct {
	Signal       string `json:"signal"`
	Raw          int64  `json:"raw"`
	Weight       int64  `json:"weight"`
	Contribution int64  `json:"contribution"`
}

type errorValue struct {
	Code    string `json:"code"`
	Field   string `json:"field"`
	Message string `json:"message"`
}

func (v requestValue) request() *frame.Request {
	r := &frame.Request{
		Options: heuristics.Options{
			Language: v.Language, Explain: v.Explain, Matches: v.Matches, Typing: v.Typing, Diversity: v.Diversity,
			Length: heuristics.LengthCurve(v.Length), Weights: v.Weights.weights(),
		},
		Budget: heuristics.Budget{
			Documents: v.Budget.Documents, Floor: v.Budget.Floor, Cap: v.Budget.Cap,
			Threshold: heuristics.Score(v.Budget.Threshold * float64(heuristics.One)), FirstStage: v.Budget.FirstStage,
		},
		TopK:  v.TopK,
		Query: v.Query,
	}
	if v.Operation == "trim" {
		r.Operation = frame.Trim
	}
	if v.Hidden {
		r.Options.FirstStage = heuristics.Hidden
	}
	for _, d := range v.Documents {
		text := d.Text + string(d.TextBytes)
		r.Documents = append(r.Documents, heuristics.Document{Title: d.Title, Text: text, Rank: d.Rank})
	}
	return r
}

func (v responseValue) response() *frame.Response {
	r := &frame.Response{Scorer: v.Scorer, Ranking: heuristics.Ranking{
		Language: v.Language, Stemmed: v.Stemmed, Trust: heuristics.Score(v.Trust),
	}}
	for _, it := range v.Items {
		item := heuristics.Item{Index: it.Index, Score: heuristics.Score(it.Score), Kept: it.Kept, Reason: heuristics.Reason(it.Reason)}
		for _, p := range it.Explanation {
			item.Explanation = append(item.Explanation, heuristics.Part{
				Signal: p.Signal, Raw: heuristics.Score(p.Raw),
				Weight: heuristics.Score(p.Weight), Contribution: heuristics.Score(p.Contribution),
			})
		}
		for _, m := range it.Matches {
			item.Matches = append(item.Matches, heuristics.Span{Start: m[0], End: m[1]})
		}
		r.Ranking.Items = append(r.Ranking.Items, item)
	}
	return r
}

func requestValues() []requestVector {
	return []requestVector{
		{Name: "smallest", Value: requestValue{Operation: "rank"}},
		{Name: "every option", Value: requestValue{
			Operation: "trim", Language: "en", Hidden: true, Explain: true, Matches: true, Typing: true,
			TopK: 5, Diversity: 0.3, Query: "running shoes",
			Length:    lengthValue{Short: 8, Long: 90},
			Budget:    budgetValue{Documents: 30, Floor: 5, Cap: 60, Threshold: 0.75, FirstStage: -1},
			Weights:   numbered(),
			Documents: []documentValue{{Title: "Shoes", Text: "Shoes for runners.", Rank: 2}, {Text: "Cats.", Rank: 1}},
		}},
		{Name: "largest numbers", Value: requestValue{
			Operation: "rank", TopK: math.MaxInt32, Diversity: 1,
			Budget:    budgetValue{Documents: math.MaxInt32, FirstStage: math.MaxInt32},
			Weights:   weightsOf(heuristics.Weights{heuristics.FirstStageOrder: math.MaxInt32}),
			Documents: []documentValue{{Rank: math.MaxInt32}},
		}},
		{Name: "weights that are all zero", Value: requestValue{Operation: "rank", Weights: weightsOf(heuristics.Weights{})}},
		{Name: "hebrew and emoji", Value: requestValue{
			Operation: "rank", Language: "he", Query: "מה זה embeddings?",
			Documents: []documentValue{{Title: "הגדרה", Text: "Embeddings הם ייצוג וקטורי \U0001F9ED של טקסט"}, {Text: "\u200f\u00a0\ufeff"}},
		}},
		{Name: "empty texts and NUL", Value: requestValue{
			Operation: "rank", Query: "\x00", Documents: []documentValue{{}, {Title: "\x00"}, {Text: "\ufeffa\x00b"}},
		}},
		{Name: "text that is not UTF-8", Value: requestValue{
			Operation: "rank", Query: "q", Documents: []documentValue{{TextBytes: []byte("a\xff\xc0\xafb\xed\xa0\x80")}},
		}},
	}
}

// numbered are weights that are all different.
func numbered() weightsValue {
	var w heuristics.Weights
	for s := range w {
		w[s] = s + 1
	}
	return weightsOf(w)
}

func responseValues() []responseVector {
	part := partValue{Signal: "bm25", Raw: 40000, Weight: 32768, Contribution: 20000}
	return []responseVector{
		{Name: "no items", Value: responseValue{Scorer: "h1", Language: "und"}},
		{Name: "bare items", Value: responseValue{Scorer: "h1+en", Language: "en", Stemmed: true, Trust: 65536, Items: []itemValue{
			{Index: 1, Score: 65536, Kept: true}, {Index: 0, Score: 1},
		}}},
		{Name: "names shared between reasons and signals", Value: responseValue{Scorer: "h1", Language: "he", Trust: 32768, Items: []itemValue{
			{Index: 2, Score: 20000, Kept: true, Reason: "score", Explanation: []partValue{part, {Signal: "score", Raw: -1, Weight: 65536, Contribution: -1}}},
			{Index: 0, Score: 20000, Kept: true, Reason: "first stage", Matches: [][2]int{{0, 4}, {7, 7}, {9, math.MaxInt32}}},
			{Index: 7, Score: 0, Reason: "score", Explanation: []partValue{part}, Matches: [][2]int{{1, 2}}},
		}}},
		{Name: "largest numbers", Value: responseValue{Trust: -frame.MaxExact, Items: []itemValue{
			{Index: math.MaxInt32, Score: frame.MaxExact, Reason: "ש", Explanation: []partValue{{Raw: -frame.MaxExact, Weight: frame.MaxExact, Contribution: -1}}},
		}}},
	}
}

func errorValues() []errorVector {
	return []errorVector{
		{Name: "all empty"},
		{Name: "with a field", Value: errorValue{frame.CodeRange, "diversity", "not between 0 and 1"}},
		{Name: "not ascii", Value: errorValue{frame.CodeInternal, "", "שגיאה \U0001F4A5"}},
	}
}

func generate(t *testing.T) vectors {
	v := vectors{DefaultWeights: weightsOf(heuristics.DefaultWeights()), Requests: requestValues(), Responses: responseValues(), Errors: errorValues()}
	for i := range v.Requests {
		v.Requests[i].Frame = frametest.Request(v.Requests[i].Value.request())
	}
	for i := range v.Responses {
		b, err := frame.AppendResponse(nil, v.Responses[i].Value.response())
		if err != nil {
			t.Fatal(err)
		}
		v.Responses[i].Frame = b
	}
	for i, e := range v.Errors {
		v.Errors[i].Frame = frame.AppendError(nil, &frame.Error{e.Value.Code, e.Value.Field, e.Value.Message})
	}
	v.Malformed = malformedVectors(v)
	return v
}

func readVectors(t *testing.T) vectors {
	t.Helper()
	b, err := os.ReadFile(vectorsFile)
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// TestVectorsAreCurrent holds the file against what this code writes: a
// change of the layout shows as a change of the file.
func TestVectorsAreCurrent(t *testing.T) {
	now, err := json.MarshalIndent(generate(t), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden.File(t, *update, vectorsFile, append(now, '\n'))
}

func TestRequestVectors(t *testing.T) {
	var r frame.Request
	for _, v := range readVectors(t).Requests {
		t.Run(v.Name, func(t *testing.T) {
			if err := r.Decode(v.Frame); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(v.Value.request(), &r, cmpopts.EquateEmpty()); d != "" {
				t.Errorf("decoded (-want +got):\n%s", d)
			}
		})
	}
}

func TestResponseVectors(t *testing.T) {
	for _, v := range readVectors(t).Responses {
		t.Run(v.Name, func(t *testing.T) {
			got := frametest.Response(v.Frame)
			if d := cmp.Diff(v.Value.response(), &got); d != "" {
				t.Errorf("decoded (-want +got):\n%s", d)
			}
		})
	}
}

func TestErrorVectors(t *testing.T) {
	for _, v := range readVectors(t).Errors {
		t.Run(v.Name, func(t *testing.T) {
			if d := cmp.Diff(&frame.Error{v.Value.Code, v.Value.Field, v.Value.Message}, frametest.Error(v.Frame)); d != "" {
				t.Errorf("decoded (-want +got):\n%s", d)
			}
		})
	}
}

func TestMalformedVectors(t *testing.T) {
	for _, v := range readVectors(t).Malformed {
		if v.Kind != "request" {
			continue // TypeScript reads it
		}
		t.Run(v.Name, func(t *testing.T) {
			err, _ := new(frame.Request).Decode(v.Frame).(*frame.Error)
			if err == nil || err.Code != v.Code || err.Field != v.Field {
				t.Errorf("got %v, want %s in %q", err, v.Code, v.Field)
			}
		})
	}
}
