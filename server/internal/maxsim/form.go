package maxsim

import (
	"encoding/binary"
	"fmt"
	"math"
)

// The kept form, integers and floats little-endian:
//
//	0   version
//	1   bits of a value
//	2   dimensions of a token / 32
//	3   dimensions of the mean / 32
//	4   flags: 1 = the text was truncated
//	5   0, 0, 0
//	8   tokens, uint32
//	12  0, 0, 0, 0
//	16  of a mean: scale, float32; values, int8
//	    of each token: scale, float32
//	    of each token: values, see pack
//
// Any change of this, or of how values are rounded, takes another version.
const (
	version    = 1
	headerSize = 16
	scaleSize  = 4
	countAt    = 8
	flagsAt    = 4
	truncated  = 1
)

// Encode appends the kept form of a document to dst: its token vectors, one
// after the other, its mean vector, and whether the text was truncated. It
// reports values that are not finite or beyond MaxValue, and wrong lengths; then
// dst comes back as it was.
func (l Layout) Encode(dst []byte, tokens, mean []float32, cut bool) ([]byte, error) {
	n, err := l.measure(tokens, mean)
	if err != nil {
		return dst, err
	}
	b := append(dst, make([]byte, l.Size(n))...)
	form := b[len(dst):]
	l.writeHeader(form, n, cut)
	if l.MeanDimensions > 0 {
		writeScale(form[headerSize:], quantize(form[headerSize+scaleSize:l.scalesAt()], mean, 8))
	}
	scales, values := form[l.scalesAt():], form[l.valuesAt(n):]
	for i := range n {
		token, row := tokens[i*l.Dimensions:][:l.Dimensions], values[i*l.row():][:l.row()]
		writeScale(scales[i*scaleSize:], quantize(row, token, l.Bits))
	}
	return b, nil
}

func (l Layout) writeHeader(form []byte, tokens int, cut bool) {
	form[0], form[1] = version, byte(l.Bits)
	form[2], form[3] = byte(l.Dimensions/block), byte(l.MeanDimensions/block)
	if cut {
		form[flagsAt] = truncated
	}
	binary.LittleEndian.PutUint32(form[countAt:], uint32(tokens))
}

// measure checks vectors before they are made small, and counts the tokens.
func (l Layout) measure(tokens, mean []float32) (int, error) {
	if err := l.Validate(); err != nil {
		return 0, err
	}
	if len(tokens)%l.Dimensions != 0 {
		return 0, fmt.Errorf("token vectors have %d values, not a multiple of %d", len(tokens), l.Dimensions)
	}
	if len(mean) != l.MeanDimensions {
		return 0, fmt.Errorf("the mean has %d values, not %d", len(mean), l.MeanDimensions)
	}
	n := len(tokens) / l.Dimensions
	if n > MaxTokens {
		return 0, fmt.Errorf("there are %d token vectors, more than %d", n, MaxTokens)
	}
	if i := strange(tokens); i >= 0 {
		return 0, fmt.Errorf("value %d of token %d is %v", i%l.Dimensions, i/l.Dimensions, tokens[i])
	}
	if i := strange(mean); i >= 0 {
		return 0, fmt.Errorf("value %d of the mean is %v", i, mean[i])
	}
	return n, nil
}

// Check reports why bytes are not the kept form of a document in this layout:
// another version or layout, a wrong length, a scale that is none. Every
// document that it passes can be compared.
func (l Layout) Check(form []byte) error {
	if err := l.Validate(); err != nil {
		return err
	}
	if len(form) < headerSize {
		return fmt.Errorf("%d bytes are less than a header", len(form))
	}
	if err := l.checkHeader(form); err != nil {
		return err
	}
	n := binary.LittleEndian.Uint32(form[countAt:])
	if n > MaxTokens {
		return fmt.Errorf("there are %d tokens, more than %d", n, MaxTokens)
	}
	if len(form) != l.Size(int(n)) {
		return fmt.Errorf("%d tokens take %d bytes, not %d", n, l.Size(int(n)), len(form))
	}
	return l.checkScales(form, int(n))
}

func (l Layout) checkHeader(form []byte) error {
	if form[0] != version {
		return fmt.Errorf("version %d is not %d", form[0], version)
	}
	if of := (Layout{int(form[2]) * block, int(form[1]), int(form[3]) * block}); of != l {
		return fmt.Errorf("the layout %+v is not %+v", of, l)
	}
	if form[flagsAt]&^truncated != 0 {
		return fmt.Errorf("unknown flags %#x", form[flagsAt])
	}
	if form[5]|form[6]|form[7]|form[12]|form[13]|form[14]|form[15] != 0 {
		return fmt.Errorf("reserved bytes of the header are not 0")
	}
	return nil
}

func (l Layout) checkScales(form []byte, tokens int) error {
	if l.MeanDimensions > 0 && !sane(readScale(form[headerSize:])) {
		return fmt.Errorf("the scale of the mean is %v", readScale(form[headerSize:]))
	}
	scales := form[l.scalesAt():]
	for i := range tokens {
		if s := readScale(scales[i*scaleSize:]); !sane(s) {
			return fmt.Errorf("the scale of token %d is %v", i, s)
		}
	}
	return nil
}

// sane scales are what Encode writes, so no similarity overflows.
func sane(scale float32) bool {
	return scale >= 0 && scale <= MaxValue && !math.Signbit(float64(scale))
}

// Tokens returns how many tokens a checked document has.
func (l Layout) Tokens(form []byte) int { return int(binary.LittleEndian.Uint32(form[countAt:])) }

// AppendMean appends the mean vector of a document that Check has passed, but for its
// scale. There is nothing to append where the layout has none.
func (l Layout) AppendMean(to []int8, form []byte) []int8 {
	for _, b := range form[min(headerSize+scaleSize, l.scalesAt()):l.scalesAt()] {
		to = append(to, int8(b))
	}
	return to
}

// Truncated tells whether a checked document's text was truncated.
func (l Layout) Truncated(form []byte) bool { return form[flagsAt]&truncated != 0 }

func writeScale(b []byte, scale float32) { binary.LittleEndian.PutUint32(b, math.Float32bits(scale)) }

func readScale(b []byte) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(b)) }
