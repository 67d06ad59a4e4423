package ort

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"

	"golang.org/x/sys/cpu"
	"google.golang.org/protobuf/encoding/protowire"
)

// Fields of onnx.proto's messages that lead to its numbers in fp32.
const (
	modelFunction    = 25 // ModelProto.functions
	functionNode     = 7  // FunctionProto.node
	graphNode        = 1  // GraphProto.node
	nodeAttribute    = 5  // NodeProto.attribute
	attributeFloat   = 2  // AttributeProto.f
	attributeTensor  = 5  // AttributeProto.t
	attributeGraph   = 6  // AttributeProto.g
	attributeFloats  = 7  // AttributeProto.floats
	attributeTensors = 10 // AttributeProto.tensors
	attributeGraphs  = 11 // AttributeProto.graphs
	tensorDataType   = 2  // TensorProto.data_type
	tensorFloats     = 4  // TensorProto.float_data
	tensorRaw        = 9  // TensorProto.raw_data
	tensorLocation   = 14 // TensorProto.data_location
)

// What these fields say.
const (
	dataTypeFloat    = 1 // TensorProto.FLOAT
	locationExternal = 1 // TensorProto.EXTERNAL
)

// largestBF16 are the bits in fp32 of the largest finite number of bf16.
const largestBF16 = 0x7f7f0000

// hasBF16 reports that this processor multiplies in bf16.
func hasBF16() bool { return cpu.X86.HasAVX512BF16 || cpu.X86.HasAMXBF16 }

// on is the graph as a device can run it. Numbers that would be infinite in bf16 are
// the largest that are not: see RATIONALE: why-bf16-is-asked-for.
func (g graphFile) on(d Device) (graphFile, error) {
	if d != OpenVINOBF16 {
		return g, nil
	}
	if !hasBF16() {
		return g, fmt.Errorf("device %s: this processor has no instructions for bf16 (avx512_bf16 or amx_bf16): use --device %s", d, OpenVINO)
	}
	data := g.data
	var err error
	if g.inMemory() {
		data = bytes.Clone(data)
	} else if data, err = os.ReadFile(g.path); err != nil {
		return g, err
	}
	b := bounding{}
	b.model(data)
	switch {
	case b.bounded == 0:
		return g, nil
	case b.external:
		return g, fmt.Errorf("device %s: the graph has numbers that are infinite in bf16 and weights in another file, which cannot be served together: use --device %s", d, OpenVINO)
	}
	return graphFile{g.path, data}, nil
}

// bounding walks a file of onnx.proto and bounds its numbers where they stand. What it
// does not understand it leaves: ONNX Runtime will say what is wrong.
type bounding struct {
	bounded  int  // numbers that were infinite
	external bool // weights lie in another file
}

func (b *bounding) model(file []byte) {
	_ = fields(file, func(number protowire.Number, value []byte, _ uint64) {
		switch number {
		case modelGraph:
			b.graph(value)
		case modelFunction:
			b.nodes(value, functionNode)
		}
	})
}

func (b *bounding) graph(message []byte) {
	b.nodes(message, graphNode)
	_ = fields(message, func(number protowire.Number, value []byte, _ uint64) {
		if number == graphInitializer {
			b.tensor(value)
		}
	})
}

func (b *bounding) nodes(message []byte, field protowire.Number) {
	_ = fields(message, func(number protowire.Number, node []byte, _ uint64) {
		if number != field {
			return
		}
		_ = fields(node, func(number protowire.Number, value []byte, _ uint64) {
			if number == nodeAttribute {
				b.attribute(value)
			}
		})
	})
}

func (b *bounding) attribute(message []byte) {
	_ = fields(message, func(number protowire.Number, value []byte, _ uint64) {
		switch number {
		case attributeFloat, attributeFloats:
			b.numbers(value)
		case attributeTensor, attributeTensors:
			b.tensor(value)
		case attributeGraph, attributeGraphs:
			b.graph(value)
		}
	})
}

func (b *bounding) tensor(message []byte) {
	var kind uint64
	_ = fields(message, func(number protowire.Number, _ []byte, n uint64) {
		switch number {
		case tensorDataType:
			kind = n
		case tensorLocation:
			b.external = b.external || n == locationExternal
		}
	})
	if kind != dataTypeFloat {
		return
	}
	_ = fields(message, func(number protowire.Number, value []byte, _ uint64) {
		if number == tensorFloats || number == tensorRaw {
			b.numbers(value)
		}
	})
}

// numbers in fp32, one after the other.
func (b *bounding) numbers(list []byte) {
	for ; len(list) >= 4; list = list[4:] {
		bits := binary.LittleEndian.Uint32(list)
		if size := bits &^ (1 << 31); size > largestBF16 && size <= math.Float32bits(math.MaxFloat32) {
			binary.LittleEndian.PutUint32(list, bits&(1<<31)|largestBF16)
			b.bounded++
		}
	}
}
