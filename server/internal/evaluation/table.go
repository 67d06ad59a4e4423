package evaluation

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode/utf8"
)

// WriteTable writes a summary for people: what it says, a table for each collection
// and, where there are several, nDCG@10 side by side and the mean.
func WriteTable(w io.Writer, s *Summary) error { return WriteTableWithin(w, s, 0) }

// WriteTableWithin is WriteTable for a terminal of so many columns, 0 = any number:
// what is wider stands below in tables of its own.
func WriteTableWithin(w io.Writer, s *Summary, width int) error {
	for _, r := range s.Collections {
		fmt.Fprintf(w, "%s\n", heading(r))
		for _, sentence := range verdict(r.Pipelines, r.Comparisons) {
			fmt.Fprintf(w, "%s\n", sentence)
		}
		if err := writePipelines(w, r.Pipelines, width); err != nil {
			return err
		}
	}
	if len(s.Collections) == 1 {
		return nil
	}
	if err := writeOverviews(w, s); err != nil {
		return err
	}
	fmt.Fprintf(w, "mean of %d collections\n", len(s.Collections))
	for _, sentence := range verdict(s.Mean, s.Comparisons) {
		fmt.Fprintf(w, "%s\n", sentence)
	}
	return writePipelines(w, s.Mean, width)
}

func writeOverviews(w io.Writer, s *Summary) error {
	err := writeOverview(w, s, "ndcg@10", func(p PipelineReport) float64 { return p.Metrics["ndcg@10"] })
	if err != nil || !anyTrims(s.Mean) {
		return err
	}
	return writeOverview(w, s, "kept of relevant", func(p PipelineReport) float64 { return p.Kept.Recall })
}

func heading(r *Report) string {
	h := fmt.Sprintf("%s · %d queries · depth %d · first stage %s · relevant from grade %d",
		r.Title(), r.Queries, r.Depth, r.FirstStage, r.MinGrade)
	if r.Model != "" {
		h += " · model " + r.Model
	}
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

func writePipelines(w io.Writer, pipelines []PipelineReport, width int) error {
	for _, columns := range grouped(columnsOf(pipelines), pipelines, width-widest(pipelines)) {
		if err := writeColumns(w, pipelines, columns); err != nil {
			return err
		}
	}
	return nil
}

// grouped parts columns into tables that fit so many columns of text, at least one
// each. No limit above 0 = one table.
func grouped(columns []column, pipelines []PipelineReport, room int) (groups [][]column) {
	const between = 2
	used := 0
	for _, c := range columns {
		wide := utf8.RuneCountInString(c.name)
		for _, p := range pipelines {
			wide = max(wide, utf8.RuneCountInString(c.cell(p)))
		}
		if used += wide + between; len(groups) == 0 || room > 0 && used > room {
			groups, used = append(groups, nil), wide+between
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], c)
	}
	return groups
}

func writeColumns(w io.Writer, pipelines []PipelineReport, columns []column) error {
	t, width := newTable(w), widest(pipelines)
	var names []string
	for _, c := range columns {
		names = append(names, c.name)
	}
	t.row(width, "", names...)
	for _, p := range pipelines {
		t.row(width, p.Name, cells(columns, p)...)
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

// writeOverview shows one figure by collection and pipeline.
func writeOverview(w io.Writer, s *Summary, name string, figure func(PipelineReport) float64) error {
	t, width := newTable(w), len(name)
	for _, r := range s.Collections {
		width = max(width, len(r.Title()))
	}
	row := func(first string, pipelines []PipelineReport) {
		var cells []string
		for _, p := range pipelines {
			cells = append(cells, fmt.Sprintf("%.4f", figure(p)))
		}
		t.row(width, first, cells...)
	}
	var names []string
	for _, p := range s.Mean {
		names = append(names, p.Name)
	}
	t.row(width, name, names...)
	for _, r := range s.Collections {
		row(r.Title(), r.Pipelines)
	}
	row("mean", s.Mean)
	return t.end()
}
