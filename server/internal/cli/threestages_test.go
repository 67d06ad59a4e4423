package cli

import (
	"context"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/splitrank/splitrank/heuristics/stem/all"
	"github.com/splitrank/splitrank/server/internal/evaluation"
	"github.com/splitrank/splitrank/server/internal/lateinteraction"
	"github.com/splitrank/splitrank/server/internal/ort/orttest"
	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/server/internal/vectors"
	"github.com/splitrank/splitrank/server/model"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/eval"
)

// TestThreeStagesOfATeacher prints the same for a model whose scores are those of the TREC
// run SPLITRANK_TEACHER, such as `python -m recipe cosine` writes.
func TestThreeStagesOfATeacher(t *testing.T) {
	path := os.Getenv("SPLITRANK_TEACHER")
	if path == "" {
		t.Skip("SPLITRANK_TEACHER is not set: it names a run over TREC DL 2021 behind BM25")
	}
	c := judgedQuestions(t)
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	run, err := eval.ReadRun(path, file)
	if err != nil {
		t.Fatal(err)
	}
	scores := map[string]float64{}
	for _, q := range c.Queries {
		of := map[string]float64{}
		for _, hit := range run[q.ID] {
			of[hit.ID] = hit.Score
		}
		for _, p := range q.Candidates {
			scores[q.Text+"\x00"+p.Text] = of[p.ID]
		}
	}
	m := &rerank.Served{Names: []string{"teacher"}, Model: noisy{grades: scores}}
	of := ndcgs(t, c, m, chooser(t), "cross-encoder", "stages@10", "cascade@10")
	t.Logf("all %.4f, ten by the first model %.3f of it, by the words %.3f", of[0], of[1]/of[0], of[2]/of[0])
	if of[1] < of[2] {
		t.Error("the words chose better than the model")
	}
}

// judgedQuestions are those of TREC DL 2021 behind BM25, in SPLITRANK_DATA.
func judgedQuestions(t *testing.T) *evaluation.Collection {
	t.Helper()
	data := os.Getenv("SPLITRANK_DATA")
	if data == "" {
		t.Skip("SPLITRANK_DATA is not set: it names a folder of BEIR folders with runs")
	}
	orttest.Library(t)
	dl21 := filepath.Join(data, "dl21")
	c, err := evaluation.Load(evaluation.Source{Data: dl21, Run: filepath.Join(dl21, "run.bm25.trec"), MinGrade: 2})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestThreeStages prints what ten of a hundred documents, chosen by splitrank-mini or by
// the words, keep of a cross-encoder's nDCG@10. The cross-encoder is simulated: the
// judgement of a document and normal noise, several draws of each. It is for reading with
// -v, over TREC DL 2021 behind BM25 in SPLITRANK_DATA.
func TestThreeStages(t *testing.T) {
	c := judgedQuestions(t)
	first := chooser(t)
	for _, noise := range []float64{0.8, 1, 1.2, 1.4} {
		all, kept := 0.0, [2]float64{}
		const draws = 10
		for draw := range uint64(draws) {
			m := &rerank.Served{Names: []string{"simulated"}, Model: noisy{grades: gradesOf(c), noise: noise, draw: draw}}
			of := ndcgs(t, c, m, first, "cross-encoder", "stages@10", "cascade@10")
			all += of[0] / draws
			for i := range kept {
				kept[i] += of[i+1] / draws
			}
		}
		t.Logf("noise %.1f: all %.4f, ten by the first model %.3f of it, by the words %.3f", noise, all, kept[0]/all, kept[1]/all)
		if kept[0] < kept[1] {
			t.Errorf("noise %.1f: the words chose better than the model", noise)
		}
	}
}

// chooser is splitrank-mini, with room for what it reads.
func chooser(t *testing.T) *rerank.Served {
	t.Helper()
	store, err := vectors.Open(vectors.Options{Memory: 256 << 20, Format: lateinteraction.Format})
	if err != nil {
		t.Fatal(err)
	}
	f := inferenceFlags{BatchTokens: 1024}
	o := f.options()
	o.QueueTokens, o.Store = math.MaxInt32, store
	m, err := f.loadOne(model.Name, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(context.Background()); err != nil {
			t.Error(err)
		}
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return measured(m, m)
}

func gradesOf(c *evaluation.Collection) map[string]float64 {
	grades := map[string]float64{}
	for _, q := range c.Queries {
		for _, p := range q.Candidates {
			grades[q.Text+"\x00"+p.Text] = float64(q.Grades[p.ID])
		}
	}
	return grades
}

func ndcgs(t *testing.T, c *evaluation.Collection, m, first *rerank.Served, names ...string) []float64 {
	t.Helper()
	pipelines, err := evaluation.ParsePipelines(names, all.Stemmers(), m, first, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := evaluation.Evaluate(t.Context(), c, pipelines, evaluation.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var of []float64
	for _, p := range r.Pipelines {
		of = append(of, p.Metrics["ndcg@10"])
	}
	return of
}

// noisy is a cross-encoder that sees the judgements through noise.
type noisy struct {
	grades map[string]float64 // by query, a zero byte and text
	noise  float64            // standard deviation, in grades
	draw   uint64
}

func (noisy) Name() string                       { return "simulated" }
func (noisy) SupportsLanguage(string, bool) bool { return true }
func (noisy) SupportsScript(string) bool         { return true }
func (noisy) Calibration() answer.Calibration    { return answer.Calibration{} }

// Open implements rerank.PairModel.
func (s noisy) Open(req *api.Request) rerank.Pairs { return noisyPairs{s, req} }

type noisyPairs struct {
	noisy
	req *api.Request
}

func (noisyPairs) Known(context.Context, []int) ([]answer.Score, rerank.Timing) {
	return nil, rerank.Timing{}
}
func (noisyPairs) Forecast([]int) time.Duration { return 0 }
func (noisyPairs) Tokenize(_ context.Context, documents []int) ([]int, error) {
	return make([]int, len(documents)), nil
}

// Score implements rerank.Pairs.
func (p noisyPairs) Score(_ context.Context, documents []int, take func([]answer.Score)) (rerank.Timing, error) {
	scores := make([]answer.Score, len(documents))
	for i, d := range documents {
		pair := p.req.Query + "\x00" + p.req.Documents[d].Text
		h := fnv.New64a()
		_, _ = h.Write([]byte(pair))
		random := rand.New(rand.NewPCG(h.Sum64(), p.draw))
		scores[i] = answer.Score{Document: d, Logit: p.grades[pair] + p.noise*random.NormFloat64()}
	}
	take(scores)
	return rerank.Timing{}, nil
}
