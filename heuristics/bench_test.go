package heuristics_test

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/heuristics/stem/english"
)

// sampleCorpus is the project's own collection: English and Hebrew passages.
const sampleCorpus = "../shared/eval/sample/corpus.jsonl"

// passages reads the sample's texts in one script.
func passages(tb testing.TB, hebrew bool) []string {
	tb.Helper()
	file, err := os.ReadFile(sampleCorpus)
	if err != nil {
		tb.Fatal(err)
	}
	var out []string
	for line := range strings.Lines(string(file)) {
		var p struct{ Text string }
		if err := json.Unmarshal([]byte(line), &p); err != nil {
			tb.Fatal(err)
		}
		if strings.ContainsAny(p.Text, "אבגדה") == hebrew {
			out = append(out, p.Text)
		}
	}
	return out
}

// load is what a benchmark ranks: n documents of size bytes, mixed from
// sentences of the passages, and queries of six words of one passage each.
type load struct {
	docs    []heuristics.Document
	queries []string
	bytes   int
}

func newLoad(tb testing.TB, n, size int, hebrew bool) load {
	rng := rand.New(rand.NewPCG(1, 2))
	texts := passages(tb, hebrew)
	var l load
	for range n {
		text := mixture(rng, texts, size)
		l.docs = append(l.docs, heuristics.Document{Text: text})
		l.bytes += len(text)
	}
	for range 4096 {
		words := strings.Fields(texts[rng.IntN(len(texts))])
		at := rng.IntN(max(1, len(words)-6))
		l.queries = append(l.queries, strings.Join(words[at:min(at+6, len(words))], " "))
	}
	return l
}

// mixture strings random sentences together and cuts them at size bytes.
func mixture(rng *rand.Rand, texts []string, size int) string {
	var b strings.Builder
	for b.Len() < size {
		sentences := strings.SplitAfter(texts[rng.IntN(len(texts))], ". ")
		b.WriteString(sentences[rng.IntN(len(sentences))] + " ")
	}
	text := b.String()[:size]
	for !utf8.ValidString(text) {
		text = text[:len(text)-1]
	}
	return text
}

func BenchmarkRank(b *testing.B) {
	for _, c := range []struct {
		name   string
		n      int
		hebrew bool
	}{{"english-100", 100, false}, {"english-1000", 1000, false}, {"hebrew-100", 100, true}} {
		l := newLoad(b, c.n, 600, c.hebrew)
		o := heuristics.Options{Stemmers: []heuristics.Stemmer{english.Stemmer()}}
		b.Run(c.name, func(b *testing.B) { benchmarkRank(b, l, o) })
		b.Run(c.name+"-trim", func(b *testing.B) {
			benchmark(b, l, func(r *heuristics.Ranker, query string) (heuristics.Ranking, error) {
				return r.Trim(query, l.docs, o, heuristics.Budget{})
			})
		})
	}
}

func benchmarkRank(b *testing.B, l load, o heuristics.Options) {
	benchmark(b, l, func(r *heuristics.Ranker, query string) (heuristics.Ranking, error) { return r.Rank(query, l.docs, o) })
}

func benchmark(b *testing.B, l load, call func(r *heuristics.Ranker, query string) (heuristics.Ranking, error)) {
	var r heuristics.Ranker
	b.SetBytes(int64(l.bytes))
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if _, err := call(&r, l.queries[i%len(l.queries)]); err != nil {
			b.Fatal(err)
		}
		i++
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(l.bytes), "ns/byte")
}

// BenchmarkFoldAndSplit is the yardstick: the plainest pass over the same
// bytes that folds case and cuts words, and does nothing with them.
func BenchmarkFoldAndSplit(b *testing.B) {
	l := newLoad(b, 100, 600, false)
	b.SetBytes(int64(l.bytes))
	words := 0
	for b.Loop() {
		for _, d := range l.docs {
			for range strings.FieldsSeq(strings.ToLower(d.Text)) {
				words++
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(l.bytes), "ns/byte")
}

// BenchmarkLongQuery ranks with a query of several kilobytes, where each cost
// that grew with the product of query and documents would show.
func BenchmarkLongQuery(b *testing.B) {
	l := newLoad(b, 100, 6000, false)
	for _, size := range []int{40, 400, 4000} {
		query := mixture(rand.New(rand.NewPCG(3, 4)), passages(b, false), size)
		b.Run(strconv.Itoa(size), func(b *testing.B) {
			l.queries = []string{query}
			benchmarkRank(b, l, heuristics.Options{})
		})
	}
}
