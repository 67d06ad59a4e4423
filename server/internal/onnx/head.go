package onnx

import (
	"errors"
	"io"
)

// step is a node, as far as it matters here.
type step struct {
	operator string
	input    string // the first
	outputs  []string
}

// Squashed names the operator that makes the outputs of the graph in r
// probabilities, such as Sigmoid, where only steps that move values about follow
// it. "" = there is none. Whoever takes such an output for a logit squashes it a
// second time.
func Squashed(r io.Reader) (string, error) {
	s, err := scan(r)
	if err != nil {
		return "", err
	}
	for _, result := range s.results {
		if operator := s.squashed(result); operator != "" {
			return operator, nil
		}
	}
	return "", nil
}

// squashed follows a value back to what made it.
func (s *scanner) squashed(value string) string {
	for range len(s.steps) + 1 { // a graph that runs in a circle is no reason to
		made, ok := s.steps[value]
		switch {
		case !ok:
			return ""
		case squashes(made.operator):
			return made.operator
		case !moves(made.operator):
			return ""
		}
		value = made.input
	}
	return ""
}

func squashes(operator string) bool {
	switch operator {
	case "Sigmoid", "HardSigmoid", "Softmax", "LogSoftmax", "Hardmax":
		return true
	}
	return false
}

// moves reports that an operator changes where values stand, and in what form,
// but not what they are.
func moves(operator string) bool {
	switch operator {
	case "Identity", "Cast", "Squeeze", "Unsqueeze", "Reshape", "Flatten", "Gather", "Slice", "Transpose", "Expand", "Concat", "Split":
		return true
	}
	return false
}

// step reads a node. Those of nested graphs stand between the parts of another.
func (s *scanner) step(size int64, depth int) error {
	outer := s.node
	s.node = step{}
	err := s.message(node, size, depth+1)
	made := s.node
	s.node = outer
	if err != nil || depth != 1 || !squashes(made.operator) && !moves(made.operator) {
		return err
	}
	for _, name := range made.outputs {
		s.steps[name] = made
	}
	return nil
}

// word reads one of the names that matter.
func (s *scanner) word(k kind, size int64, depth int) error {
	if k == input && s.node.input != "" || k == name && depth != 2 {
		return s.skip(size)
	}
	b, err := s.bytes(size)
	if err != nil {
		return err
	}
	switch k {
	case input:
		s.node.input = string(b)
	case output:
		s.node.outputs = append(s.node.outputs, string(b))
	case name:
		s.results = append(s.results, string(b))
	case operator:
		s.node.operator = string(b)
	}
	if s.node.operator == "EPContext" {
		return errors.New("it has a node EPContext, which may name files of any kind: export it as plain ONNX")
	}
	return nil
}
