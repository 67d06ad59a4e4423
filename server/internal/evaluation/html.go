package evaluation

import (
	"embed"
	"fmt"
	"html/template"
	"io"

	"github.com/splitrank/splitrank/server/internal/pvalue"
)

//go:embed report.html chart.html gains.html
var pages embed.FS

// bar is one measured value drawn to scale.
type bar struct {
	Name  string
	Value float64
	Base  bool
}

// section is what one collection, or the mean of all, says.
type section struct {
	Heading string
	Verdict []string
	// Tables: quality and cost, what pairs of pipelines say, and every figure.
	Quality, Cost, Comparisons, All sheet
	// Measure is what the bars show.
	Measure string
	Bars    []bar
	Charts  []*chart
	Gains   []gains
}

// sheet is one table: the first cell of a row is its name.
type sheet struct {
	Title  string
	Name   string
	Header []string
	Rows   [][]string
}

// Titled is for the template.
func (s sheet) Titled(title string) sheet {
	s.Title = title
	return s
}

// Over is the header above a cell of a row, which begins with its name.
func (s sheet) Over(cell int) string { return s.Header[cell-1] }

// page is the whole of it.
type page struct {
	Made     *Made
	Sections []section
}

// WriteHTML writes a page that needs nothing else: no script, no font, no
// request. It follows the reader's light or dark setting. It opens with a verdict;
// tables, plots, and the queries that lost most, with the beginnings of the texts,
// follow.
func WriteHTML(w io.Writer, s *Summary) error {
	t, err := template.New("report.html").Funcs(template.FuncMap{"percent": percent}).ParseFS(pages, "*.html")
	if err != nil {
		return err
	}
	return t.Execute(w, page{s.Made, sections(s)})
}

// percent is a CSS length; the template escapes it in its context.
func percent(v float64) template.CSS { return template.CSS(fmt.Sprintf("%.2f%%", v*100)) }

func sections(s *Summary) []section {
	var all []section
	if len(s.Collections) > 1 {
		all = append(all, newSection(fmt.Sprintf("Mean of %d collections", len(s.Collections)), s.Mean, s.Comparisons, s.Made))
	}
	for _, r := range s.Collections {
		one := newSection(heading(r), r.Pipelines, r.Comparisons, s.Made)
		one.Gains = gainsOf(r)
		all = append(all, one)
	}
	return all
}

func newSection(heading string, pipelines []PipelineReport, all []Comparison, made *Made) section {
	s := section{
		Heading: heading, Measure: "ndcg@10", Verdict: verdict(pipelines, all),
		Quality: sheetOf("pipeline", pipelines, qualityColumns(pipelines, all)), Cost: sheetOf("pipeline", pipelines, expenseColumns(pipelines, made)),
		Comparisons: comparisonSheet(all), All: sheetOf("pipeline", pipelines, columnsOf(pipelines)),
	}
	for i, p := range pipelines {
		s.Bars = append(s.Bars, bar{Name: p.Name, Value: p.Metrics[s.Measure], Base: i == 0})
	}
	for _, c := range []*chart{costChart(pipelines), keptChart(pipelines), latencyChart(pipelines)} {
		if c != nil {
			s.Charts = append(s.Charts, c)
		}
	}
	return s
}

func sheetOf(name string, pipelines []PipelineReport, columns []column) sheet {
	s := sheet{Name: name}
	for _, c := range columns {
		s.Header = append(s.Header, c.name)
	}
	for _, p := range pipelines {
		s.Rows = append(s.Rows, append([]string{p.Name}, cells(columns, p)...))
	}
	return s
}

func comparisonSheet(all []Comparison) sheet {
	s := sheet{Name: "comparison", Header: []string{"nDCG@10", "95 %", "p", "p (Holm)", "better", "same", "worse"}}
	for _, c := range all {
		s.Rows = append(s.Rows, []string{
			c.Before + " → " + c.After, fmt.Sprintf("%+.4f", c.Delta.Mean), fmt.Sprintf("%+.4f … %+.4f", c.Delta.Low, c.Delta.High),
			pvalue.Short(c.P), pvalue.Short(c.Holm), fmt.Sprint(c.Better), fmt.Sprint(c.Same), fmt.Sprint(c.Worse),
		})
	}
	return s
}
