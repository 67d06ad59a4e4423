package heuristics

// LengthCurve prefers documents of Short to Long words: shorter ones count
// length/Short, longer ones Long/length. Zero fields mean DefaultShort and
// DefaultLong.
type LengthCurve struct{ Short, Long int }

// Defaults of LengthCurve, in words: below a sentence or two a chunk rarely
// answers anything, above half a page it buries the answer. The weight of the
// signal is 0: see RATIONALE: why-length-and-diversity-are-off.
const (
	DefaultShort = 16
	DefaultLong  = 320
)

func (c LengthCurve) bounds() (short, long int) {
	short, long = c.Short, c.Long
	if short == 0 {
		short = DefaultShort
	}
	if long == 0 {
		long = max(DefaultLong, short)
	}
	return short, long
}

func (c LengthCurve) validate() error {
	short, long := c.bounds()
	if c.Short < 0 || c.Long < 0 || short > long {
		return &OptionError{"Length", "Short must not be negative nor above Long"}
	}
	return nil
}

// fit is the place of a document of n words on the curve.
func (c LengthCurve) fit(n int) Score {
	short, long := c.bounds()
	switch {
	case n < short:
		return share(Score(n), Score(short))
	case n > long:
		return share(Score(long), Score(n))
	}
	return One
}
