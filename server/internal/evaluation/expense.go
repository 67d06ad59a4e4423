package evaluation

import (
	"fmt"

	"github.com/splitrank/splitrank/server/internal/pvalue"
)

// qualityColumns are the few that a decision goes by.
func qualityColumns(pipelines []PipelineReport, all []Comparison) []column {
	return []column{
		{"nDCG@10", measureCell("ndcg@10")},
		{"change (95 %)", changeCell},
		{"p (Holm)", func(p PipelineReport) string {
			c, ok := between(all, pipelines[0].Name, p.Name)
			if !ok {
				return none
			}
			return pvalue.Short(c.Holm)
		}},
		{"MRR@10", measureCell("mrr@10")},
		{"recall@10", measureCell("recall@10")},
	}
}

func measureCell(name string) func(PipelineReport) string {
	return func(p PipelineReport) string { return fmt.Sprintf("%.4f", p.Metrics[name]) }
}

// perThousand queries are what costs are given for.
const perThousand = 1000

// expenseColumns say what a query takes. Processor time, and money, are known where
// queries were measured one at a time.
func expenseColumns(pipelines []PipelineReport, made *Made) []column {
	columns := []column{
		{"model scores", func(p PipelineReport) string { return fmt.Sprintf("%.1f", p.Scored) }},
		{"p50 ms", func(p PipelineReport) string { return fmt.Sprintf("%.1f", p.Latency.P50) }},
		{"p95 ms", func(p PipelineReport) string { return fmt.Sprintf("%.1f", p.Latency.P95) }},
	}
	if pipelines[0].CPU == nil {
		return columns
	}
	columns = append(columns, column{"CPU s / 1,000", func(p PipelineReport) string {
		if p.CPU == nil {
			return none
		}
		return fmt.Sprintf("%.1f", *p.CPU*perThousand/1000)
	}})
	if made == nil || made.CPUPrice == 0 {
		return columns
	}
	return append(columns, column{made.PriceUnit + " / 1,000", func(p PipelineReport) string {
		if p.CPU == nil {
			return none
		}
		return fmt.Sprintf("%.4f", *p.CPU*perThousand/1000/3600*made.CPUPrice)
	}})
}
