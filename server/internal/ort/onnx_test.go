package ort

import (
	"encoding/binary"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// Element types of onnx.proto's TensorProto.DataType.
const (
	onnxFloat   = 1
	onnxInt32   = 6
	onnxInt64   = 7
	onnxFloat16 = 10
)

// builder writes an ONNX file, which is a ModelProto of onnx.proto.
type builder struct {
	graph []byte
}

// message appends a length-delimited field.
func message(b []byte, field protowire.Number, body []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, field, protowire.BytesType), body)
}

func text(b []byte, field protowire.Number, s string) []byte { return message(b, field, []byte(s)) }

func number(b []byte, field protowire.Number, n int64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, field, protowire.VarintType), uint64(n))
}

// attribute of a node: an int64, or a list of them.
type attribute struct {
	name string
	i    int64
}

// node adds an operation and returns its output's name.
func (b *builder) node(op, out string, in []string, attributes ...attribute) string {
	return b.nodeMany(op, []string{out}, in, attributes...)[0]
}

func (b *builder) nodeMany(op string, out, in []string, attributes ...attribute) []string {
	var n []byte
	for _, name := range in {
		n = text(n, 1, name)
	}
	for _, name := range out {
		n = text(n, 2, name)
	}
	n = text(n, 4, op)
	for _, a := range attributes {
		n = message(n, 5, number(number(text(nil, 1, a.name), 3, a.i), 20, 2))
	}
	b.graph = message(b.graph, 1, n)
	return out
}

// floats adds an initializer.
func (b *builder) floats(name string, values []float32, dims ...int64) string {
	var raw []byte
	for _, v := range values {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
	}
	return b.initializer(name, onnxFloat, raw, dims)
}

func (b *builder) ints(name string, values []int64, dims ...int64) string {
	var raw []byte
	for _, v := range values {
		raw = binary.LittleEndian.AppendUint64(raw, uint64(v))
	}
	return b.initializer(name, onnxInt64, raw, dims)
}

func (b *builder) initializer(name string, kind int64, raw []byte, dims []int64) string {
	var t []byte
	for _, d := range dims {
		t = number(t, 1, d)
	}
	t = message(text(number(t, 2, kind), 8, name), 9, raw)
	b.graph = message(b.graph, 5, t)
	return name
}

func (b *builder) input(name string, kind int64, dims ...any) string {
	b.graph = message(b.graph, 11, valueInfo(name, kind, dims))
	return name
}

func (b *builder) output(name string, kind int64, dims ...any) {
	b.graph = message(b.graph, 12, valueInfo(name, kind, dims))
}

// valueInfo has dimensions that are an int or, left open, a name.
func valueInfo(name string, kind int64, dims []any) []byte {
	var shape []byte
	for _, d := range dims {
		var dim []byte
		switch d := d.(type) {
		case int:
			dim = number(nil, 1, int64(d))
		case string:
			dim = text(nil, 2, d)
		}
		shape = message(shape, 1, dim)
	}
	tensor := message(number(nil, 1, kind), 2, shape)
	return message(text(nil, 1, name), 2, message(nil, 1, tensor))
}

// file is the whole model, of operator set 17.
func (b *builder) file() []byte {
	opset := number(text(nil, 1, ""), 2, 17)
	return message(message(number(nil, 1, 8), 7, text(b.graph, 2, "tiny")), 8, opset)
}
