//go:build unix

package httpapi

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"testing"

	"github.com/splitrank/splitrank/heuristics/stem/all"
	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/server/internal/tracing/otlp"
	core "github.com/splitrank/splitrank/shared/answer"
)

// BenchmarkTraces compares a request that is never traced, one of which a hundredth is,
// and one that always is, in turns: processor time, the collector's in this process
// included, 100 documents of 600 bytes, pipeline heuristic. Printed are medians of the
// ratios to a server without traces in the same round, with the 95 % interval of the
// median. The first, without traces again, says how far the machine can tell.
//
//	go test ./server/internal/httpapi -run '^$' -bench Traces -benchtime 400x
func BenchmarkTraces(b *testing.B) {
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
	defer collector.Close()
	body := bodyOf("documents", prose(b, 100, 600))
	var list []*contender
	var handlers []http.Handler
	for _, c := range []struct {
		name  string
		ratio float64 // below 0 = off
	}{{"off", -1}, {"off again", -1}, {"on at 1 %", 0.01}, {"on for all", 1}} {
		list = append(list, &contender{name: c.name, path: "/rerank", body: body})
		handlers = append(handlers, tracedHandler(b, collector.URL, c.ratio))
	}
	took, random := make([]float64, len(list)), rand.New(rand.NewPCG(1, 2))
	for b.Loop() {
		for _, at := range random.Perm(len(list)) {
			runtime.GC()
			took[at] = list[at].ask(b, handlers[at])
		}
		for i, c := range list {
			c.ratios = append(c.ratios, took[i]/took[0])
		}
	}
	for _, c := range list[1:] {
		low, median, high := medianInterval(c.ratios)
		fmt.Printf("%-12s %.4f × off (%.4f to %.4f), %d rounds\n", c.name, median, low, high, len(c.ratios))
	}
}

func tracedHandler(b *testing.B, collector string, ratio float64) http.Handler {
	engine, err := rerank.New(rerank.Config{Planner: core.NewPlanner(all.Stemmers())})
	if err != nil {
		b.Fatal(err)
	}
	config := Config{Reranker: engine}
	if ratio >= 0 {
		p, err := otlp.Open(otlp.Options{Endpoint: collector, Ratio: &ratio})
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = p.Close() })
		config.Trace = p.Begin
	}
	s, err := New(config)
	if err != nil {
		b.Fatal(err)
	}
	return s.Handler()
}

// medianInterval holds the median of what values are drawn from in 95 of 100 cases, by
// the ranks of a binomial distribution.
func medianInterval(values []float64) (low, median, high float64) {
	sorted := slices.Sorted(slices.Values(values))
	n := float64(len(sorted))
	half := 1.96 * math.Sqrt(n) / 2
	at := func(rank float64) float64 { return sorted[int(min(max(rank, 0), n-1))] }
	return at(math.Floor(n/2 - half)), at(n / 2), at(math.Ceil(n/2 + half))
}
