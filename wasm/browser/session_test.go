package main

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/frame"
	"github.com/splitrank/splitrank/shared/frame/frametest"
)

// call does what JavaScript does: it reserves room, writes the request there,
// runs it and copies the answer.
func call(t testing.TB, s *session, r *frame.Request) (frame.Response, *frame.Error) {
	t.Helper()
	in := frametest.Request(r)
	copy(s.reserve(uint32(len(in))), in)
	return answerOf(t, s, s.run(uint32(len(in))))
}

func answerOf(t testing.TB, s *session, st status) (frame.Response, *frame.Error) {
	t.Helper()
	out := []byte(string(s.out))
	if st != answered {
		return frame.Response{}, frametest.Error(out)
	}
	return frametest.Response(out), nil
}

// TestRunIsTheScorer: a session that lives through batches of all sizes gives
// what a scorer without any memory gives.
func TestRunIsTheScorer(t *testing.T) {
	s := session{stemmers: stemmers()}
	random := rand.New(rand.NewPCG(1, 2))
	for _, count := range []int{3, 100, 1, 0, 400, 2, 30, 7, 100} {
		r := randomRequest(random, count)
		got, refusal := call(t, &s, r)
		if refusal != nil {
			t.Fatalf("%d documents: %v", count, refusal)
		}
		want := heuristicsAnswer(t, r)
		if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
			t.Errorf("%d documents (-want +got):\n%s", count, d)
		}
	}
}

func heuristicsAnswer(t *testing.T, r *frame.Request) frame.Response {
	t.Helper()
	o := r.Options
	o.Stemmers = stemmers()
	rank := func() (heuristics.Ranking, error) { return heuristics.Rank(r.Query, r.Documents, o) }
	if r.Operation == frame.Trim {
		rank = func() (heuristics.Ranking, error) { return heuristics.Trim(r.Query, r.Documents, o, r.Budget) }
	}
	ranking, err := rank()
	if err != nil {
		t.Fatal(err)
	}
	if r.TopK > 0 && r.TopK < len(ranking.Items) {
		ranking.Items = ranking.Items[:r.TopK]
	}
	return frame.Response{Scorer: heuristics.VersionWith(o.Stemmers), Ranking: ranking}
}

func randomRequest(random *rand.Rand, count int) *frame.Request {
	r := &frame.Request{
		Operation: frame.Operation(count % 2),
		TopK:      random.IntN(2) * 5,
		Budget:    heuristics.Budget{Documents: random.IntN(count + 1)},
		Options:   heuristics.Options{Explain: count%3 == 0, Matches: true, FirstStage: heuristics.FirstStage(random.IntN(2))},
		Query:     randomText(random, 5),
	}
	for range count {
		r.Documents = append(r.Documents, heuristics.Document{
			Title: randomText(random, 2), Text: randomText(random, random.IntN(200)), Rank: random.IntN(9),
		})
	}
	return r
}

func randomText(random *rand.Rand, words int) string {
	list := strings.Fields("Running shoes, runners ran the red fox's bread baking \u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd \u0441\u043b\u043e\u0432\u0430 naïve 42 \xff a")
	var b strings.Builder
	for range words {
		b.WriteString(list[random.IntN(len(list))] + " ")
	}
	return b.String()
}

// TestTrimAcrossScripts: a page keeps what a server keeps of passages in another
// script than the question's, the retriever's best, whatever names they share.
func TestTrimAcrossScripts(t *testing.T) {
	r := &frame.Request{
		Operation: frame.Trim, Budget: heuristics.Budget{Documents: 4},
		Query: "\u05de\u05d4 \u05e2\u05d5\u05e9\u05d4 \u05d4-FBI?", Documents: make([]heuristics.Document, 20),
	}
	for i := range r.Documents {
		r.Documents[i].Text = "The agency investigates crimes."
		if i >= 14 {
			r.Documents[i].Text = "The FBI investigates crimes."
		}
	}
	got, refusal := call(t, &session{stemmers: stemmers()}, r)
	if refusal != nil {
		t.Fatal(refusal)
	}
	for _, it := range got.Ranking.Items {
		if it.Kept != (it.Index < 4) {
			t.Errorf("document %d: kept %v, want the first four", it.Index, it.Kept)
		}
	}
}

func TestTopKCutsTheAnswer(t *testing.T) {
	got, refusal := call(t, new(session), &frame.Request{TopK: 2, Query: "q", Documents: make([]heuristics.Document, 5)})
	if refusal != nil || len(got.Ranking.Items) != 2 {
		t.Errorf("got %d items, %v; want 2", len(got.Ranking.Items), refusal)
	}
}

func TestDescribe(t *testing.T) {
	s := session{stemmers: stemmers()}
	got, refusal := answerOf(t, &s, s.describe())
	if refusal != nil || got.Scorer != heuristics.VersionWith(stemmers()) || len(got.Ranking.Items) != 0 {
		t.Errorf("got %+v, %v", got, refusal)
	}
}

func TestRefusals(t *testing.T) {
	good := frametest.Request(&frame.Request{Query: "q"})
	tests := []struct {
		name  string
		bytes []byte
		run   int
		code  string
	}{
		{"no bytes", nil, 0, frame.CodeMalformed},
		{"cut off", good, len(good) - 1, frame.CodeMalformed},
		{"not a frame", []byte(strings.Repeat("x", 100)), 100, frame.CodeMalformed},
		{"longer than the room", good, len(good) + 1, frame.CodeInternal},
	}
	var s session
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			copy(s.reserve(uint32(len(tt.bytes))), tt.bytes)
			_, refusal := answerOf(t, &s, s.run(uint32(tt.run)))
			if refusal == nil || refusal.Code != tt.code {
				t.Errorf("got %v, want code %s", refusal, tt.code)
			}
		})
	}
}

func TestReserveIsBounded(t *testing.T) {
	if room := new(session).reserve(frame.MaxBytes + 1); room != nil {
		t.Errorf("got %d bytes, want none", len(room))
	}
}

// TestPanicCostsOneCall: after a panic inside the scorer the session answers
// as if nothing had happened.
func TestPanicCostsOneCall(t *testing.T) {
	broken := false
	s := session{stemmers: []heuristics.Stemmer{{Language: "en", Stem: func(word string) string {
		if broken {
			panic(errors.New("private text"))
		}
		return word
	}}}}
	request := &frame.Request{
		Query:     "baking bread",
		Options:   heuristics.Options{Language: "en"},
		Documents: []heuristics.Document{{Text: "cats"}, {Text: "bread"}},
	}
	want, _ := call(t, &s, request)
	broken = true
	_, refusal := call(t, &s, request)
	if refusal == nil || refusal.Code != frame.CodeInternal || strings.Contains(refusal.Message, "private") {
		t.Errorf("got %v, want an error of code %s that keeps the cause to itself", refusal, frame.CodeInternal)
	}
	broken = false
	got, refusal := call(t, &s, request)
	if refusal != nil {
		t.Fatal(refusal)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("after a panic (-before +after):\n%s", d)
	}
}

// TestLargeBuffersAreGivenBack: one large batch does not keep its memory for
// the small ones that follow.
func TestLargeBuffersAreGivenBack(t *testing.T) {
	var s session
	large := []heuristics.Document{{Text: strings.Repeat("word ", keptBytes/4)}}
	if _, refusal := call(t, &s, &frame.Request{Query: "word", Documents: large}); refusal != nil {
		t.Fatal(refusal)
	}
	if _, refusal := call(t, &s, &frame.Request{Query: "word", Documents: large[:0]}); refusal != nil {
		t.Fatal(refusal)
	}
	if cap(s.in) > keptBytes || cap(s.out) > keptBytes {
		t.Errorf("kept %d and %d bytes", cap(s.in), cap(s.out))
	}
}

// TestNoAllocationsPerDocument: two hundred documents cost as many
// allocations as one hundred.
func TestNoAllocationsPerDocument(t *testing.T) {
	s := session{stemmers: stemmers()}
	allocations := func(count int) float64 {
		r := randomRequest(rand.New(rand.NewPCG(3, 4)), 200)
		r.Documents = r.Documents[:count]
		in := frametest.Request(r)
		return testing.AllocsPerRun(20, func() {
			copy(s.reserve(uint32(len(in))), in)
			if st := s.run(uint32(len(in))); st != answered {
				t.Fatalf("status %d", st)
			}
		})
	}
	allocations(200) // takes the memory
	few, many := allocations(100), allocations(200)
	if many > few {
		t.Errorf("100 documents cost %v allocations, 200 cost %v", few, many)
	}
}
