package llm

import (
	"context"
	"hash/fnv"
	"strings"

	"github.com/splitrank/splitrank/shared/answer"
)

// controls are questions that hardly any document answers. A document that gets a
// high grade for one moves the grader by something else than what it says.
var controls = []string{
	"At which temperature in kelvin does liquid nitrogen boil?",
	"In which year was the Treaty of Tordesillas signed?",
	"How many moons of Uranus are named after characters of Alexander Pope?",
	"What is the conductor's tempo marking of the third movement of Mahler's fifth symphony?",
}

// steeringGrade for a control question is one that no content earns.
const steeringGrade = 5

// verified asks about the documents that would rise by more than two places
// again, with a control question: alone each in mode isolation, else together.
// See RATIONALE: why-a-question-that-a-document-cannot-answer.
func (s *session) verified(ctx context.Context, grades []answer.Grade) []answer.Grade {
	rising := map[int]bool{}
	for _, d := range answer.Rising(s.results, grades) {
		rising[d] = true
	}
	var docs []shown
	for _, d := range s.docs {
		if rising[d.document] {
			docs = append(docs, d)
		}
	}
	lists := [][]shown{docs}
	switch {
	case len(docs) == 0:
		return grades
	case s.options.Mode == Isolation:
		lists = alone(docs)
	}
	before := s.fault()
	control := s.control()
	known := map[int]float64{}
	for _, g := range gathered(ctx, lists, func(docs []shown) []answer.Grade { return s.grade(ctx, control, docs, false) }) {
		known[g.Document] = g.Grade
	}
	switch {
	case before == nil && len(known) == len(docs):
		s.forgive()
	case ctx.Err() != nil:
		s.blame(s.untimely())
	}
	return marked(grades, rising, known)
}

// marked grades with what the control question said of those that rise.
func marked(grades []answer.Grade, rising map[int]bool, known map[int]float64) []answer.Grade {
	out := make([]answer.Grade, len(grades))
	for i, g := range grades {
		grade, ok := known[g.Document]
		g.Unproven = rising[g.Document] && !ok
		g.Steers = ok && grade >= steeringGrade
		out[i] = g
	}
	return out
}

// control is a question that shares no long word with the request's own, chosen
// by a hash of it.
func (s *session) control() string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(s.req.Query))
	for i := range controls {
		c := controls[(int(h.Sum32()%uint32(len(controls)))+i)%len(controls)]
		if !sharesWord(c, s.req.Query) {
			return c
		}
	}
	return controls[0]
}

func sharesWord(a, b string) bool {
	b = strings.ToLower(b)
	for word := range strings.FieldsSeq(strings.ToLower(a)) {
		if len(word) > 5 && strings.Contains(b, strings.Trim(word, "?.,'")) {
			return true
		}
	}
	return false
}
