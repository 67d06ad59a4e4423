package evaluation

import (
	"math"

	"github.com/splitrank/splitrank/shared/eval"
)

// Summary is the measurement of several collections.
type Summary struct {
	Collections []*Report `json:"collections"`
	// Mean over the collections, each weighing the same however many queries
	// it has.
	Mean []PipelineReport `json:"mean"`
	// Comparisons of pipelines with each other, over all collections.
	Comparisons []Comparison `json:"comparisons,omitempty"`
	// Made is nil where nobody says how.
	Made *Made `json:"made,omitempty"`
}

// Summarize takes the mean of reports made with the same pipelines.
func Summarize(reports []*Report) (*Summary, error) {
	s := &Summary{Collections: reports}
	for i, p := range reports[0].Pipelines {
		mean := meanPipeline(reports, i)
		mean.Name = p.Name
		if i > 0 {
			var err error
			if mean.Delta, err = deltas(reports, i); err != nil {
				return nil, err
			}
		}
		s.Mean = append(s.Mean, mean)
	}
	if len(reports) == 1 {
		s.Comparisons = reports[0].Comparisons
		return s, nil
	}
	var err error
	s.Comparisons, err = comparisons(reports)
	return s, err
}

func meanPipeline(reports []*Report, i int) PipelineReport {
	mean := func(of func(PipelineReport) float64) float64 {
		values := make([]float64, len(reports))
		for c, r := range reports {
			values[c] = of(r.Pipelines[i])
		}
		return eval.Mean(values)
	}
	p := PipelineReport{Metrics: map[string]float64{}}
	for _, m := range eval.Measures() {
		p.Metrics[m.Name] = mean(func(p PipelineReport) float64 { return p.Metrics[m.Name] })
	}
	p.Kept.Recall = mean(func(p PipelineReport) float64 { return p.Kept.Recall })
	p.Kept.Mean = mean(func(p PipelineReport) float64 { return p.Kept.Mean })
	p.Kept.Best = mean(func(p PipelineReport) float64 { return p.Kept.Best })
	p.Scored = mean(func(p PipelineReport) float64 { return p.Scored })
	p.Ideal = known(eachOf(reports, func(r *Report) *float64 { return r.Pipelines[i].Ideal }))
	p.Similarity = known(eachOf(reports, func(r *Report) *float64 { return r.Pipelines[i].Similarity }))
	p.Asked = known(eachOf(reports, func(r *Report) *float64 { return r.Pipelines[i].Asked }))
	p.USD = known(eachOf(reports, func(r *Report) *float64 { return r.Pipelines[i].USD }))
	p.Latency.P50 = mean(func(p PipelineReport) float64 { return p.Latency.P50 })
	p.Latency.P95 = mean(func(p PipelineReport) float64 { return p.Latency.P95 })
	p.CPU = known(eachOf(reports, func(r *Report) *float64 { return r.Pipelines[i].CPU }))
	for _, r := range reports {
		p.Latency.Alone += r.Pipelines[i].Latency.Alone
	}
	return p
}

// eachOf has NaN where a report knows nothing.
func eachOf(reports []*Report, of func(*Report) *float64) []float64 {
	values := make([]float64, len(reports))
	for i, r := range reports {
		values[i] = math.NaN()
		if v := of(r); v != nil {
			values[i] = *v
		}
	}
	return values
}
