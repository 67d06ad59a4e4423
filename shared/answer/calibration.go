package answer

import (
	"errors"
	"math"
)

// Calibration turns what a model, the heuristics and the first stage say of a
// document into its relevance score: the sigmoid of
//
//	Logit · logit + Rarity · rarity + Heuristic · heuristic score + FirstStage · agreement · prior + Feedback · feedback + Shift
//
// where rarity, agreement, prior and feedback follow from the request: see blend. The zero
// value is the sigmoid of the logit alone. A model brings its own, fitted when it was
// made: one that reads meaning well and words badly does better with the words
// beside it (logistic score fusion, as in Lee 1997).
type Calibration struct {
	// Logit is positive, or the order of the logits would be turned round.
	Logit float64 `json:"logit"`
	// Heuristic weighs a score in [0, 1]. It is not negative.
	Heuristic float64 `json:"heuristic"`
	// FirstStage weighs the order of the first stage where the logits bear it
	// out. It is not negative.
	FirstStage float64 `json:"first_stage,omitzero"`
	// Rarity weighs what a document gains where the query's tokens count by how rare a match
	// with them is among the scored documents. It is not negative. See Score.Matches.
	Rarity float64 `json:"rarity,omitzero"`
	// Feedback weighs how like a document is to the best ones (pseudo-relevance feedback).
	// It is not negative. See Score.Vector.
	Feedback float64 `json:"feedback,omitzero"`
	// Shift moves what counts as relevant with a probability of a half.
	Shift float64 `json:"shift"`
}

// Validate returns an error that names the field at fault, nil for the zero
// value.
func (c Calibration) Validate() error {
	switch {
	case c == Calibration{}:
		return nil
	case !(c.Logit > 0) || math.IsInf(c.Logit, 0):
		return errors.New("logit is not above 0")
	case !(c.Heuristic >= 0) || math.IsInf(c.Heuristic, 0):
		return errors.New("heuristic is negative or not finite")
	case !(c.FirstStage >= 0) || math.IsInf(c.FirstStage, 0):
		return errors.New("first_stage is negative or not finite")
	case !(c.Rarity >= 0) || math.IsInf(c.Rarity, 0):
		return errors.New("rarity is negative or not finite")
	case !(c.Feedback >= 0) || math.IsInf(c.Feedback, 0):
		return errors.New("feedback is negative or not finite")
	case math.IsNaN(c.Shift) || math.IsInf(c.Shift, 0):
		return errors.New("shift is not finite")
	}
	return nil
}

// Scaled is the same order with relevance scores by a · value + b. a is above 0.
func (c Calibration) Scaled(a, b float64) Calibration {
	if c == (Calibration{}) {
		c.Logit = 1
	}
	return Calibration{
		Logit: a * c.Logit, Rarity: a * c.Rarity, Heuristic: a * c.Heuristic, FirstStage: a * c.FirstStage,
		Feedback: a * c.Feedback, Shift: a*c.Shift + b,
	}
}
