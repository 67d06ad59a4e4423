package answer

import (
	"cmp"
	"math"
	"slices"

	"github.com/splitrank/splitrank/shared/api"
)

// Grade is what a large language model said about one document.
type Grade struct {
	// Document by its index in the request.
	Document int
	// Grade from 0 to MostGrade.
	Grade float64
	// Why in a sentence; "" = not said.
	Why string
	// Truncated says that the document was not shown to its end.
	Truncated bool
	// Steers says that the document moves the grader whatever the question.
	Steers bool
	// Unproven says that nobody could check whether it does.
	Unproven bool
}

// MostGrade is the highest grade.
const MostGrade = 10

// What grades may do. See RATIONALE: why-grades-are-bounded-by-evidence.
const (
	// gradeWeight of the grade's logit beside the cascade's, at full trust.
	gradeWeight = 0.7
	// highGrade is one that the evidence must bear out.
	highGrade = 8
	// bottomShare of the graded documents is their bottom.
	bottomShare = 0.25
	// mostGain is how many places a document gains that is not believed.
	mostGain = 2
)

// GradeLogit is logit((g + ½) / 11): no grade is certain.
func GradeLogit(grade float64) float64 {
	p := (min(max(grade, 0), MostGrade) + 0.5) / (MostGrade + 1)
	return math.Log(p / (1 - p))
}

// WithoutDiversity is the plan for an order that diversity is applied to later.
func (p Plan) WithoutDiversity() Plan {
	p.ranker = nil
	return p
}

// MergeGrades puts grades on top of results, those of a Merge without diversity.
// trust from 0 to 1 says how far the grader is believed. Invariants:
//
//  1. Graded documents change places among themselves, ordered by
//     w · logit(grade) + (1 − w) · logit(relevance), w = 0.7 · trust; the second
//     counts no more than the outermost grade would. Ties keep their order.
//  2. What has no grade keeps its place.
//  3. A document at the bottom of the graded ones, for the model and for the
//     words, with a high grade, or one that steers the grader, is suspicious: it
//     gains two places at most. So does one that nobody could check.
//  4. No relevance score rises.
//  5. Diversity re-orders what is scored at the end.
func (p Plan) MergeGrades(results []api.Result, grades []Grade, trust float64) []api.Result {
	out := slices.Clone(results)
	places, graded := p.graded(out, grades)
	if len(graded) > 0 {
		ordered := bounded(byValue(graded, gradeWeight*trust))
		for i, place := range places {
			out[place] = ordered[i].result
		}
		neverRising(out)
	}
	if front := scoredFront(out); len(front) > 0 {
		p.diversify(front)
	} else {
		p.diversify(out)
	}
	return out
}

// gradedResult is a result with its place among the graded ones before they were
// graded, and the places that it may not stand before.
type gradedResult struct {
	result        api.Result
	grade         Grade
	place, atBest int
	value         float64
}

// graded are the results that have a grade, and their places in results.
func (p Plan) graded(results []api.Result, grades []Grade) (places []int, list []gradedResult) {
	byDocument := make(map[int]Grade, len(grades))
	for _, g := range grades {
		byDocument[g.Document] = g
	}
	for i, r := range results {
		if g, ok := byDocument[r.Index]; ok {
			places, list = append(places, i), append(list, gradedResult{result: r, grade: g, place: len(list)})
		}
	}
	setBounds(list)
	for i := range list {
		list[i].note()
	}
	return places, list
}

// note what was said in the result itself.
func (g *gradedResult) note() {
	g.result.Truncated = g.result.Truncated || g.grade.Truncated
	if e := g.result.Explanation; e != nil {
		with := *e
		with.LLM = &api.Grade{Grade: g.grade.Grade, Why: g.grade.Why}
		g.result.Explanation = &with
	}
}

// setBounds finds what is suspicious, and the first place that each may take.
// Where no model scored a document, the words alone do not prove a grade wrong.
func setBounds(list []gradedResult) {
	bottom := len(list) - int(bottomShare*float64(len(list)))
	byWords := make([]int, len(list))
	for i := range byWords {
		byWords[i] = i
	}
	slices.SortStableFunc(byWords, func(a, b int) int {
		return cmp.Compare(list[b].result.HeuristicScore, list[a].result.HeuristicScore)
	})
	low := make([]bool, len(list))
	for _, i := range byWords[bottom:] {
		low[i] = i >= bottom && list[i].result.Logit != nil
	}
	for i := range list {
		g := &list[i]
		g.result.Suspicious = g.grade.Steers || low[i] && g.grade.Grade >= highGrade
		if g.result.Suspicious || g.grade.Unproven {
			g.atBest = max(0, i-mostGain)
		}
	}
}

// byValue orders graded results and scores them; without weight they stay as
// they are.
func byValue(list []gradedResult, weight float64) []gradedResult {
	if weight <= 0 {
		return list
	}
	most := GradeLogit(MostGrade)
	for i := range list {
		g := &list[i]
		grade, evidence := GradeLogit(g.grade.Grade), logitOf(g.result.RelevanceScore)
		g.value = weight*grade + (1-weight)*min(max(evidence, -most), most)
		g.result.Logit, g.result.ScoredBy = &grade, string(api.LLM)
		sum := weight*grade + (1-weight)*evidence
		g.result.RelevanceScore = sigmoid(sum)
		g.result.Explanation = withBlend(g.result.Explanation, &api.Blend{Terms: []api.Term{term("grade", grade, weight), term("cascade", evidence, 1-weight)}, Sum: sum})
	}
	slices.SortStableFunc(list, func(a, b gradedResult) int { return cmp.Compare(b.value, a.value) })
	return list
}

// logitOf a relevance score, finite also at 0 and 1.
func logitOf(p float64) float64 {
	const least = 1e-6
	p = min(max(p, least), 1-least)
	return math.Log(p / (1 - p))
}

// bounded fills place after place with the best that may stand there.
func bounded(list []gradedResult) []gradedResult {
	out := make([]gradedResult, 0, len(list))
	for len(list) > 0 {
		i := max(0, slices.IndexFunc(list, func(g gradedResult) bool { return g.atBest <= len(out) }))
		out = append(out, list[i])
		list = slices.Delete(list, i, i+1)
	}
	return out
}

// neverRising lowers each relevance score to the one before it.
func neverRising(results []api.Result) {
	least := 1.0
	for i := range results {
		least = min(least, results[i].RelevanceScore)
		results[i].RelevanceScore = least
	}
}

// Rising are the documents of results that grades, fully trusted, would raise by
// more places than a suspicious one gains.
func Rising(results []api.Result, grades []Grade) (documents []int) {
	_, list := Plan{}.graded(results, grades)
	for place, g := range byValue(list, gradeWeight) {
		if g.place-place > mostGain {
			documents = append(documents, g.result.Index)
		}
	}
	return documents
}
