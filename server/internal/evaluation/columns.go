package evaluation

import (
	"fmt"
	"slices"

	"github.com/splitrank/splitrank/shared/eval"
)

// column is one figure of a pipeline as people read it.
type column struct {
	name string
	cell func(PipelineReport) string
}

// columnsOf leaves out what a trim kept where nothing was trimmed.
func columnsOf(pipelines []PipelineReport) []column {
	columns := measureColumns()
	columns = append(columns, column{"Δ ndcg@10 (95 %)", changeCell}, column{"relative", relativeCell})
	if anyTrims(pipelines) {
		columns = append(columns, keptColumns()...)
	}
	columns = append(columns, costColumns(pipelines)...)
	return append(columns,
		column{"p50 ms", func(p PipelineReport) string { return fmt.Sprintf("%.2f", p.Latency.P50) }},
		column{"p95 ms", func(p PipelineReport) string { return fmt.Sprintf("%.2f", p.Latency.P95) }})
}

func measureColumns() []column {
	var columns []column
	for _, m := range eval.Measures() {
		columns = append(columns, column{m.Name, func(p PipelineReport) string { return fmt.Sprintf("%.4f", p.Metrics[m.Name]) }})
	}
	return columns
}

func keptColumns() []column {
	return []column{
		{"kept", func(p PipelineReport) string { return fmt.Sprintf("%.1f", p.Kept.Mean) }},
		{"of relevant", func(p PipelineReport) string { return fmt.Sprintf("%.4f", p.Kept.Recall) }},
		{"best ndcg@10", func(p PipelineReport) string { return fmt.Sprintf("%.4f", p.Kept.Best) }},
	}
}

// costColumns leaves out what no pipeline has.
func costColumns(pipelines []PipelineReport) (columns []column) {
	if slices.ContainsFunc(pipelines, func(p PipelineReport) bool { return p.Scored > 0 }) {
		columns = append(columns, column{"scored", func(p PipelineReport) string { return fmt.Sprintf("%.1f", p.Scored) }})
	}
	for _, c := range []struct {
		name string
		of   func(PipelineReport) *float64
	}{
		{"ideal ndcg@10", func(p PipelineReport) *float64 { return p.Ideal }},
		{"similarity@10", func(p PipelineReport) *float64 { return p.Similarity }},
		{"llm asked", func(p PipelineReport) *float64 { return p.Asked }},
		{"$ per 1,000", func(p PipelineReport) *float64 { return p.USD }},
	} {
		if slices.ContainsFunc(pipelines, func(p PipelineReport) bool { return c.of(p) != nil }) {
			columns = append(columns, column{c.name, func(p PipelineReport) string { return knownCell(c.of(p)) }})
		}
	}
	return columns
}

func knownCell(v *float64) string {
	if v == nil {
		return none
	}
	return fmt.Sprintf("%.4f", *v)
}

func anyTrims(pipelines []PipelineReport) bool {
	for _, p := range pipelines {
		if p.Kept.Mean != pipelines[0].Kept.Mean {
			return true
		}
	}
	return false
}

// none stands where a figure has no meaning.
const none = "–"

func changeCell(p PipelineReport) string {
	d, ok := p.Delta["ndcg@10"]
	if !ok {
		return none
	}
	return fmt.Sprintf("%+.4f (%+.4f … %+.4f)", d.Mean, d.Low, d.High)
}

func relativeCell(p PipelineReport) string {
	d, ok := p.Delta["ndcg@10"]
	if !ok || d.Relative == nil {
		return none
	}
	return fmt.Sprintf("%+.1f %%", *d.Relative*100)
}

func cells(columns []column, p PipelineReport) []string {
	row := make([]string, len(columns))
	for i, c := range columns {
		row[i] = c.cell(p)
	}
	return row
}
