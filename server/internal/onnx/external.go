// Package onnx reads of ONNX files what must be known before they are loaded
// and hashed: which other files they draw their weights from.
package onnx

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
)

// Bounds of what is read. Protocol buffers themselves nest no deeper than 100.
const (
	maxDepth    = 100
	maxEntry    = 64 << 10 // bytes of one key and value, which is longer than any path
	maxExternal = 65536    // files of one graph; exporters may write one for each tensor
)

// External are the files that the graph in r keeps tensors in, as slash-separated
// paths relative to its folder, sorted, each once. It finds them wherever a
// tensor may stand: initializers, dense and sparse, attributes of nodes, nested
// graphs, functions, training graphs. A path that leaves the folder is an error,
// and so is a file that is no ONNX or that refers to others in ways that are not
// known here. It holds no tensor in memory.
func External(r io.Reader) ([]string, error) {
	s, err := scan(r)
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(s.found))
	for name := range s.found {
		names = append(names, name)
	}
	slices.Sort(names)
	return names, nil
}

func scan(r io.Reader) (*scanner, error) {
	s := &scanner{r: bufio.NewReader(r), source: r, found: map[string]bool{}, steps: map[string]step{}}
	if err := s.message(model, -1, 0); err != nil {
		return nil, err
	}
	if !s.graphs {
		return nil, errors.New("it is no ONNX file: it has no graph")
	}
	return s, nil
}

// kind of a message of onnx.proto.
type kind int

const (
	other kind = iota
	model
	training
	graph
	node
	attribute
	tensor
	sparse
	function
	entry    // StringStringEntryProto of TensorProto.external_data
	operator // NodeProto.op_type, which is a string, as are the next
	input    // NodeProto.input
	output   // NodeProto.output
	result   // ValueInfoProto of GraphProto.output
	name     // of it
)

// inside are the fields of a message in which a tensor may stand, by number:
// https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
func inside(k kind, field protowire.Number) kind {
	type place struct {
		kind  kind
		field protowire.Number
	}
	switch (place{k, field}) {
	case place{model, 7}, place{training, 1}, place{training, 2}, place{attribute, 6}, place{attribute, 11}:
		return graph
	case place{model, 20}:
		return training
	case place{model, 25}:
		return function
	case place{graph, 1}, place{function, 7}:
		return node
	case place{node, 5}, place{function, 11}:
		return attribute
	case place{node, 1}:
		return input
	case place{node, 2}:
		return output
	case place{node, 4}:
		return operator
	case place{graph, 12}:
		return result
	case place{result, 1}:
		return name
	case place{graph, 5}, place{attribute, 5}, place{attribute, 10}, place{sparse, 1}, place{sparse, 2}:
		return tensor
	case place{graph, 15}, place{attribute, 22}, place{attribute, 23}:
		return sparse
	case place{tensor, 13}:
		return entry
	}
	return other
}

// scanner walks through a file without keeping it.
type scanner struct {
	r      *bufio.Reader
	source io.Reader
	found  map[string]bool
	graphs bool // there was one

	node    step            // the one that is being read
	steps   map[string]step // by what comes out, of the outermost graph
	results []string        // what comes out of that
}

// message reads one of so many bytes; -1 = up to the end of the file.
func (s *scanner) message(k kind, left int64, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("it nests deeper than %d levels", maxDepth)
	}
	s.graphs = s.graphs || k == graph
	for left != 0 {
		if _, err := s.r.Peek(1); left < 0 && err == io.EOF {
			return nil
		}
		took, err := s.field(k, left, depth)
		if err != nil {
			return err
		}
		if left > 0 {
			left -= took
		}
	}
	return nil
}

// field reads one and says how many bytes it took.
func (s *scanner) field(k kind, left int64, depth int) (int64, error) {
	tag, took, err := s.varint(left)
	if err != nil {
		return 0, err
	}
	number, wire := protowire.DecodeTag(tag)
	var size int64
	switch wire {
	case protowire.VarintType:
		_, n, err := s.varint(rest(left, took))
		return took + n, err
	case protowire.Fixed32Type:
		size = 4
	case protowire.Fixed64Type:
		size = 8
	case protowire.BytesType:
		length, n, err := s.varint(rest(left, took))
		if err != nil {
			return 0, err
		}
		if took += n; length > 1<<62 {
			return 0, errCut
		}
		size = int64(length)
	default:
		return 0, fmt.Errorf("it is no ONNX file: it has a field of type %d", wire)
	}
	if left >= 0 && size > left-took {
		return 0, errCut
	}
	return took + size, s.value(inside(k, number), wire, size, depth)
}

var errCut = errors.New("it is no ONNX file, or cut off")

func rest(left, took int64) int64 {
	if left < 0 {
		return left
	}
	return left - took
}

// value reads, or passes over, the content of a field.
func (s *scanner) value(k kind, wire protowire.Type, size int64, depth int) error {
	switch {
	case wire != protowire.BytesType || k == other:
		return s.skip(size)
	case k == entry:
		return s.entry(size)
	case k == operator, k == input, k == output, k == name:
		return s.word(k, size, depth)
	case k == node:
		return s.step(size, depth)
	}
	return s.message(k, size, depth+1)
}

func (s *scanner) varint(left int64) (v uint64, took int64, err error) {
	for shift := 0; shift < 64; shift += 7 {
		if left == took {
			return 0, 0, errCut
		}
		b, err := s.r.ReadByte()
		if err != nil {
			return 0, 0, cut(err)
		}
		took++
		if v |= uint64(b&0x7f) << shift; b < 0x80 {
			return v, took, nil
		}
	}
	return 0, 0, errors.New("it is no ONNX file: it has a number of more than 64 bits")
}

// skip seeks where it can: weights may be gigabytes.
func (s *scanner) skip(size int64) error {
	if file, ok := s.source.(io.Seeker); ok && size > int64(s.r.Buffered()) {
		past := size - int64(s.r.Buffered()) - 1 // reading the last byte tells whether it is there
		if _, err := file.Seek(past, io.SeekCurrent); err != nil {
			return err
		}
		s.r.Reset(s.source)
		size = 1
	}
	_, err := io.CopyN(io.Discard, s.r, size)
	return cut(err)
}

func cut(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return errCut
	}
	return err
}

func (s *scanner) bytes(size int64) ([]byte, error) {
	if size > maxEntry {
		return nil, fmt.Errorf("it has a name of %d bytes, which is more than %d", size, maxEntry)
	}
	b := make([]byte, size)
	_, err := io.ReadFull(s.r, b)
	return b, cut(err)
}

// entry takes in the value of a key location. Where a message repeats a field
// readers disagree which one counts, so every one does.
func (s *scanner) entry(size int64) error {
	b, err := s.bytes(size)
	if err != nil {
		return err
	}
	var values []string
	location := false
	for len(b) > 0 {
		number, wire, n := protowire.ConsumeTag(b)
		if n < 0 {
			return errCut
		}
		value, m := []byte(nil), protowire.ConsumeFieldValue(number, wire, b[n:])
		if m < 0 {
			return errCut
		}
		if wire == protowire.BytesType {
			value, _ = protowire.ConsumeBytes(b[n:])
		}
		b = b[n+m:]
		if number == 1 {
			location = location || string(value) == "location"
		}
		if number == 2 {
			values = append(values, string(value))
		}
	}
	if !location {
		return nil
	}
	return s.add(values)
}

func (s *scanner) add(names []string) error {
	for _, name := range names {
		clean, err := within(name)
		if err != nil {
			return err
		}
		s.found[clean] = true
	}
	if len(names) == 0 {
		return errors.New("it keeps a tensor in a file without a name")
	}
	if len(s.found) > maxExternal {
		return fmt.Errorf("it keeps its tensors in more than %d files", maxExternal)
	}
	return nil
}

// within wants a path below the graph's folder, however it is read: backslashes
// and drives mean something elsewhere, and a .. can climb through a link.
func within(name string) (string, error) {
	clean := path.Clean(name)
	switch {
	case strings.Contains(name, "_ORT_MEM_ADDR_"): // ONNX Runtime would take what follows for an address in memory
	case name == "", strings.HasPrefix(name, "/"), strings.ContainsAny(name, "\\:\x00"), clean == ".":
	case slices.Contains(strings.Split(name, "/"), ".."):
	default:
		return clean, nil
	}
	return "", fmt.Errorf("it keeps a tensor in %q, which is no file below its own folder", shortened(name))
}

func shortened(name string) string {
	const most = 100
	if len(name) > most {
		return name[:most] + "…"
	}
	return name
}
