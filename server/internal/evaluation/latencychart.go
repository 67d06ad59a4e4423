package evaluation

import (
	"fmt"

	"github.com/splitrank/splitrank/shared/eval"
)

// Rows of the latency chart.
const (
	rowHeight = 24.0
	nameWidth = 116.0
	// fastest is the left end of the axis at least, in milliseconds.
	fastest = 0.01
)

// latencyChart shows what a query took in each pipeline, from the 5th to the
// 95th of a hundred; nil where it is not known.
func latencyChart(pipelines []PipelineReport) *chart {
	c := &chart{Title: "Latency", Up: "line p5 to p95, box p25 to p75, stroke p50", Across: "milliseconds per query", Height: topEdge + bottomSpace + rowHeight*float64(len(pipelines))}
	x := axis{from: nameWidth, to: rightEdge, log: true, low: 1e9, high: fastest}
	for _, p := range pipelines {
		if len(p.millis) == 0 {
			return nil
		}
		x.low = min(x.low, max(eval.Percentile(p.millis, 0.05), fastest))
		x.high = max(x.high, eval.Percentile(p.millis, 0.95))
	}
	c.XTicks = x.rounded(0)
	for i, p := range pipelines {
		c.Boxes = append(c.Boxes, boxOf(p, topEdge+rowHeight*(float64(i)+0.5), x))
	}
	return c
}

func boxOf(p PipelineReport, y float64, x axis) box {
	at := func(share float64) float64 { return x.at(eval.Percentile(p.millis, share)) }
	class := "cascade"
	if p.Scored == 0 {
		class = "cut"
	}
	return box{
		Name: p.Name, Class: class, Y: y,
		Low: at(0.05), Quarter: at(0.25), Median: at(0.5), Quarters: at(0.75), High: at(0.95),
		Hint: fmt.Sprintf("%s: p50 %.2f ms, p95 %.2f ms", p.Name, eval.Percentile(p.millis, 0.5), eval.Percentile(p.millis, 0.95)),
	}
}
