package ort

import (
	"fmt"
	"slices"
	"strings"
)

// graph is what a file says of its inputs and outputs.
type graph struct {
	inputs, outputs []port
}

// port is one input or output.
type port struct {
	name string
	kind string  // of the elements: int64, float32, …; "" for no tensor
	dims []int64 // -1 where left open
}

func (p port) String() string { return fmt.Sprintf("%s %s%v", p.name, p.kind, p.dims) }

// The inputs of a cross-encoder, in the order in which they are given.
const (
	inputIDs   = "input_ids"
	inputMask  = "attention_mask"
	inputTypes = "token_type_ids"
)

// signature is what of a graph is used.
type signature struct {
	inputs []string // inputIDs, inputMask and, if taken, inputTypes
	output string
	labels int  // logits of a pair, 1 or 2; 0 if the graph leaves it open
	half   bool // the output is float16
}

// takesTypes reports whether the graph has token_type_ids.
func (s signature) takesTypes() bool { return slices.Contains(s.inputs, inputTypes) }

// logits is the output as it is asked for.
func (s signature) logits(labels int) output {
	return output{name: s.output, half: s.half, columns: labels}
}

// output is one that a run is asked for: float32 [rows, columns], or
// [rows, width, columns] where every token has its own. Without columns the last
// dimension is left out.
type output struct {
	name     string
	half     bool // it is float16
	perToken bool
	columns  int
}

func (o output) shape(in *input) []int64 {
	dims := []int64{int64(in.rows)}
	if o.perToken {
		dims = append(dims, int64(in.width))
	}
	if o.columns > 0 {
		dims = append(dims, int64(o.columns))
	}
	return dims
}

// readSignature refuses every graph that is not a cross-encoder with the inputs
// and the output known here.
func readSignature(g graph) (signature, error) {
	var s signature
	var err error
	if s.inputs, err = readInputs(g, openBatch, inputIDs, inputMask); err != nil {
		return s, err
	}
	out, err := findOutput(g.outputs)
	if err != nil {
		return s, err
	}
	s.output, s.half = out.name, out.kind == "float16"
	s.labels, err = labels(out)
	return s, err
}

// The first dimension of an input: left open, or one text a call.
const (
	openBatch int64 = -1
	oneText   int64 = 1
)

// readsOneText reports whether every input has a batch of 1.
func (g graph) readsOneText() bool {
	return len(g.inputs) > 0 && !slices.ContainsFunc(g.inputs, func(p port) bool { return len(p.dims) == 0 || p.dims[0] != oneText })
}

// readInputs are the names of those that are given, in their order. All have that
// batch, and those that are required are among them.
func readInputs(g graph, batch int64, required ...string) (list []string, err error) {
	for _, p := range g.inputs {
		if err := checkInput(p, batch); err != nil {
			return nil, err
		}
	}
	for _, name := range []string{inputIDs, inputMask, inputTypes} {
		if slices.ContainsFunc(g.inputs, func(p port) bool { return p.name == name }) {
			list = append(list, name)
		} else if slices.Contains(required, name) {
			return nil, fmt.Errorf("it has no input %s, but %s", name, names(g.inputs))
		}
	}
	return list, nil
}

func checkInput(p port, batch int64) error {
	switch {
	case p.name != inputIDs && p.name != inputMask && p.name != inputTypes:
		return fmt.Errorf("its input %q is not known, only %s, %s and %s are", p.name, inputIDs, inputMask, inputTypes)
	case p.kind != "int64" || len(p.dims) != 2:
		return fmt.Errorf("its input %v is not int64[batch length]", p)
	case max(p.dims[0], openBatch) != batch || p.dims[1] >= 0:
		return fmt.Errorf("its input %v has a fixed size: export it with dynamic axes", p)
	}
	return nil
}

// findOutput takes logits, or whatever the only output is called.
func findOutput(outputs []port) (port, error) {
	for _, p := range outputs {
		if p.name == "logits" || len(outputs) == 1 {
			return p, nil
		}
	}
	return port{}, fmt.Errorf("it has no output logits, but %s", names(outputs))
}

func labels(out port) (int, error) {
	if out.kind != "float32" && out.kind != "float16" || len(out.dims) != 2 {
		return 0, fmt.Errorf("its output %v is not float32 or float16 [batch labels]", out)
	}
	if out.dims[0] >= 0 {
		return 0, fmt.Errorf("its output %v has a fixed batch: export it with dynamic axes", out)
	}
	if n := out.dims[1]; n != 1 && n != 2 && n >= 0 {
		return 0, fmt.Errorf("its output %v has %d logits for a pair, not 1 or 2", out, n)
	}
	return int(max(out.dims[1], 0)), nil
}

func names(ports []port) string {
	var all []string
	for _, p := range ports {
		all = append(all, p.name)
	}
	return strings.Join(all, ", ")
}
