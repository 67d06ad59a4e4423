package eval

import "slices"

// Grades are the judgements of one query: document id to grade. A document
// that is missing is unjudged and counts as not relevant.
type Grades map[string]int

// Qrels are the judgements of a collection: query id to Grades.
type Qrels map[string]Grades

// Ranked is one ranking seen through its judgements: all that a measure needs.
type Ranked struct {
	grades   []int // of the ranking, best first; negative and unjudged are 0
	ideal    []int // all positive grades of the query, highest first
	relevant int   // judged documents with a grade of minGrade or more
	minGrade int
}

// Judge looks up a ranking of distinct document ids, best first. minGrade,
// 1 or more, is the grade from which the binary measures call a document
// relevant; nDCG uses the grades themselves.
func Judge(order []string, judged Grades, minGrade int) Ranked {
	r := Ranked{grades: make([]int, len(order)), minGrade: minGrade}
	for i, id := range order {
		r.grades[i] = max(judged[id], 0)
	}
	for _, grade := range judged {
		if grade > 0 {
			r.ideal = append(r.ideal, grade)
		}
		if grade >= minGrade {
			r.relevant++
		}
	}
	slices.SortFunc(r.ideal, func(a, b int) int { return b - a })
	return r
}

// Relevant reports how many of the first k of the ranking are relevant.
func (r Ranked) Relevant(k int) int {
	n := 0
	for _, grade := range r.grades[:min(k, len(r.grades))] {
		if grade >= r.minGrade {
			n++
		}
	}
	return n
}

// Best is the same documents in the best order that their grades allow.
func (r Ranked) Best() Ranked {
	r.grades = slices.Clone(r.grades)
	slices.SortFunc(r.grades, func(a, b int) int { return b - a })
	return r
}
