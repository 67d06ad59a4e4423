package evaluation

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/splitrank/splitrank/shared/eval"
)

// gains are what a pipeline did to each query, compared with the first.
type gains struct {
	Pipeline, Baseline    string
	Better, Same, Worse   int
	Shape                 string // of all changes, an SVG path from the largest gain to the largest loss
	Height, Middle, Width float64
	Losses                []loss
}

// loss is a query that a pipeline made worse, with the texts that show how.
type loss struct {
	ID, Query     string
	Before, After float64 // nDCG@10
	First         []passage
	Relevant      []passage
}

// passage is a candidate as a reader judges it.
type passage struct {
	ID, Text      string
	Grade         int
	Before, After int // places, from 1; 0 = left out
}

// Bounds of what the page shows.
const (
	worst        = 10  // queries
	shownFirst   = 3   // documents on top
	shownAnswers = 3   // relevant documents
	shownLetters = 280 // of a text
	shapePoints  = 200 // of all changes
	shapeHeight  = 120.0
)

// gainsOf every pipeline but the first; none where the report does not have the
// queries.
func gainsOf(r *Report) []gains {
	var all []gains
	for i := 1; i < len(r.Pipelines) && len(r.queries) > 0; i++ {
		all = append(all, r.gainsOf(i))
	}
	return all
}

func (r *Report) gainsOf(pipeline int) gains {
	before, after := r.Pipelines[0].values[ndcg], r.Pipelines[pipeline].values[ndcg]
	changes := make([]float64, len(before))
	g := gains{Pipeline: r.Pipelines[pipeline].Name, Baseline: r.Pipelines[0].Name, Height: shapeHeight, Middle: shapeHeight / 2, Width: chartWidth}
	for i := range changes {
		changes[i] = after[i] - before[i]
		switch {
		case changes[i] > 0:
			g.Better++
		case changes[i] < 0:
			g.Worse++
		default:
			g.Same++
		}
	}
	for _, query := range worstOf(changes) {
		g.Losses = append(g.Losses, r.loss(query, pipeline))
	}
	g.Shape = shapeOf(changes)
	return g
}

// worstOf are the queries with the largest losses.
func worstOf(changes []float64) []int {
	order := inOrder(len(changes))
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(changes[a], changes[b]) })
	order = order[:min(worst, len(order))]
	return slices.DeleteFunc(order, func(i int) bool { return changes[i] >= 0 })
}

// shapeOf is an area between the middle, no change, and the changes from the
// largest gain to the largest loss.
func shapeOf(changes []float64) string {
	sorted := slices.Sorted(slices.Values(changes))
	n := min(len(sorted), shapePoints)
	x := axis{high: float64(n), to: chartWidth}
	y := axis{low: -1, high: 1, from: shapeHeight, to: 0}
	var path strings.Builder
	fmt.Fprintf(&path, "M0 %g", y.at(0))
	for i := range n {
		change := sorted[len(sorted)-1-i*len(sorted)/n]
		fmt.Fprintf(&path, "L%g %gH%g", x.at(float64(i)), y.at(change), x.at(float64(i+1)))
	}
	fmt.Fprintf(&path, "V%gZ", y.at(0))
	return path.String()
}

// loss of a query.
func (r *Report) loss(query, pipeline int) loss {
	q, first, second := r.queries[query], r.Pipelines[0], r.Pipelines[pipeline]
	before, after := first.orders[query], second.orders[query]
	l := loss{ID: q.ID, Query: q.Text, Before: first.values[ndcg][query], After: second.values[ndcg][query]}
	for _, candidate := range after[:min(shownFirst, len(after))] {
		l.First = append(l.First, q.passage(candidate, before, after))
	}
	relevant := slices.DeleteFunc(slices.Clone(before), func(c int) bool { return q.Grades[q.Candidates[c].ID] < r.MinGrade })
	for _, candidate := range relevant[:min(shownAnswers, len(relevant))] {
		l.Relevant = append(l.Relevant, q.passage(candidate, before, after))
	}
	return l
}

func (q Query) passage(candidate int, before, after []int) passage {
	c := q.Candidates[candidate]
	return passage{
		ID: c.ID, Text: excerpt(c), Grade: q.Grades[c.ID],
		Before: slices.Index(before, candidate) + 1, After: slices.Index(after, candidate) + 1,
	}
}

// excerpt is the beginning of a passage.
func excerpt(p eval.Passage) string {
	text := strings.TrimSpace(p.Title + "\n" + p.Text)
	letters := []rune(text)
	if len(letters) <= shownLetters {
		return text
	}
	return string(letters[:shownLetters]) + "…"
}
