package ort

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
)

// joined fields of a message of onnx.proto.
func joined(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func at(field protowire.Number, value []byte) []byte { return message(nil, field, value) }

func enum(field protowire.Number, n int64) []byte { return number(nil, field, n) }

func single(number protowire.Number, f float32) []byte {
	return protowire.AppendFixed32(protowire.AppendTag(nil, number, protowire.Fixed32Type), math.Float32bits(f))
}

func raw(list ...float32) (b []byte) {
	for _, f := range list {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(f))
	}
	return b
}

func constant(attribute ...[]byte) []byte {
	return at(graphNode, at(nodeAttribute, joined(attribute...)))
}

// TestBoundedInBF16: wherever a graph may have a number in fp32, one that bf16 rounds to
// an infinity becomes the largest that it does not; all else stays, in its place.
func TestBoundedInBF16(t *testing.T) {
	const lowest, bound = -math.MaxFloat32, -3.3895313892515355e38
	inf := float32(math.Inf(-1))
	kind := enum(tensorDataType, dataTypeFloat)
	for name, tt := range map[string]struct {
		of      func(f float32) []byte
		bounded int
	}{
		"an attribute":           {func(f float32) []byte { return at(modelGraph, constant(single(attributeFloat, f))) }, 1},
		"a list of an attribute": {func(f float32) []byte { return at(modelGraph, constant(at(attributeFloats, raw(1, f)))) }, 1},
		"a list, one by one":     {func(f float32) []byte { return at(modelGraph, constant(single(attributeFloats, f))) }, 1},
		"a tensor of a constant": {func(f float32) []byte {
			return at(modelGraph, constant(at(attributeTensor, joined(kind, at(tensorRaw, raw(f))))))
		}, 1},
		"one whose type stands behind": {func(f float32) []byte {
			return at(modelGraph, constant(at(attributeTensor, joined(at(tensorRaw, raw(f)), kind))))
		}, 1},
		"an initializer": {func(f float32) []byte {
			return at(modelGraph, at(graphInitializer, joined(kind, at(tensorFloats, raw(0.5, f, f)))))
		}, 2},
		"a branch": {func(f float32) []byte {
			return at(modelGraph, constant(at(attributeGraph, constant(single(attributeFloat, f)))))
		}, 1},
		"a function": {func(f float32) []byte {
			return at(modelFunction, at(functionNode, at(nodeAttribute, single(attributeFloat, f))))
		}, 1},
		"integers that look like floats": {func(f float32) []byte {
			return at(modelGraph, at(graphInitializer, joined(enum(tensorDataType, 7), at(tensorRaw, raw(f)))))
		}, 0},
	} {
		var b bounding
		got, want := tt.of(lowest), tt.of(lowest)
		if tt.bounded > 0 {
			want = tt.of(bound)
		}
		b.model(got)
		if b.bounded != tt.bounded || !bytes.Equal(got, want) {
			t.Errorf("%s: %d bounded, %x, want %x", name, b.bounded, got, want)
		}
		for _, f := range []float32{0, -1e38, bound, inf, float32(math.NaN())} {
			var b bounding
			same := tt.of(f)
			if b.model(same); b.bounded > 0 || !bytes.Equal(same, tt.of(f)) {
				t.Errorf("%s: %v was bounded", name, f)
			}
		}
	}
}

// TestGraphInBF16: bf16 needs a processor that has it, and a graph in one piece where its numbers have to be bounded.
func TestGraphInBF16(t *testing.T) {
	kind := enum(tensorDataType, dataTypeFloat)
	mask := constant(single(attributeFloat, -math.MaxFloat32))
	whole, apart := at(modelGraph, mask), at(modelGraph, joined(mask, at(graphInitializer, joined(kind, enum(tensorLocation, locationExternal)))))
	harmless := at(modelGraph, at(graphInitializer, joined(kind, enum(tensorLocation, locationExternal))))
	for name, tt := range map[string]struct {
		file []byte
		want string // an error
	}{"whole": {whole, ""}, "in pieces": {apart, "weights in another file"}, "in pieces, and harmless": {harmless, ""}} {
		path := filepath.Join(t.TempDir(), "model.onnx")
		if err := os.WriteFile(path, tt.file, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, g := range []graphFile{{path, nil}, {"model.onnx", bytes.Clone(tt.file)}} {
			got, err := g.on(OpenVINOBF16)
			if !hasBF16() {
				tt.want = "no instructions for bf16"
			}
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%s: %v, want %q", name, err, tt.want)
			}
			if g.data != nil && !bytes.Equal(g.data, tt.file) {
				t.Errorf("%s: the file itself was changed", name)
			}
			if err == nil && name == "whole" && bytes.Equal(got.data, tt.file) {
				t.Error("nothing was bounded")
			}
			if same, err := g.on(OpenVINO); err != nil || !bytes.Equal(same.data, g.data) {
				t.Errorf("%s in fp32: %v", name, err)
			}
		}
	}
}

func TestDistance(t *testing.T) {
	nan := float32(math.NaN())
	for _, tt := range []struct {
		want, got []float32
		near      bool
	}{
		{[]float32{0.6, 0.8}, []float32{0.61, 0.79}, true}, {[]float32{0.6, 0.8}, []float32{0.8, 0.6}, false}, {[]float32{8}, []float32{8.5}, true},
		{[]float32{8}, []float32{9}, false}, {[]float32{0.01}, []float32{0.05}, true}, {[]float32{1}, []float32{nan}, false}, {nil, nil, true},
	} {
		if d := distance(tt.want, tt.got); d <= mostAstray != tt.near {
			t.Errorf("%v and %v are %v apart", tt.want, tt.got, d)
		}
	}
}

// FuzzBounding: no file makes the walk panic; what it leaves has nothing to bound.
func FuzzBounding(f *testing.F) {
	f.Add([]byte{})
	f.Add(at(modelGraph, constant(single(attributeFloat, -math.MaxFloat32))))
	f.Add(at(modelGraph, at(graphInitializer, joined(enum(tensorDataType, dataTypeFloat), at(tensorRaw, raw(math.MaxFloat32))))))
	f.Fuzz(func(t *testing.T, file []byte) {
		var first, second bounding
		first.model(file)
		if second.model(file); second.bounded > 0 {
			t.Errorf("%d numbers were bounded twice", second.bounded)
		}
	})
}
