package experiment

import (
	"fmt"
	"math"

	"github.com/splitrank/splitrank/server/internal/pvalue"
)

// Decision of an analysis.
type Decision string

// The decisions.
const (
	// SecondWins and FirstWins are about Experiment.Arms.
	FirstWins  Decision = "first"
	SecondWins Decision = "second"
	// GoOn says that it is too early to tell.
	GoOn Decision = "go on"
	// NoDifference says that the experiment has seen as much as it may.
	NoDifference Decision = "no difference"
	// Broken says that assignment or log are at fault, so that nothing may be read.
	Broken Decision = "broken"
	// Descriptive is a shadow's: it compares and does not judge.
	Descriptive Decision = "none"
)

// Verdict in words, for people who decide and did not read the rest.
type Verdict struct {
	Decision Decision `json:"decision"`
	Text     string   `json:"text"`
}

func (a *Analysis) verdict() Verdict {
	switch {
	case a.Impressions == 0:
		return Verdict{GoOn, "Nothing to read yet: the log has no impression of this experiment."}
	case a.NotReproducible > 0:
		return Verdict{Broken, fmt.Sprintf("Do not read the result: %d of %d interleaved lists are not what the rankings in the log give.", a.NotReproducible, a.Impressions)}
	case a.Ratio != nil && a.Ratio.Broken:
		return Verdict{Broken, fmt.Sprintf("Do not read the result: the arms have %d and %d %s, where %.1f %% of them should be the first arm's (%s). Assignment or log lose some of one arm.",
			a.Ratio.Counts[0], a.Ratio.Counts[1], a.Ratio.Of, 100*a.Ratio.Expected, pvalue.Equation(a.Ratio.P))}
	case a.Interleaved != nil:
		return a.judgeInterleaved()
	case a.Split != nil:
		return a.judgeSplit()
	}
	return a.describeShadow()
}

func (a *Analysis) judgeInterleaved() Verdict {
	r, e := a.Interleaved, a.Experiment
	decided := r.Wins[0] + r.Wins[1]
	better := count(r.Wins[1] > r.Wins[0])
	text := fmt.Sprintf("%s won %d of %d decided impressions", e.Arms[better].Name, r.Wins[better], decided)
	if decided > 0 {
		text += fmt.Sprintf(" (%.1f %%)", 100*float64(r.Wins[better])/float64(decided))
	}
	return e.judge(better, decided, "decided impressions", r.P, text)
}

func (a *Analysis) judgeSplit() Verdict {
	r, e := a.Split, a.Experiment
	better := count(r.Means[1] > r.Means[0])
	text := fmt.Sprintf("%s has %.2f %% %ss against %.2f %%, a difference of %.2f points (95 %% interval %.2f to %.2f)",
		e.Arms[better].Name, 100*r.Means[better], e.Metric, 100*r.Means[1-better], 100*math.Abs(r.Difference.Mean), 100*r.Difference.Low, 100*r.Difference.High)
	return e.judge(better, r.Units[0]+r.Units[1], "units", r.P, text)
}

// judge what was seen of n, with the always-valid p-value.
func (e *Experiment) judge(better, n int, of string, p float64, seen string) Verdict {
	switch {
	case p < e.Alpha:
		return Verdict{[2]Decision{FirstWins, SecondWins}[better], fmt.Sprintf("%s is better: %s, %s.", e.Arms[better].Name, seen, pvalue.Equation(p))}
	case n >= e.MaxN:
		return Verdict{NoDifference, fmt.Sprintf("No difference was found, and the experiment is over: %s, %s, after all of its %d %s.", seen, pvalue.Equation(p), e.MaxN, of)}
	}
	return Verdict{GoOn, fmt.Sprintf("No decision: %s, %s, not below %v. Go on, to at most %d %s.", seen, pvalue.Equation(p), e.Alpha, e.MaxN, of)}
}

func (a *Analysis) describeShadow() Verdict {
	s, e := a.Shadow, a.Experiment
	if s.Compared == 0 {
		return Verdict{GoOn, "Nothing to compare yet: no answer of the second arm is in the log."}
	}
	return Verdict{Descriptive, fmt.Sprintf("%s would change %.1f of the first %d documents of an answer, and %.0f %% of the answers not at all (mean rank-biased overlap %.2f). That says how different it is, not which is better.",
		e.Arms[1].Name, s.Changed, ShadowDepth, 100*s.Same, s.Overlap)}
}
