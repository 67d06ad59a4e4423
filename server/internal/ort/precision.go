package ort

import (
	"context"
	"errors"
	"fmt"
	"math"
)

// mostAstray is how far what a graph says in bf16 may be from what it says in fp32, as a
// share of its length. Encoders were seen at 0.01; with a mask that is infinite 0.86.
const mostAstray = 0.1

// comparePrecision refuses a graph that says something else in bf16.
func (e *Encoder) comparePrecision(file graphFile, o Options) error {
	if o.Device != OpenVINOBF16 {
		return nil
	}
	texts, err := e.probeTexts(min(e.maxLength, probeLength))
	if err != nil {
		return err
	}
	in := new(input)
	if err := e.fill(in, texts[:1]); err != nil {
		return err
	}
	return compareWithFP32(e.session, file, e.signature.inputs, e.signature.outputs(), o, in)
}

// comparePrecision refuses a graph that says something else in bf16.
func (m *Session) comparePrecision(file graphFile, s signature, o Options) error {
	if o.Device != OpenVINOBF16 {
		return nil
	}
	pairs, err := m.probePairs()
	if err != nil {
		return err
	}
	in := new(input)
	if err := m.fill(in, pairs[:1]); err != nil {
		return err
	}
	return compareWithFP32(m.session, file, s.inputs, []output{s.logits(m.head.labels)}, o, in)
}

// compareWithFP32 runs an input on the processor's own kernels as well.
func compareWithFP32(s *native, file graphFile, inputs []string, outputs []output, o Options, in *input) (err error) {
	o.Device = CPU
	reference, err := openSession(file, inputs, outputs, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, reference.close()) }()
	want, err := reference.run(context.Background(), in)
	if err != nil {
		return err
	}
	got, err := s.run(context.Background(), in)
	if err != nil {
		return err
	}
	for i := range want {
		if d := distance(want[i], got[i]); !(d <= mostAstray) { // NaN is far away
			return fmt.Errorf("in bf16 its output %s is another one than in fp32 (distance %.2g, at most %v is usual): use --device %s", outputs[i].name, d, mostAstray, OpenVINO)
		}
	}
	return nil
}

// distance of two lists, as a share of the length of the first one, or of 1.
func distance(want, got []float32) float64 {
	var apart, length float64
	for i, w := range want {
		d := float64(w) - float64(got[i])
		apart, length = apart+d*d, length+float64(w)*float64(w)
	}
	return math.Sqrt(apart) / max(math.Sqrt(length), 1)
}
