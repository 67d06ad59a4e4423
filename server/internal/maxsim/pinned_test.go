package maxsim

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/splitrank/splitrank/shared/golden"
)

// TestSimilaritiesArePinned: the same bits on every processor. The oracle is compiled
// for the same one, so it would not see what that fuses.
func TestSimilaritiesArePinned(t *testing.T) {
	var got bytes.Buffer
	for _, l := range layouts {
		m := newMaker(1, l)
		query := text{tokens: ramp(7*l.Dimensions, 103), weights: []float32{0.1, 0.2, 0, 0.3, 0.15, 0.05, 0.2}, mean: ramp(l.MeanDimensions, 71)}
		form := m.encode(t, text{tokens: ramp(9*l.Dimensions, 101), mean: ramp(l.MeanDimensions, 67)})
		for _, k := range kernels() {
			cosine, match := m.query(t, k, query).Compare(form)
			if k == portable {
				fmt.Fprintf(&got, "%d dimensions, %d bits, mean %d: cosine %x, match %x\n", l.Dimensions, l.Bits, l.MeanDimensions, cosine, match)
			} else if want := fmt.Sprintf("cosine %x, match %x\n", cosine, match); !bytes.HasSuffix(got.Bytes(), []byte(want)) {
				t.Errorf("%v, %+v: %s", k, l, want)
			}
		}
	}
	golden.File(t, *update, "testdata/similarities.golden", got.Bytes())
}
