package colbert

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

const (
	// maxHeaderBytes bounds the header of a safetensors file, as the reference does.
	maxHeaderBytes = 100 << 20
	// maxTensorBytes bounds a projection.
	maxTensorBytes = 256 << 20
)

// see RATIONALE: why-safetensors-are-read-by-hand

// tensor is an entry of a safetensors file: a length, a header in JSON, and the
// values, whose offsets count from the header's end.
type tensor struct {
	Type    string   `json:"dtype"`
	Shape   []int    `json:"shape"`
	Offsets [2]int64 `json:"data_offsets"`
}

// tensorShape is the shape of a tensor in a file.
func tensorShape(files fs.FS, file, name string) (shape []int, err error) {
	err = withTensor(files, file, name, func(t tensor, _ io.Reader) error {
		shape = t.Shape
		return nil
	})
	return shape, err
}

// readTensor reads a tensor of that shape.
func readTensor(files fs.FS, file, name string, shape ...int) (values []float32, err error) {
	err = withTensor(files, file, name, func(t tensor, r io.Reader) error {
		if !slices.Equal(t.Shape, shape) {
			return fmt.Errorf("%s has the shape %v, not %v", name, t.Shape, shape)
		}
		if values, err = t.read(r); err == nil && !finite(values) {
			err = fmt.Errorf("%s has a value that is not finite", name)
		}
		return err
	})
	return values, err
}

// withTensor opens a file at a tensor.
func withTensor(files fs.FS, file, name string, use func(tensor, io.Reader) error) error {
	f, err := files.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	t, err := findTensor(f, name)
	if err == nil {
		_, err = io.CopyN(io.Discard, f, t.Offsets[0])
	}
	if err == nil {
		err = use(t, f)
	}
	if err != nil {
		return fmt.Errorf("reading %s: %w", file, err)
	}
	return nil
}

// findTensor reads the header.
func findTensor(r io.Reader, name string) (t tensor, err error) {
	var length uint64
	if err := binary.Read(r, binary.LittleEndian, &length); err != nil {
		return t, err
	}
	if length > maxHeaderBytes {
		return t, fmt.Errorf("a header of %d bytes", length)
	}
	header, err := readBytes(r, int64(length))
	if err != nil {
		return t, err
	}
	var all map[string]jsontext.Value
	if err := json.Unmarshal(header, &all); err != nil {
		return t, err
	}
	entry, ok := all[name]
	if !ok {
		return t, fmt.Errorf("it has no %s", name)
	}
	if err := json.Unmarshal(entry, &t); err != nil {
		return t, err
	}
	return t, t.check()
}

// readBytes reads n bytes. It takes memory for what is there, not for what a header
// says.
func readBytes(r io.Reader, n int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, n))
	if err == nil && int64(len(data)) < n {
		err = io.ErrUnexpectedEOF
	}
	return data, err
}

// size of a value in bytes; 0 = not known here.
func (t tensor) size() int64 {
	switch t.Type {
	case "F32":
		return 4
	case "F16", "BF16":
		return 2
	}
	return 0
}

func (t tensor) check() error {
	if t.size() == 0 {
		return fmt.Errorf("values of type %.20q are not supported, F32, F16 and BF16 are", t.Type)
	}
	bytes := t.size()
	for _, n := range t.Shape {
		if n < 1 || bytes > maxTensorBytes/int64(n) {
			return fmt.Errorf("a shape of %v is out of bounds", t.Shape)
		}
		bytes *= int64(n)
	}
	if t.Offsets[0] < 0 || t.Offsets[1]-t.Offsets[0] != bytes {
		return errors.New("its offsets do not fit its shape")
	}
	return nil
}

func (t tensor) read(r io.Reader) ([]float32, error) {
	data, err := readBytes(r, t.Offsets[1]-t.Offsets[0])
	if err != nil {
		return nil, err
	}
	values := make([]float32, int64(len(data))/t.size())
	for i := range values {
		values[i] = t.value(data, i)
	}
	return values, nil
}

func finite(values []float32) bool {
	return !slices.ContainsFunc(values, func(x float32) bool { return x-x != 0 })
}

func (t tensor) value(data []byte, i int) float32 {
	switch t.Type {
	case "F32":
		return math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
	case "BF16":
		return math.Float32frombits(uint32(binary.LittleEndian.Uint16(data[2*i:])) << 16)
	}
	return half(binary.LittleEndian.Uint16(data[2*i:]))
}

// half widens an IEEE 754 binary16, exactly.
func half(h uint16) float32 {
	exponent, fraction := int(h>>10&31), float64(h&1023)
	value := math.Ldexp(fraction, -24)
	switch {
	case exponent == 31:
		value = math.Inf(1)
		if fraction != 0 {
			value = math.NaN()
		}
	case exponent > 0:
		value = math.Ldexp(1024+fraction, exponent-25)
	}
	if h>>15 == 1 {
		value = -value
	}
	return float32(value)
}
