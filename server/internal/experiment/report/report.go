// Package report writes what an experiment found as one page that needs nothing else.
package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"math"
	"strings"
	"time"

	"github.com/splitrank/splitrank/server/internal/experiment"
	"github.com/splitrank/splitrank/server/internal/pvalue"
)

//go:embed report.html
var page string

// Page is what the page says beside the analyses.
type Page struct {
	Made    time.Time
	Version string
	// Command that made it.
	Command string
	// Notes about the log: lines that could not be read, events of no answer.
	Notes []string
	// Analyses, one for each experiment.
	Analyses []*experiment.Analysis
}

// Write the page: no script, no font, no request.
func Write(w io.Writer, p Page) error {
	t, err := template.New("report").Funcs(template.FuncMap{
		"percent": percent, "points": points, "day": day, "p": pvalue.Short, "equation": pvalue.Equation, "factor": factor, "rates": rates, "evidence": evidence, "inc": func(i int) int { return i + 1 },
	}).Parse(page)
	if err != nil {
		return err
	}
	return t.Execute(w, p)
}

func percent(x float64) string { return fmt.Sprintf("%.1f %%", 100*x) }

// points of an interval, in hundredths.
func points(i experiment.Interval) string {
	return fmt.Sprintf("%+.1f points (95 %% %+.1f to %+.1f)", 100*i.Mean, 100*i.Low, 100*i.High)
}

func day(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") }

// factor of the evidence, which may be huge.
func factor(x float64) string { return fmt.Sprintf("%.3g", x) }

// Size of a plot, in its own units.
const (
	plotWidth  = 640.0
	plotHeight = 220.0
	plotLeft   = 52.0
	plotBottom = 190.0
	plotTop    = 12.0
	plotRight  = plotWidth - 10
)

// plot is a line over the decided impressions.
type plot struct {
	Title, Up             string
	Width, Height         float64
	Left, Right, Foot     float64
	Line                  string
	Across                float64 // of the line that decides
	AcrossText            string
	Low, High, First, End string
}

// rates is the share of wins of the second arm as it went.
func rates(a *experiment.Analysis) *plot {
	p := newPlot("Share of decided impressions that "+a.Experiment.Arms[1].Name+" won", "share", a)
	if p == nil {
		return nil
	}
	low, high := 0.4, 0.6
	path := a.Interleaved.Path
	for _, q := range path[min(len(path)-1, len(path)/20):] { // the first few jump
		low, high = min(low, q.Rate), max(high, q.Rate)
	}
	p.draw(path, low, high, 0.5, func(q experiment.Point) float64 { return q.Rate })
	p.Low, p.High, p.AcrossText = percent(low), percent(high), "50 %: no difference"
	return p
}

// evidence is the always-valid p-value as it went, on a scale of powers of ten.
func evidence(a *experiment.Analysis) *plot {
	p := newPlot("Always-valid p, which may be read at any time", "p", a)
	if p == nil {
		return nil
	}
	log := func(x float64) float64 { return math.Log10(max(x, 1e-12)) }
	low := log(a.Experiment.Alpha) - 0.5
	for _, q := range a.Interleaved.Path {
		low = min(low, log(q.P))
	}
	p.draw(a.Interleaved.Path, low, 0, log(a.Experiment.Alpha), func(q experiment.Point) float64 { return log(q.P) })
	p.Low, p.High, p.AcrossText = fmt.Sprintf("%.1g", math.Pow(10, low)), "1", fmt.Sprintf("α = %v: below it there is a winner", a.Experiment.Alpha)
	return p
}

func newPlot(title, up string, a *experiment.Analysis) *plot {
	if a.Interleaved == nil || len(a.Interleaved.Path) < 2 {
		return nil
	}
	path := a.Interleaved.Path
	return &plot{
		Title: title, Up: up, Width: plotWidth, Height: plotHeight, Left: plotLeft, Right: plotRight, Foot: plotBottom,
		First: fmt.Sprint(path[0].N), End: fmt.Sprintf("%d decided impressions", path[len(path)-1].N),
	}
}

func (p *plot) draw(path []experiment.Point, low, high, across float64, of func(experiment.Point) float64) {
	first, last := float64(path[0].N), float64(path[len(path)-1].N)
	y := func(v float64) float64 {
		return plotBottom - (plotBottom-plotTop)*(min(max(v, low), high)-low)/(high-low)
	}
	var line strings.Builder
	for _, q := range path {
		fmt.Fprintf(&line, "%.1f,%.1f ", plotLeft+(plotRight-plotLeft)*(float64(q.N)-first)/(last-first), y(of(q)))
	}
	p.Line, p.Across = strings.TrimSpace(line.String()), math.Round(y(across)*10)/10
}
