package evaluation

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/splitrank/splitrank/shared/eval"
)

// WriteTable writes a summary for people: a table for each collection and,
// where there are several, nDCG@10 side by side and the mean.
func WriteTable(w io.Writer, s *Summary) error {
	for _, r := range s.Collections {
		fmt.Fprintf(w, "%s\n", heading(r))
		if err := writePipelines(w, r.Pipelines); err != nil {
			return err
		}
	}
	if len(s.Collections) == 1 {
		return nil
	}
	if err := writeOverview(w, s); err != nil {
		return err
	}
	fmt.Fprintf(w, "mean of %d collections\n", len(s.Collections))
	return writePipelines(w, s.Mean)
}

func heading(r *Report) string {
	h := fmt.Sprintf("%s · %d queries · depth %d · first stage %s · relevant from grade %d",
		r.Title(), r.Queries, r.Depth, r.FirstStage, r.MinGrade)
	if r.LeftOut != (LeftOut{}) {
		h += fmt.Sprintf(" · left out: %d unjudged, %d without candidates", r.LeftOut.Unjudged, r.LeftOut.Unretrieved)
	}
	return h
}

// table writes rows of cells, the first column to the left, the rest to the right.
type table struct{ tab *tabwriter.Writer }

func newTable(w io.Writer) table {
	return table{tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)}
}

// row pads the first cell itself: tabwriter aligns all columns alike.
func (t table) row(width int, first string, cells ...string) {
	fmt.Fprintf(t.tab, "%-*s\t%s\t\n", width, first, strings.Join(cells, "\t"))
}

func (t table) end() error {
	fmt.Fprintln(t.tab)
	return t.tab.Flush()
}

func writePipelines(w io.Writer, pipelines []PipelineReport) error {
	t, width := newTable(w), widest(pipelines)
	t.row(width, "", header()...)
	for _, p := range pipelines {
		t.row(width, p.Name, cells(p)...)
	}
	return t.end()
}

func widest(pipelines []PipelineReport) int {
	width := 0
	for _, p := range pipelines {
		width = max(width, len(p.Name))
	}
	return width
}

func header() []string {
	var h []string
	for _, m := range eval.Measures() {
		h = append(h, m.Name)
	}
	return append(h, "Δ ndcg@10", "95 %", "relative", "kept", "of relevant", "best", "p50 ms", "p95 ms")
}

func cells(p PipelineReport) []string {
	var c []string
	for _, m := range eval.Measures() {
		c = append(c, fmt.Sprintf("%.4f", p.Metrics[m.Name]))
	}
	c = append(c, change(p.Delta)...)
	return append(c, fmt.Sprintf("%.1f", p.Kept.Mean), fmt.Sprintf("%.3f", p.Kept.Recall), fmt.Sprintf("%.3f", p.Kept.Best),
		fmt.Sprintf("%.3f", p.Latency.P50), fmt.Sprintf("%.3f", p.Latency.P95))
}

// change shows the difference of nDCG@10, dashes for the first pipeline.
func change(delta map[string]eval.Difference) []string {
	d, ok := delta["ndcg@10"]
	if !ok {
		return []string{"–", "–", "–"}
	}
	relative := "–"
	if d.Relative != nil {
		relative = fmt.Sprintf("%+.1f %%", *d.Relative*100)
	}
	return []string{fmt.Sprintf("%+.4f", d.Mean), fmt.Sprintf("%+.4f … %+.4f", d.Low, d.High), relative}
}

// writeOverview shows nDCG@10 by collection and pipeline.
func writeOverview(w io.Writer, s *Summary) error {
	t, width := newTable(w), len("ndcg@10")
	for _, r := range s.Collections {
		width = max(width, len(r.Title()))
	}
	var names, means []string
	for _, p := range s.Mean {
		names = append(names, p.Name)
		means = append(means, fmt.Sprintf("%.4f", p.Metrics["ndcg@10"]))
	}
	t.row(width, "ndcg@10", names...)
	for _, r := range s.Collections {
		var row []string
		for _, p := range r.Pipelines {
			row = append(row, fmt.Sprintf("%.4f", p.Metrics["ndcg@10"]))
		}
		t.row(width, r.Title(), row...)
	}
	t.row(width, "mean", means...)
	return t.end()
}
