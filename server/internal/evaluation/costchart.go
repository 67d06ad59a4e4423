package evaluation

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// curve is a series before it is drawn.
type curve struct {
	name, class string
	points      []point
	marksOnly   bool
}

// costChart shows nDCG@10 against the pairs that a model was asked about; nil
// where none was.
func costChart(pipelines []PipelineReport) *chart {
	quality := func(p PipelineReport) point { return point{p.Scored, p.Metrics["ndcg@10"], p.Name} }
	ideal := func(p PipelineReport) point {
		if p.Ideal == nil {
			return point{}
		}
		return point{p.Scored, *p.Ideal, p.Name + " at best"}
	}
	curves := []curve{
		{name: "model on the retriever's first K", class: "cut", points: pointsOf(pipelines, quality, isCut(crossEncoder))},
		{name: "cascade on K", class: "cascade", points: pointsOf(pipelines, quality, isCut(cascade))},
		{name: "best choice of K", class: "ideal", points: pointsOf(pipelines, ideal, func(p PipelineReport, n name) bool { return p.Ideal != nil && isCut(cascade)(p, n) })},
		{name: "adaptive, or with a deadline", class: "free", marksOnly: true, points: pointsOf(pipelines, quality, isFree(cascade))},
	}
	whole := pointsOf(pipelines, quality, func(_ PipelineReport, n name) bool { return n == name{kind: crossEncoder} })
	for i := range curves[:2] {
		if len(curves[i].points) > 0 {
			curves[i].points = sortedPoints(append(curves[i].points, whole...))
		}
	}
	if countPoints(curves) == 0 {
		return nil
	}
	for _, kind := range []string{firstStage, heuristic} {
		curves = append(curves, flat(pipelines, kind, quality, widestPoint(curves)))
	}
	return drawn("Quality against cost", "pairs scored per query", "nDCG@10", curves)
}

// keptChart shows which share of the relevant candidates a cut of K documents
// leaves; nil where nothing is cut.
func keptChart(pipelines []PipelineReport) *chart {
	kept := func(p PipelineReport) point { return point{p.Kept.Mean, p.Kept.Recall, p.Name} }
	curves := []curve{
		{name: "first-stage cut", class: "cut", points: pointsOf(pipelines, kept, isCut(retrieved, crossEncoder))},
		{name: "heuristic cut", class: "cascade", points: pointsOf(pipelines, kept, isCut(trim, cascade))},
		{name: "adaptive, or with a deadline", class: "free", marksOnly: true, points: pointsOf(pipelines, kept, isFree(trim, cascade))},
	}
	if countPoints(curves) == 0 {
		return nil
	}
	return drawn("What a cut keeps", "documents kept per query", "share of the relevant", curves)
}

// isCut tells pipelines of these kinds that cut at a number of documents.
func isCut(kinds ...string) func(PipelineReport, name) bool {
	return func(_ PipelineReport, n name) bool {
		return slices.Contains(kinds, n.kind) && n.documents > 0 && n.diversity == 0
	}
}

// isFree tells those that choose how many documents they keep.
func isFree(kinds ...string) func(PipelineReport, name) bool {
	return func(_ PipelineReport, n name) bool {
		return slices.Contains(kinds, n.kind) && n.documents == 0 && n.diversity == 0
	}
}

// pointsOf the pipelines that belong, from left to right.
func pointsOf(pipelines []PipelineReport, of func(PipelineReport) point, belongs func(PipelineReport, name) bool) (points []point) {
	for _, p := range pipelines {
		if n, err := parseName(p.Name); err == nil && belongs(p, n) {
			points = append(points, of(p))
		}
	}
	return sortedPoints(points)
}

func sortedPoints(points []point) []point {
	slices.SortStableFunc(points, func(a, b point) int { return cmp.Compare(a.x, b.x) })
	return points
}

// onePerX leaves one point for each x of a line: trim@30 and cascade@30 cut
// alike.
func onePerX(points []point) []point {
	return slices.CompactFunc(points, func(a, b point) bool { return a.x == b.x })
}

// flat is the value of a pipeline without a model from left to right.
func flat(pipelines []PipelineReport, kind string, of func(PipelineReport) point, to float64) curve {
	c := curve{name: kind, class: "flat " + kind, points: pointsOf(pipelines, of, func(_ PipelineReport, n name) bool { return n == name{kind: kind} })}
	for _, p := range c.points {
		c.points = append(c.points, point{to, p.y, p.name})
	}
	return c
}

func countPoints(curves []curve) (n int) {
	for _, c := range curves {
		n += len(c.points)
	}
	return n
}

func widestPoint(curves []curve) (x float64) {
	for _, c := range curves {
		for _, p := range c.points {
			x = max(x, p.x)
		}
	}
	return x
}

// drawn draws curves; x begins at 0.
func drawn(title, across, up string, curves []curve) *chart {
	c := &chart{Title: title, Across: across, Up: up, Height: chartHeight}
	x := axis{high: widestPoint(curves), from: leftEdge, to: rightEdge}
	y := axis{from: c.Bottom(), to: topEdge, low: 1}
	for _, v := range curves {
		for _, p := range v.points {
			y.low, y.high = min(y.low, p.y), max(y.high, p.y)
		}
	}
	c.XTicks, c.YTicks = x.rounded(5), y.rounded(5)
	for _, v := range curves {
		if len(v.points) == 0 {
			continue
		}
		s, labels := v.draw(x, y)
		c.Series, c.Labels = append(c.Series, s), append(c.Labels, labels...)
	}
	return c
}

func (v curve) draw(x, y axis) (series, []label) {
	if v.marksOnly {
		s := lineOf(v.name, v.class, v.points, x, y)
		s.Points = ""
		return s, named(s.Marks, v.points)
	}
	s := lineOf(v.name, v.class, onePerX(v.points), x, y)
	if strings.HasPrefix(v.class, "flat") {
		s.Marks = nil
	}
	return s, nil
}

// named puts what stands behind @ beside marks.
func named(marks []label, points []point) []label {
	labels := make([]label, len(marks))
	for i, p := range points {
		_, after, _ := strings.Cut(p.name, "@")
		labels[i] = apart(label{X: marks[i].X + 6, Y: marks[i].Y + 4, Text: after}, labels[:i])
	}
	return labels
}

// Room that a label takes.
const (
	labelWidth  = 42.0
	labelHeight = 12.0
)

// apart moves a label up until it covers no other.
func apart(l label, others []label) label {
	for slices.ContainsFunc(others, func(o label) bool {
		return math.Abs(o.X-l.X) < labelWidth && math.Abs(o.Y-l.Y) < labelHeight
	}) {
		l.Y -= labelHeight
	}
	return l
}
