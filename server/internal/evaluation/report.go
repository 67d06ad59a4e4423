package evaluation

import (
	"cmp"
	"math"
	"slices"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/eval"
)

// Report is the measurement of one collection.
type Report struct {
	Dataset string `json:"dataset"`
	// Run is the first stage's name, empty where cases brought their candidates.
	Run string `json:"run"`
	// Queries measured.
	Queries    int              `json:"queries"`
	LeftOut    LeftOut          `json:"left_out"`
	Depth      int              `json:"depth"`
	FirstStage string           `json:"first_stage"`
	MinGrade   int              `json:"min_grade"`
	Model      string           `json:"model"`
	Scorer     string           `json:"scorer"`
	Pipelines  []PipelineReport `json:"pipelines"`
	// QueryIDs in the order of PipelineReport.PerQuery.
	QueryIDs []string `json:"query_ids,omitempty"`
	// Comparisons of pipelines with each other.
	Comparisons []Comparison `json:"comparisons,omitempty"`
	// Made is nil where nobody says how.
	Made *Made `json:"made,omitempty"`

	queries []Query
}

// PipelineReport is the measurement of one pipeline.
type PipelineReport struct {
	Name string `json:"name"`
	// Metrics are means over queries, by eval.Measures' names.
	Metrics map[string]float64 `json:"metrics"`
	// Delta to the first pipeline, which has none itself.
	Delta map[string]eval.Difference `json:"delta,omitempty"`
	Kept  Kept                       `json:"kept"`
	// Scored is the mean number of pairs that went through a model.
	Scored float64 `json:"scored_per_query"`
	// Ideal is the mean nDCG@10 that a cascade could have reached with as many
	// pairs, chosen by who knows the judgements; nil where pipeline
	// cross-encoder, whose order it takes, is not measured beside it.
	Ideal *float64 `json:"ideal_ndcg@10,omitempty"`
	// Similarity is the mean cosine between the first ten documents; nil where
	// no pipeline asks for diversity.
	Similarity *float64 `json:"similarity@10,omitempty"`
	// Asked is the share of queries that a large language model was asked about;
	// nil where none takes part. USD is what a thousand queries cost; nil where the
	// price is not known.
	Asked   *float64 `json:"llm_asked,omitempty"`
	USD     *float64 `json:"llm_usd_per_1000_queries,omitempty"`
	Latency Latency  `json:"latency_ms"`
	// CPU is the mean processor time of a query in milliseconds, over all threads; nil
	// where queries were not measured one at a time.
	CPU *float64 `json:"cpu_ms_per_query,omitempty"`
	// PerQuery are the values of measures, "ndcg@10", by query; a mean over collections
	// has none.
	PerQuery map[string][]float64 `json:"per_query,omitempty"`

	values [][]float64 // measure, query
	millis []float64   // ascending
	orders [][]int     // query, place: the candidate
}

// Kept says what a trim left. A pipeline that trims nothing keeps all.
type Kept struct {
	// Recall is the mean share of a query's relevant candidates that survive,
	// over the queries that have any; 0 where none has.
	Recall float64 `json:"recall"`
	// Mean number of candidates that survive.
	Mean float64 `json:"mean"`
	// Best is the mean nDCG@10 of the best order of what survives.
	Best float64 `json:"best_ndcg@10"`
}

// Latency of a query in milliseconds.
type Latency struct {
	P50 float64 `json:"p50"`
	P95 float64 `json:"p95"`
	// Alone is the number of queries that were measured one at a time; 0 = they are
	// latencies among others.
	Alone int `json:"alone,omitzero"`
}

// Title names the data set and its run.
func (r *Report) Title() string { return title(r.Dataset, r.Run) }

func newReport(c *Collection, queries []Query, pipelines []Pipeline, samples [][]sample, o Options) (*Report, error) {
	r := &Report{queries: queries,
		Dataset: c.Name, Run: c.Run, Queries: len(samples), LeftOut: c.LeftOut, Depth: c.Depth,
		FirstStage: firstStageName(o.FirstStage), MinGrade: c.MinGrade,
	}
	for _, q := range queries {
		r.QueryIDs = append(r.QueryIDs, q.ID)
	}
	for i, p := range pipelines {
		r.Pipelines = append(r.Pipelines, summarize(p.Name, samplesOf(samples, i)))
		r.Scorer = cmp.Or(r.Scorer, p.Scorer)
		r.Model = cmp.Or(r.Model, p.Model)
	}
	for i := range r.Pipelines[1:] {
		var err error
		if r.Pipelines[i+1].Delta, err = deltas([]*Report{r}, i+1); err != nil {
			return nil, err
		}
	}
	var err error
	r.Comparisons, err = comparisons([]*Report{r})
	return r, err
}

// firstStageName is the word that flags and reports use.
func firstStageName(f heuristics.FirstStage) string {
	if f == heuristics.Hidden {
		return "hidden"
	}
	return "given"
}

func samplesOf(samples [][]sample, pipeline int) []sample {
	c := make([]sample, len(samples))
	for i := range samples {
		c[i] = samples[i][pipeline]
	}
	return c
}

func summarize(name string, samples []sample) PipelineReport {
	p := PipelineReport{Name: name, Metrics: map[string]float64{}}
	for i, m := range eval.Measures() {
		values := collect(samples, func(s sample) float64 { return s.values[i] })
		p.values = append(p.values, values)
		p.Metrics[m.Name] = eval.Mean(values)
	}
	p.PerQuery = map[string][]float64{"ndcg@10": p.values[ndcg]}
	p.Kept = keptOf(samples)
	p.Scored = eval.Mean(collect(samples, func(s sample) float64 { return float64(s.scored) }))
	p.Ideal = known(collect(samples, func(s sample) float64 { return s.ideal }))
	p.Similarity = known(collect(samples, func(s sample) float64 { return s.similarity }))
	p.Asked = known(collect(samples, func(s sample) float64 { return s.asked }))
	p.USD = known(collect(samples, func(s sample) float64 { return 1000 * s.usd }))
	for _, s := range samples {
		p.orders = append(p.orders, s.order)
	}
	p.millis = collect(samples, func(s sample) float64 { return s.millis })
	slices.Sort(p.millis)
	p.Latency = Latency{P50: eval.Percentile(p.millis, 0.5), P95: eval.Percentile(p.millis, 0.95)}
	return p
}

// known is the mean of values, nil if one of them is NaN.
func known(values []float64) *float64 {
	mean := eval.Mean(values)
	if math.IsNaN(mean) {
		return nil
	}
	return &mean
}

func collect(samples []sample, of func(sample) float64) []float64 {
	values := make([]float64, len(samples))
	for i, s := range samples {
		values[i] = of(s)
	}
	return values
}

func keptOf(samples []sample) Kept {
	var shares []float64
	for _, s := range samples {
		if s.wanted > 0 {
			shares = append(shares, float64(s.recalled)/float64(s.wanted))
		}
	}
	return Kept{
		Recall: eval.Mean(shares),
		Mean:   eval.Mean(collect(samples, func(s sample) float64 { return float64(s.kept) })),
		Best:   eval.Mean(collect(samples, func(s sample) float64 { return s.best })),
	}
}

// deltas compares pipeline i with the first one, over one or more collections.
func deltas(reports []*Report, i int) (map[string]eval.Difference, error) {
	all := map[string]eval.Difference{}
	for m, measure := range eval.Measures() {
		pairs := make([]eval.Pair, len(reports))
		for c, r := range reports {
			pairs[c] = eval.Pair{Before: r.Pipelines[0].values[m], After: r.Pipelines[i].values[m]}
		}
		d, err := eval.Compare(pairs...)
		if err != nil {
			return nil, err
		}
		all[measure.Name] = d
	}
	return all, nil
}
