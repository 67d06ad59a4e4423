package orttest

import (
	"encoding/binary"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// Element types of onnx.proto's TensorProto.DataType.
const (
	float32s = 1
	int64s   = 7
)

// graph writes an ONNX file, which is a ModelProto of onnx.proto.
type graph struct {
	content []byte
	outside string // the file that the first initializer of floats is kept in, "" = none
	beside  []byte // its content
	oneText bool   // inputs have a batch of 1
}

func message(b []byte, field protowire.Number, body []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, field, protowire.BytesType), body)
}

func text(b []byte, field protowire.Number, s string) []byte { return message(b, field, []byte(s)) }

func number(b []byte, field protowire.Number, n int64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, field, protowire.VarintType), uint64(n))
}

// node adds an operation and returns its output's name, which is out. attribute,
// where there is one, is an integer.
func (g *graph) node(op, out string, in []string, attribute string, value int64) string {
	var n []byte
	for _, name := range in {
		n = text(n, 1, name)
	}
	n = text(text(n, 2, out), 4, op)
	if attribute != "" {
		n = message(n, 5, number(number(text(nil, 1, attribute), 3, value), 20, 2))
	}
	g.content = message(g.content, 1, n)
	return out
}

// floats adds an initializer.
func (g *graph) floats(name string, values []float32, dims ...int64) string {
	var raw []byte
	for _, v := range values {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
	}
	if g.outside != "" && g.beside == nil {
		g.beside = raw
		return g.tensor(name, float32s, dims, number(message(nil, 13, text(text(nil, 1, "location"), 2, g.outside)), 14, 1))
	}
	return g.initializer(name, float32s, raw, dims)
}

func (g *graph) ints(name string, value int64, dims ...int64) string {
	return g.initializer(name, int64s, binary.LittleEndian.AppendUint64(nil, uint64(value)), dims)
}

func (g *graph) initializer(name string, kind int64, raw []byte, dims []int64) string {
	return g.tensor(name, kind, dims, message(nil, 9, raw))
}

// tensor adds an initializer with fields that say what is in it.
func (g *graph) tensor(name string, kind int64, dims []int64, content []byte) string {
	var t []byte
	for _, d := range dims {
		t = number(t, 1, d)
	}
	g.content = message(g.content, 5, append(text(number(t, 2, kind), 8, name), content...))
	return name
}

// input and output are batch × a number, or × a length that a run will tell.
func (g *graph) input(name string) string {
	batch := text(nil, 2, "batch")
	if g.oneText {
		batch = number(nil, 1, 1)
	}
	g.content = message(g.content, 11, value(name, int64s, batch, text(nil, 2, "length")))
	return name
}

func (g *graph) output(name string, columns int64) {
	g.content = message(g.content, 12, value(name, float32s, text(nil, 2, "batch"), number(nil, 1, columns)))
}

// outputOf dimensions that are numbers, or names of what a run will tell.
func (g *graph) outputOf(name string, dims ...any) {
	var list [][]byte
	for _, d := range dims {
		if n, ok := d.(int); ok {
			list = append(list, number(nil, 1, int64(n)))
		} else {
			list = append(list, text(nil, 2, d.(string)))
		}
	}
	g.content = message(g.content, 12, value(name, float32s, list...))
}

func value(name string, kind int64, dims ...[]byte) []byte {
	var shape []byte
	for _, d := range dims {
		shape = message(shape, 1, d)
	}
	tensor := message(number(nil, 1, kind), 2, shape)
	return message(text(nil, 1, name), 2, message(nil, 1, tensor))
}

// file is the whole model, of operator set 17.
func (g *graph) file() []byte {
	return message(message(number(nil, 1, 8), 7, text(g.content, 2, "tiny")), 8, number(text(nil, 1, ""), 2, 17))
}
