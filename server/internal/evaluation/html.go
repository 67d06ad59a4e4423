package evaluation

import (
	"embed"
	"fmt"
	"html/template"
	"io"
)

//go:embed report.html chart.html gains.html
var pages embed.FS

// bar is one measured value drawn to scale.
type bar struct {
	Name  string
	Value float64
	Base  bool
}

// section is one table of the page.
type section struct {
	Heading string
	Header  []string
	Rows    [][]string
	// Measure is what the bars show.
	Measure string
	Bars    []bar
	Charts  []*chart
	Gains   []gains
}

// WriteHTML writes a page that needs nothing else: no script, no font, no
// request. It follows the reader's light or dark setting. Tables, plots, and the
// queries that lost most, with the beginnings of the texts, stand in it.
func WriteHTML(w io.Writer, s *Summary) error {
	t, err := template.New("report.html").Funcs(template.FuncMap{"percent": percent}).ParseFS(pages, "*.html")
	if err != nil {
		return err
	}
	return t.Execute(w, sections(s))
}

// percent is a CSS length; the template escapes it in its context.
func percent(v float64) template.CSS { return template.CSS(fmt.Sprintf("%.2f%%", v*100)) }

func sections(s *Summary) []section {
	var all []section
	if len(s.Collections) > 1 {
		all = append(all, newSection(fmt.Sprintf("Mean of %d collections", len(s.Collections)), s.Mean))
	}
	for _, r := range s.Collections {
		s := newSection(heading(r), r.Pipelines)
		s.Gains = gainsOf(r)
		all = append(all, s)
	}
	return all
}

func newSection(heading string, pipelines []PipelineReport) section {
	s := section{Heading: heading, Measure: "ndcg@10"}
	columns := columnsOf(pipelines)
	for _, c := range columns {
		s.Header = append(s.Header, c.name)
	}
	for i, p := range pipelines {
		s.Rows = append(s.Rows, append([]string{p.Name}, cells(columns, p)...))
		s.Bars = append(s.Bars, bar{Name: p.Name, Value: p.Metrics[s.Measure], Base: i == 0})
	}
	for _, c := range []*chart{costChart(pipelines), keptChart(pipelines), latencyChart(pipelines)} {
		if c != nil {
			s.Charts = append(s.Charts, c)
		}
	}
	return s
}
