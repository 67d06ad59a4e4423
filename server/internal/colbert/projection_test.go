package colbert

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// safetensors is a file of one tensor.
func safetensors(name, kind, shape string, data []byte) string {
	header := fmt.Sprintf(`{"__metadata__": {"format": "pt"}, "a": {"dtype": "I64", "shape": [1], "data_offsets": [0, 8]}, %q: {"dtype": %q, "shape": %s, "data_offsets": [8, %d]}}`, name, kind, shape, 8+len(data))
	return string(binary.LittleEndian.AppendUint64(nil, uint64(len(header)))) + header + "12345678" + string(data)
}

func floats(values ...float32) (data []byte) {
	for _, v := range values {
		data = binary.LittleEndian.AppendUint32(data, math.Float32bits(v))
	}
	return data
}

func halves(values ...uint16) (data []byte) {
	for _, v := range values {
		data = binary.LittleEndian.AppendUint16(data, v)
	}
	return data
}

const modules = `[{"path": "", "type": "sentence_transformers.models.Transformer"}, {"path": "1_Dense", "type": "pylate.models.Dense.Dense"}]`

func dense1(config string, weights string) map[string]string {
	return map[string]string{"modules.json": modules, "1_Dense/config.json": config, "1_Dense/model.safetensors": weights}
}

func TestProjection(t *testing.T) {
	weights := floats(1, 2, 3, 4, 5, 6)
	whole := dense1(`{"in_features": 3, "out_features": 2, "bias": false, "activation_function": "torch.nn.modules.linear.Identity"}`, safetensors("linear.weight", "F32", "[2,3]", weights))
	for _, tt := range []struct {
		name   string
		files  map[string]string
		output string
		width  int
		want   []float32 // of 1, 10, 100 and 0, 0, 1
	}{
		{"apart", whole, hiddenOutput, 3, []float32{321, 654, 3, 6}},
		{"apart, by another name", whole, "0", 3, []float32{321, 654, 3, 6}},
		{"within", whole, "output", 2, nil},
		{"a square within", dense1(`{"in_features": 3, "out_features": 3}`, ""), "output", 3, nil},
		{"a square apart", dense1(`{"in_features": 3, "out_features": 3, "bias": false}`, safetensors("linear.weight", "BF16", "[3,3]", halves(0x3f80, 0, 0, 0, 0x4000, 0, 0, 0, 0xbf80))), hiddenOutput, 3, []float32{1, 20, -100, 0, 0, -1}},
		{"halves", dense1(`{"in_features": 3, "out_features": 1, "bias": false}`, safetensors("linear.weight", "F16", "[1,3]", halves(0x3c00, 0xc000, 0x3800))), hiddenOutput, 3, []float32{31, 0.5}},
		{"the original's", map[string]string{"model.safetensors": safetensors("linear.weight", "F32", "[2,3]", weights)}, hiddenOutput, 3, []float32{321, 654, 3, 6}},
		{"the original's within", nil, "contextual", 3, nil},
	} {
		p, err := ReadProjection(folder(tt.files), tt.output, tt.width)
		if err != nil || (p == nil) != (tt.want == nil) {
			t.Errorf("%s: %v, %v", tt.name, p, err)
			continue
		}
		if p == nil {
			continue
		}
		if got := p.Apply([]float32{1, 10, 100, 0, 0, 1}); !slices.Equal(got, tt.want) || p.Dimensions() != len(tt.want)/2 || p.Width() != 3 {
			t.Errorf("%s: %v, %d of %d, want %v", tt.name, got, p.Dimensions(), p.Width(), tt.want)
		}
	}
}

func TestProjectionRefuses(t *testing.T) {
	const config = `{"in_features": 3, "out_features": 2, "bias": false}`
	weights := safetensors("linear.weight", "F32", "[2,3]", floats(1, 2, 3, 4, 5, 6))
	for _, tt := range []struct {
		name   string
		files  map[string]string
		output string
		width  int
		want   string
	}{
		{"another width", dense1(config, weights), hiddenOutput, 5, "the graph gives 5 values a token, and the projection makes 2 of 3"},
		{"no layer", map[string]string{"modules.json": modules}, hiddenOutput, 3, "there is no 1_Dense/config.json"},
		{"no features", dense1(`{}`, weights), hiddenOutput, 3, "in_features are 0"},
		{"an activation", dense1(`{"in_features": 3, "out_features": 2, "activation_function": "torch.nn.modules.activation.Tanh"}`, weights), hiddenOutput, 3, `activation_function "torch.nn.modules.activation.Tanh" is not supported`},
		{"a residual", dense1(`{"in_features": 3, "out_features": 2, "use_residual": true}`, weights), hiddenOutput, 3, "use_residual is not supported"},
		{"no weights", dense1(config, ""), hiddenOutput, 3, "reading 1_Dense/model.safetensors: EOF"},
		{"other weights", dense1(config, safetensors("weight", "F32", "[1]", floats(1))), hiddenOutput, 3, "it has no linear.weight"},
		{"another shape", dense1(config, safetensors("linear.weight", "F32", "[3,2]", floats(1, 2, 3, 4, 5, 6))), hiddenOutput, 3, "linear.weight has the shape [3 2], not [2 3]"},
		{"another type", dense1(config, safetensors("linear.weight", "I8", "[6]", []byte("123456"))), hiddenOutput, 3, `values of type "I8" are not supported`},
		{"offsets", dense1(config, safetensors("linear.weight", "F32", "[2,3]", floats(1))), hiddenOutput, 3, "its offsets do not fit its shape"},
		{"endless", dense1(config, safetensors("linear.weight", "F32", "[4294967295,4294967295]", nil)), hiddenOutput, 3, "out of bounds"},
		{"negative", dense1(config, safetensors("linear.weight", "F32", "[-2,-3]", nil)), hiddenOutput, 3, "out of bounds"},
		{"cut off", dense1(config, weights[:len(weights)-1]), hiddenOutput, 3, "unexpected EOF"},
		{"not finite", dense1(config, safetensors("linear.weight", "F32", "[2,3]", floats(1, 2, 3, 4, 5, float32(math.Inf(1))))), hiddenOutput, 3, "linear.weight has a value that is not finite"},
		{"a huge header", dense1(config, "\xff\xff\xff\xff\xff\xff\xff\xff{"), hiddenOutput, 3, "a header of 18446744073709551615 bytes"},
		{"no bias", dense1(`{"in_features": 3, "out_features": 2}`, weights), hiddenOutput, 3, "it has no linear.bias"},
		{"no weights of the original", nil, hiddenOutput, 3, "the graph ends with last_hidden_state, before the projection"},
	} {
		p, err := ReadProjection(folder(tt.files), tt.output, tt.width)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, %v, want %q", tt.name, p, err, tt.want)
		}
	}
}

// FuzzTensor: whatever a file says, it is read within bounds or refused.
func FuzzTensor(f *testing.F) {
	f.Add([]byte(safetensors("linear.weight", "F32", "[2,3]", floats(1, 2, 3, 4, 5, 6))))
	f.Add([]byte(safetensors("linear.weight", "BF16", "[1]", halves(1))))
	f.Add([]byte(safetensors("linear.weight", "F16", "[]", halves(1))))
	f.Add([]byte("\x00\x00\x00\x06\x00\x00\x00\x00{}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		files := fstest.MapFS{"f": {Data: data}}
		shape, err := tensorShape(files, "f", "linear.weight")
		if err != nil {
			return
		}
		values, err := readTensor(files, "f", "linear.weight", shape...)
		n := 1
		for _, d := range shape {
			n *= d
		}
		if err == nil && len(values) != n {
			t.Errorf("%d values of the shape %v", len(values), shape)
		}
	})
}

func TestHalf(t *testing.T) {
	for h, want := range map[uint16]float64{0: 0, 1: math.Ldexp(1, -24), 0x3ff: math.Ldexp(1023, -24), 0x400: math.Ldexp(1, -14), 0x3c00: 1, 0xc500: -5, 0x7bff: 65504, 0x7c00: math.Inf(1), 0xfc00: math.Inf(-1)} {
		if got := float64(half(h)); got != want {
			t.Errorf("%#x: %v, want %v", h, got, want)
		}
	}
	if got := half(0x7e00); got == got {
		t.Errorf("NaN is %v", got)
	}
}

func TestNormalize(t *testing.T) {
	v := []float32{3, 4, 0, 0, 0, -2}
	if Normalize(v, 2); !slices.Equal(v, []float32{0.6, 0.8, 0, 0, 0, -1}) {
		t.Errorf("%v", v)
	}
}

func BenchmarkProjection(b *testing.B) {
	p := &Projection{[]dense{{in: 384, out: 96, weights: make([]float64, 384*96)}}}
	tokens := make([]float32, 150*384)
	b.ReportAllocs()
	for b.Loop() {
		p.Apply(tokens)
	}
}
