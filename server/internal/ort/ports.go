package ort

import (
	"errors"
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
)

// Fields of onnx.proto's messages that lead to the inputs and outputs.
const (
	modelGraph       = 7  // ModelProto.graph
	graphInitializer = 5  // GraphProto.initializer
	graphInput       = 11 // GraphProto.input
	graphOutput      = 12 // GraphProto.output
	tensorName       = 8  // TensorProto.name
	valueName        = 1  // ValueInfoProto.name
	valueType        = 2  // ValueInfoProto.type
	typeTensor       = 1  // TypeProto.tensor_type
	tensorKind       = 1  // TypeProto.Tensor.elem_type
	tensorShape      = 2  // TypeProto.Tensor.shape
	shapeDim         = 1  // TensorShapeProto.dim
	dimValue         = 1  // TensorShapeProto.Dimension.dim_value
)

// elementKinds are those of TensorProto.DataType that are told apart here.
var elementKinds = map[uint64]string{1: "float32", 6: "int32", 7: "int64", 10: "float16"}

// errNoONNX is what a file says that is no ONNX.
var errNoONNX = errors.New("it is no ONNX file, or a damaged one")

// readPorts reads the inputs and outputs of a graph in memory. ONNX Runtime
// would have to load the whole graph twice to tell them.
func readPorts(file []byte) (g graph, err error) {
	body := bytesAt(file, modelGraph)
	if len(body) == 0 {
		return g, errNoONNX
	}
	weights := map[string]bool{}
	err = fields(body, func(number protowire.Number, value []byte, _ uint64) {
		switch number {
		case graphInitializer:
			weights[string(bytesAt(value, tensorName))] = true
		case graphInput:
			g.inputs = append(g.inputs, readPort(value))
		case graphOutput:
			g.outputs = append(g.outputs, readPort(value))
		}
	})
	g.inputs = without(g.inputs, weights) // old files list weights as inputs, too
	return g, err
}

func without(ports []port, names map[string]bool) (left []port) {
	for _, p := range ports {
		if !names[p.name] {
			left = append(left, p)
		}
	}
	return left
}

func readPort(value []byte) port {
	tensor := bytesAt(bytesAt(value, valueType), typeTensor)
	p := port{name: string(bytesAt(value, valueName))}
	_ = fields(tensor, func(number protowire.Number, value []byte, n uint64) {
		switch number {
		case tensorKind:
			p.kind = elementKinds[n]
			if p.kind == "" {
				p.kind = fmt.Sprintf("type %d", n)
			}
		case tensorShape:
			p.dims = readDims(value)
		}
	})
	return p
}

// readDims has -1 for what is named or left open.
func readDims(shape []byte) (dims []int64) {
	_ = fields(shape, func(number protowire.Number, value []byte, _ uint64) {
		if number != shapeDim {
			return
		}
		dim := int64(-1)
		_ = fields(value, func(number protowire.Number, _ []byte, n uint64) {
			if number == dimValue {
				dim = int64(n)
			}
		})
		dims = append(dims, dim)
	})
	return dims
}

// bytesAt is the last field of that number, as protobuf has it.
func bytesAt(message []byte, number protowire.Number) (found []byte) {
	_ = fields(message, func(n protowire.Number, value []byte, _ uint64) {
		if n == number {
			found = value
		}
	})
	return found
}

// fields calls each with every field of a message: its bytes, also those of a float32, or
// its number.
func fields(message []byte, each func(number protowire.Number, value []byte, n uint64)) error {
	for len(message) > 0 {
		number, kind, n := protowire.ConsumeTag(message)
		if n < 0 {
			return errNoONNX
		}
		message = message[n:]
		var value []byte
		var integer uint64
		switch kind {
		case protowire.BytesType:
			value, n = protowire.ConsumeBytes(message)
		case protowire.VarintType:
			integer, n = protowire.ConsumeVarint(message)
		case protowire.Fixed32Type:
			_, n = protowire.ConsumeFixed32(message)
			value = message[:max(n, 0)]
		default:
			n = protowire.ConsumeFieldValue(number, kind, message)
		}
		if n < 0 {
			return errNoONNX
		}
		each(number, value, integer)
		message = message[n:]
	}
	return nil
}
