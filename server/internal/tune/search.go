package tune

import (
	"errors"
	"fmt"
	"slices"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/eval"
)

// Options of a Search.
type Options struct {
	Stemmers []heuristics.Stemmer
	// Relevance is how the model's logits are read.
	Relevance answer.Calibration
	// Loss of nDCG@10 that is allowed, 0 or more.
	Loss float64
	// Confidence with which the loss is to stay under it, above 0.5, below 1.
	Confidence float64
	// Progress follows every rule that was tried. It may be nil.
	Progress func(done, total int)
}

// Validate returns an error that names the field at fault.
func (o Options) Validate() error {
	switch {
	case !(o.Loss >= 0 && o.Loss <= 1):
		return fmt.Errorf("loss %v: want 0 to 1", o.Loss)
	case !(o.Confidence > 0.5 && o.Confidence < 1):
		return fmt.Errorf("confidence %v: want it above 0.5 and below 1", o.Confidence)
	}
	return nil
}

// Trial is a rule that was tried.
type Trial struct {
	Rule   Rule
	NDCG   float64
	Scored float64 // pairs a query
	// Change of nDCG@10 against scoring everything.
	Change eval.Difference
	// Holds says that the loss stays under what is allowed, for this rule and
	// for all dearer ones of its family.
	Holds bool
}

// Report is what a Search found.
type Report struct {
	// Heuristic is nDCG@10 without a model, Everything with all pairs scored.
	Heuristic, Everything Trial
	Trials                []Trial
	Best                  Trial
	Options               Options
}

// Search tries all rules on sets.
//
// Within a family, whose rules differ in one number, it goes from the dearest to
// the cheapest and stops believing at the first that does not hold: tested in
// an order that is fixed beforehand, each rule may use the full confidence
// (Maurer, Hothorn, Lehmacher 1995). Best is the cheapest that holds.
// See RATIONALE: why-budgets-are-tested-in-a-fixed-order.
func Search(sets []*Set, o Options) (*Report, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	if len(sets) == 0 {
		return nil, errors.New("there is nothing to tune on")
	}
	s := &search{cascade: newCascade(o), sets: sets, report: &Report{Options: o}}
	if err := s.ends(); err != nil {
		return nil, err
	}
	families := families(deepest(sets))
	done, all := 0, len(slices.Concat(families...))
	for _, f := range families {
		holds := true
		for _, rule := range f {
			t, err := s.try(rule)
			if err != nil {
				return nil, err
			}
			holds = holds && -t.Change.Low <= o.Loss
			t.Holds = holds
			s.add(t)
			if done++; o.Progress != nil {
				o.Progress(done, all)
			}
		}
	}
	return s.report, nil
}

type search struct {
	cascade
	sets       []*Set
	everything quality
	report     *Report
}

// ends measures what every rule lies between.
func (s *search) ends() (err error) {
	if s.everything, err = s.measure(s.sets, everything); err != nil {
		return err
	}
	s.report.Everything = Trial{NDCG: s.everything.mean(), Scored: s.everything.scored}
	heuristic, err := s.measure(s.sets, nothing)
	if err != nil {
		return err
	}
	s.report.Heuristic, err = s.trial(Rule{}, heuristic)
	return err
}

func (s *search) try(r Rule) (Trial, error) {
	q, err := s.measure(s.sets, plan{api.Cascade, r.Budget()})
	if err != nil {
		return Trial{}, err
	}
	return s.trial(r, q)
}

func (s *search) trial(r Rule, q quality) (Trial, error) {
	change, err := q.against(s.everything, s.report.Options.Confidence)
	return Trial{Rule: r, NDCG: q.mean(), Scored: q.scored, Change: change}, err
}

func (s *search) add(t Trial) {
	s.report.Trials = append(s.report.Trials, t)
	if t.Holds && (s.report.Best.Rule == Rule{} || t.Scored < s.report.Best.Scored) {
		s.report.Best = t
	}
}

func deepest(sets []*Set) (n int) {
	for _, s := range sets {
		for _, c := range s.cases {
			n = max(n, len(c.ids))
		}
	}
	return n
}

// families of rules for n candidates, each from the dearest to the cheapest. The
// first begins with all of them, which loses nothing.
func families(n int) [][]Rule {
	fixed := []Rule{{Documents: n}}
	for _, k := range []int{80, 60, 50, 40, 30, 25, 20, 15, 10, 5} {
		if k < n {
			fixed = append(fixed, Rule{Documents: k})
		}
	}
	all := [][]Rule{fixed}
	for _, f := range []Rule{{Floor: 10, Cap: 100}, {Floor: 10, Cap: 60}, {Floor: 10, Cap: 30}, {Floor: 5, Cap: 60}} {
		all = append(all, thresholds(f))
	}
	return all
}

func thresholds(f Rule) (rules []Rule) {
	for _, t := range []float64{0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6} {
		rules = append(rules, Rule{Floor: f.Floor, Cap: f.Cap, Threshold: t})
	}
	return rules
}
