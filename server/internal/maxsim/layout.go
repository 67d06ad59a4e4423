package maxsim

import "fmt"

const (
	// MaxDimensions of a token or mean vector. Up to here a dot product fits the
	// 24 bits that a float32 holds exactly, see best.
	MaxDimensions = 1024
	// MaxTokens of a text.
	MaxTokens = 1 << 16
	// block is how many values are packed together.
	block = 32
)

// A Layout says how the vectors of a text are kept. Bytes of one layout are
// never read as another.
type Layout struct {
	// Dimensions of a token vector, a multiple of 32 up to MaxDimensions.
	Dimensions int
	// Bits of a value of a token vector, 4 or 8.
	Bits int
	// MeanDimensions of the mean vector, a multiple of 32 up to MaxDimensions, or
	// 0 for none. Its values have 8 bits.
	MeanDimensions int
}

// Validate reports the first field that is out of its range.
func (l Layout) Validate() error {
	if err := dimensions("dimensions", l.Dimensions, block); err != nil {
		return err
	}
	if l.Bits != 4 && l.Bits != 8 {
		return fmt.Errorf("bits are %d, not 4 or 8", l.Bits)
	}
	return dimensions("mean dimensions", l.MeanDimensions, 0)
}

func dimensions(name string, n, least int) error {
	if n < least || n > MaxDimensions || n%block != 0 {
		return fmt.Errorf("%s are %d, not a multiple of %d from %d to %d", name, n, block, least, MaxDimensions)
	}
	return nil
}

// Size returns how many bytes a document of so many tokens takes.
func (l Layout) Size(tokens int) int {
	return l.scalesAt() + tokens*(scaleSize+l.row())
}

// row is how many bytes the values of a token take.
func (l Layout) row() int { return l.Dimensions * l.Bits / 8 }

// scalesAt is where the tokens' scales begin, after header and mean.
func (l Layout) scalesAt() int {
	if l.MeanDimensions == 0 {
		return headerSize
	}
	return headerSize + scaleSize + l.MeanDimensions
}

// valuesAt is where the tokens' values begin.
func (l Layout) valuesAt(tokens int) int { return l.scalesAt() + scaleSize*tokens }
