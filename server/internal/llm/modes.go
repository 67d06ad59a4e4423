package llm

import (
	"context"
	"slices"

	"github.com/splitrank/splitrank/shared/answer"
)

// trusted is how far grades are believed, or why that is not known.
type trusted struct {
	trust float64
	fault *Fault
}

// grades by the mode that is asked for, and how far they are believed. The
// examination runs beside them.
func (s *session) grades(ctx context.Context) ([]answer.Grade, float64) {
	examined := s.examined(ctx)
	grades := s.byMode(ctx)
	if s.options.verifies() && len(grades) > 0 {
		grades = s.verified(ctx, grades)
	}
	t, ok := received(ctx, examined)
	switch {
	case !ok:
		return nil, 0
	case t.fault != nil:
		s.note(ctx, t.fault)
		return nil, 0
	}
	if s.options.bounded() {
		for i := range grades {
			grades[i].Unproven = true
		}
	}
	return grades, t.trust
}

// examined is what comes of the examination.
func (s *session) examined(ctx context.Context) <-chan trusted {
	out := make(chan trusted, 1)
	if known := s.judge.believed(); known != nil {
		out <- trusted{trust: *known}
		return out
	}
	go func() {
		trust, _, f := s.judge.exam.result(ctx, s.judge)
		out <- trusted{trust, f}
	}()
	return out
}

func (s *session) byMode(ctx context.Context) []answer.Grade {
	switch s.options.Mode {
	case Isolation:
		return s.repair(ctx, s.inParallel(ctx, alone(s.docs)))
	case Consistency:
		return s.consistent(ctx)
	case Listwise:
		return s.listwise(ctx)
	case Likelihood:
		return s.likelihoods(ctx)
	}
	return s.repair(ctx, s.inParallel(ctx, halves(shuffled(s.req, s.docs, 0))))
}

func alone(docs []shown) (lists [][]shown) {
	for _, d := range docs {
		lists = append(lists, []shown{d})
	}
	return lists
}

// inParallel grades lists of documents, a call for each.
func (s *session) inParallel(ctx context.Context, lists [][]shown) []answer.Grade {
	return gathered(ctx, lists, func(docs []shown) []answer.Grade { return s.grade(ctx, s.req.Query, docs, s.req.Explain) })
}

// gathered is what all calls bring at once, in the order of the list, or as many as have
// when ctx ends. The others end by themselves.
func gathered[T, R any](ctx context.Context, lists []T, do func(T) []R) []R {
	type part struct {
		place int
		what  []R
	}
	parts := make(chan part, len(lists))
	for i, list := range lists {
		go func() { parts <- part{i, do(list)} }()
	}
	got := make([][]R, len(lists))
	for range lists {
		p, ok := received(ctx, parts)
		if !ok {
			break
		}
		got[p.place] = p.what
	}
	return slices.Concat(got...)
}

// received from a channel before ctx ends, or at the last moment.
func received[T any](ctx context.Context, from <-chan T) (v T, ok bool) {
	select {
	case v = <-from:
		return v, true
	case <-ctx.Done():
	}
	select {
	case v = <-from:
		return v, true
	default:
		return v, false
	}
}

// grade documents with one call. What went wrong is noted.
func (s *session) grade(ctx context.Context, query string, docs []shown, why bool) []answer.Grade {
	docs = keyed(docs)
	reply, f := s.ask(ctx, func() call { return gradeCall(query, docs, why) })
	if f != nil {
		s.note(ctx, f)
		return nil
	}
	grades, err := readGrades(reply.Text, docs, why)
	if err != nil || len(grades) < len(docs) {
		s.note(ctx, &Fault{Kind: Malformed})
	}
	return grades
}

// repair asks once more, in one call, about the documents whose grades were
// missing or malformed: in mode Isolation about the first of them, as none stands
// beside another there. Nothing else is worth a repair.
func (s *session) repair(ctx context.Context, grades []answer.Grade) []answer.Grade {
	missing := s.ungraded(grades)
	f := s.fault()
	if len(missing) == 0 || f == nil || f.Kind != Malformed && f.Kind != Cut || ctx.Err() != nil || !s.mayRepair() {
		return grades
	}
	if s.options.Mode == Isolation {
		missing = missing[:1]
	}
	s.forgive()
	more := s.grade(ctx, s.req.Query, missing, s.req.Explain && f.Kind != Cut)
	return append(grades, more...)
}

func (s *session) ungraded(grades []answer.Grade) (missing []shown) {
	graded := map[int]bool{}
	for _, g := range grades {
		graded[g.Document] = true
	}
	for _, d := range s.docs {
		if !graded[d.document] {
			missing = append(missing, d)
		}
	}
	return missing
}

// consistent is the mean grade over several orders. A document counts where it
// was graded at least once.
func (s *session) consistent(ctx context.Context) []answer.Grade {
	var lists [][]shown
	for k := range s.options.Shuffles {
		lists = append(lists, shuffled(s.req, s.docs, k))
	}
	sums, counts := map[int]*answer.Grade{}, map[int]float64{}
	for _, g := range s.inParallel(ctx, lists) {
		if sums[g.Document] == nil {
			sums[g.Document] = &answer.Grade{Document: g.Document, Why: g.Why, Truncated: g.Truncated}
		}
		sums[g.Document].Grade += g.Grade
		counts[g.Document]++
	}
	var grades []answer.Grade
	for _, d := range s.docs {
		if g := sums[d.document]; g != nil {
			g.Grade /= counts[d.document]
			grades = append(grades, *g)
		}
	}
	if len(grades) == len(s.docs) {
		s.forgive()
		return grades
	}
	return s.repair(ctx, grades)
}
