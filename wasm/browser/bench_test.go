package main

import (
	"encoding/json"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/splitrank/splitrank/heuristics"
)

// BenchmarkRank is the native half of web/bench/bench.mjs, which writes the
// passages and queries and names their file in SPLITRANK_BENCH.
func BenchmarkRank(b *testing.B) {
	texts, queries := benchInput(b)
	for _, count := range []int{100, len(texts)} {
		b.Run(strconv.Itoa(count), func(b *testing.B) { benchRank(b, texts[:count], queries) })
	}
}

func benchInput(b *testing.B) ([]heuristics.Document, []string) {
	file := os.Getenv("SPLITRANK_BENCH")
	if file == "" {
		b.Skip("run by npm run bench in web/, which sets SPLITRANK_BENCH")
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	var input struct {
		Documents []string
		Queries   []string
	}
	if err := json.Unmarshal(raw, &input); err != nil {
		b.Fatal(err)
	}
	docs := make([]heuristics.Document, len(input.Documents))
	for i, text := range input.Documents {
		docs[i].Text = text
	}
	return docs, input.Queries
}

// benchRank reports percentiles beside the mean, since that is what the
// JavaScript half reports. Every iteration brings a new query.
func benchRank(b *testing.B, docs []heuristics.Document, queries []string) {
	var ranker heuristics.Ranker
	o := heuristics.Options{Stemmers: stemmers(), FirstStage: heuristics.Hidden}
	took := make([]time.Duration, 0, 1<<16)
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		if _, err := ranker.Rank(queries[i%len(queries)], docs, o); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Nanoseconds()), "p50-ns")
	b.ReportMetric(float64(took[len(took)*99/100].Nanoseconds()), "p99-ns")
	b.ReportAllocs()
}
