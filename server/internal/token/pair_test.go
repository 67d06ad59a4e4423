package token

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
)

func pairsOf(t testing.TB, name string, l Limits) *Pairs {
	p, err := load(t, name).Pairs(l)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPairsRefuse(t *testing.T) {
	bert := load(t, "bert")
	for name, l := range map[string]Limits{
		"no length":         {},
		"no room":           {MaxLength: 4},
		"negative query":    {MaxLength: 64, MaxQuery: -1},
		"unknown strategy":  {MaxLength: 64, Strategy: "only_first"},
		"negative length":   {MaxLength: -5},
		"strategy in words": {MaxLength: 64, Strategy: "Longest First"},
	} {
		if _, err := bert.Pairs(l); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestJoin(t *testing.T) {
	long := strings.Repeat("bread and water ", 100)
	tests := []struct {
		name            string
		limits          Limits
		query, document string
		lengthQuery     int
		length          int
		truncated       bool
	}{
		{"fits", Limits{MaxLength: 64}, "bread", "bread", 1, 5, false},
		{"document gives way", Limits{MaxLength: 16}, "bread", long, 1, 16, true},
		{"query capped", Limits{MaxLength: 16, MaxQuery: 3}, long, "bread", 3, 7, true},
		{"query below its cap", Limits{MaxLength: 16, MaxQuery: 3}, "bread", "bread", 1, 5, false},
		{"both give way", Limits{MaxLength: 16, Strategy: LongestFirst}, long, long, 6, 16, true},
		{"longer query gives way", Limits{MaxLength: 16, Strategy: LongestFirst}, long, "bread", 12, 16, true},
		{"empty document", Limits{MaxLength: 16}, "bread", "", 1, 4, false},
		{"empty query", Limits{MaxLength: 16}, "", "bread", 0, 4, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := pairsOf(t, "bert", test.limits)
			q := must(p.Query(test.query))
			pair, err := p.Join(q, must(p.Document(nil, q, test.document)))
			if err != nil || len(pair.Query) != test.lengthQuery || p.Length(pair) != test.length || pair.Truncated != test.truncated {
				t.Errorf("query %d, length %d, truncated %v, error %v", len(pair.Query), p.Length(pair), pair.Truncated, err)
			}
		})
	}
}

func TestQueryTooLong(t *testing.T) {
	p := pairsOf(t, "bert", Limits{MaxLength: 16})
	q := must(p.Query(strings.Repeat("bread ", 13)))
	if _, err := p.Join(q, must(p.Document(nil, q, "water"))); !errors.Is(err, ErrQueryTooLong) {
		t.Errorf("Join: %v", err)
	}
	if _, err := p.Windows(nil, q, nil, Windows{}); !errors.Is(err, ErrQueryTooLong) {
		t.Errorf("Windows: %v", err)
	}
}

func TestWindows(t *testing.T) {
	p := pairsOf(t, "bert", Limits{MaxLength: 16})
	q, document := Query{IDs: []int32{7}}, make([]int32, 30)
	for i := range document {
		document[i] = int32(i)
	}
	tests := []struct {
		name   string
		w      Windows
		starts []int32
		last   int // tokens in the last window
		cut    bool
		bad    bool
	}{
		{name: "what fits", w: Windows{}, starts: []int32{0, 12, 24}, last: 6},
		{name: "smaller", w: Windows{Size: 10}, starts: []int32{0, 10, 20}, last: 10},
		{name: "larger than fits", w: Windows{Size: 99}, starts: []int32{0, 12, 24}, last: 6},
		{name: "sharing", w: Windows{Size: 12, Stride: 3}, starts: []int32{0, 9, 18}, last: 12},
		{name: "at most two", w: Windows{Max: 2}, starts: []int32{0, 12}, last: 12, cut: true},
		{name: "stride too large", w: Windows{Size: 4, Stride: 4}, bad: true},
		{name: "negative", w: Windows{Size: -1}, bad: true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := p.Windows(nil, q, document, test.w)
			if test.bad != (err != nil) {
				t.Fatal(err)
			}
			if test.bad {
				return
			}
			var starts []int32
			for _, pair := range got {
				starts = append(starts, pair.Document[0])
			}
			last := got[len(got)-1]
			if !slices.Equal(starts, test.starts) || len(last.Document) != test.last || last.Truncated != test.cut {
				t.Errorf("starts %v, last %d, truncated %v", starts, len(last.Document), last.Truncated)
			}
		})
	}
}

func TestWindowOfNothing(t *testing.T) {
	p := pairsOf(t, "bert", Limits{MaxLength: 16})
	if got, err := p.Windows(nil, must(p.Query("bread")), nil, Windows{Stride: 50}); err != nil || len(got) != 1 {
		t.Errorf("%d windows, %v", len(got), err)
	}
}

// TestSpecialsAreText: what a user writes never becomes a special token.
func TestSpecialsAreText(t *testing.T) {
	spelled := "[CLS] [SEP][PAD] <s></s> <pad>a<unk></s> <mask> [MASK]"
	for _, name := range []string{"bert", "roberta", "xlm-roberta"} {
		var f tokenizerFile
		decodeGolden(t, name, &f)
		ids := must(load(t, name).Encode(nil, spelled, 0))
		for _, a := range f.AddedTokens {
			if a.Content != "<unk>" && a.Content != "[UNK]" && slices.Contains(ids, a.ID) {
				t.Errorf("%s: %q in a text became the special token", name, a.Content)
			}
		}
	}
}

// TestSpecialsInVocabulary: the reference's own answer is there on request.
func TestSpecialsInVocabulary(t *testing.T) {
	tokenizer, err := Parse([]byte(golden(t, "xlm-roberta")), Options{SpecialsInVocabulary: true})
	if err != nil {
		t.Fatal(err)
	}
	if ids := must(tokenizer.Encode(nil, "a</s>", 0)); !slices.Contains(ids, 2) {
		t.Errorf("ids %v hold no </s>", ids)
	}
}

// TestLimit: what a limit leaves is the start of the whole.
func TestLimit(t *testing.T) {
	text := strings.Repeat("Bread, water & salt: שלום 12. ", 20)
	for _, name := range []string{"bert", "roberta", "xlm-roberta"} {
		tokenizer := load(t, name)
		whole := must(tokenizer.Encode(nil, text, 0))
		for limit := 1; limit < len(whole)+3; limit++ {
			part := must(tokenizer.Encode(nil, text, limit))
			if !slices.Equal(part, whole[:min(limit, len(whole))]) {
				t.Fatalf("%s: limit %d gave %d of %d ids", name, limit, len(part), len(whole))
			}
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	for _, name := range []string{"bert", "roberta", "xlm-roberta"} {
		tokenizer := load(t, name)
		texts := []string{"bread and water", "שלום עולם", "é ½ ﬁ 😀", strings.Repeat("x", 300)}
		var want [][]int32
		for _, text := range texts {
			want = append(want, must(tokenizer.Encode(nil, text, 0)))
		}
		var group sync.WaitGroup
		for n := range 8 {
			group.Go(func() {
				for i := range 200 {
					at := (i + n) % len(texts)
					if !slices.Equal(must(tokenizer.Encode(nil, texts[at], 0)), want[at]) {
						t.Errorf("%s: another answer for %q", name, texts[at])
						return
					}
				}
			})
		}
		group.Wait()
	}
}

func BenchmarkDocument(b *testing.B) {
	text := strings.Repeat("Bread, water and salt; don't forget שמרים. naïve ", 12)
	for _, name := range []string{"bert", "roberta", "xlm-roberta"} {
		b.Run(name, func(b *testing.B) {
			p := pairsOf(b, name, Limits{MaxLength: 512})
			q := must(p.Query("how much salt"))
			var document []int32
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				document = must(p.Document(document[:0], q, text))
			}
		})
	}
}
