// Simulate serves a judge that knows the judgements of a BEIR folder, with noise,
// or grades at random, in both protocols: to measure what grades of a known quality
// do, where no endpoint is.
//
//	go run ./server/internal/llm/llmtest/simulate -data DIR -sigma 2 -addr 127.0.0.1:9999
//	splitrank eval --data DIR --llm-model simulated --llm-base-url http://127.0.0.1:9999/v1 --pipelines cascade@auto,llm@20
package main

import (
	"flag"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"net/http"
	"os"

	"github.com/splitrank/splitrank/server/internal/evaluation"
	"github.com/splitrank/splitrank/server/internal/llm"
	"github.com/splitrank/splitrank/server/internal/llm/llmtest"
)

func main() {
	data := flag.String("data", "", "BEIR folder")
	run := flag.String("run", "", "TREC run")
	sigma := flag.Float64("sigma", 0, "standard deviation of the noise, in grades")
	random := flag.Bool("random", false, "grade at random")
	seed := flag.Uint64("seed", 1, "of the noise")
	addr := flag.String("addr", "127.0.0.1:9999", "where to listen")
	flag.Parse()
	truth, err := load(*data, *run)
	if err != nil {
		log.Fatal(err)
	}
	s := &llmtest.Server{Grade: func(query string, d llmtest.Document) int {
		rng := rand.New(rand.NewPCG(*seed, hash(query+"\x00"+d.Text)))
		if *random {
			return rng.IntN(11)
		}
		grade, known := truth[query+"\x00"+beginning(d.Text)]
		if !known {
			grade = llm.ExamGrade(query, d.Text)
		}
		return min(10, max(0, int(math.Round(grade+*sigma*rng.NormFloat64()))))
	}}
	fmt.Fprintln(os.Stderr, "serving on", *addr)
	log.Fatal(http.ListenAndServe(*addr, s.Handler()))
}

// load the judgements, scaled so that the highest is 10.
func load(data, run string) (map[string]float64, error) {
	sources, err := evaluation.Sources([]string{data}, []string{"1"}, evaluation.Source{Run: run, Split: "test", Depth: 100})
	if err != nil {
		return nil, err
	}
	c, err := evaluation.Load(sources[0])
	if err != nil {
		return nil, err
	}
	highest := 1
	for _, q := range c.Queries {
		for _, g := range q.Grades {
			highest = max(highest, g)
		}
	}
	truth := map[string]float64{}
	for _, q := range c.Queries {
		for _, p := range q.Candidates {
			truth[q.Text+"\x00"+beginning(llm.Shown(p.Text))] = 10 * float64(max(0, q.Grades[p.ID])) / float64(highest)
		}
	}
	return truth, nil
}

// beginning of a text that a prompt may have cut.
func beginning(s string) string { return s[:min(len(s), 500)] }

func hash(s string) uint64 {
	h := uint64(14695981039346656037)
	for _, b := range []byte(s) {
		h = (h ^ uint64(b)) * 1099511628211
	}
	return h
}
