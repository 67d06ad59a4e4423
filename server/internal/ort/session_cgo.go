//go:build cgo

package ort

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"runtime"
	"strings"

	onnx "github.com/yalue/onnxruntime_go"
)

// available is an error where the program was built without ONNX Runtime.
func available() error { return nil }

// startEnvironment loads the library. It logs nothing by itself: what goes
// wrong comes back as an error, and a terminated call is nothing wrong.
func startEnvironment(path string) error {
	onnx.SetSharedLibraryPath(path)
	err := onnx.InitializeEnvironment(onnx.WithLogLevelFatal())
	if err != nil && err.Error() == tooOld {
		// GetVersion would read what has been unloaded.
		return fmt.Errorf("it is older than %s", oldest)
	}
	if err != nil {
		return err
	}
	return onnx.DisableTelemetry()
}

// tooOld is what the binding says where the library lacks its API version.
const tooOld = "Platform-specific initialization failed: Error setting ORT API base: 2"

// native is a loaded graph.
type native struct {
	inputs  []string
	outputs []output
	graph   *onnx.DynamicAdvancedSession
	placed  Placement
}

// readGraph loads a file without optimizing, for its inputs and outputs.
func readGraph(g graphFile) (graph, error) {
	if g.inMemory() {
		return readPorts(g.data)
	}
	options, err := newSessionOptions(Options{Threads: 1, Optimization: OptimizeNone, NoArena: true})
	if err != nil {
		return graph{}, err
	}
	defer options.Destroy()
	inputs, outputs, err := onnx.GetInputOutputInfoWithOptions(g.path, options)
	if err != nil {
		return graph{}, oneLine(err)
	}
	return graph{ports(inputs), ports(outputs)}, nil
}

func ports(infos []onnx.InputOutputInfo) []port {
	var list []port
	for _, info := range infos {
		p := port{name: info.Name, dims: info.Dimensions}
		if info.OrtValueType == onnx.ONNXTypeTensor {
			p.kind = kind(info.DataType)
		}
		list = append(list, p)
	}
	return list
}

func kind(t onnx.TensorElementDataType) string {
	switch t {
	case onnx.TensorElementDataTypeInt64:
		return "int64"
	case onnx.TensorElementDataTypeInt32:
		return "int32"
	case onnx.TensorElementDataTypeFloat:
		return "float32"
	case onnx.TensorElementDataTypeFloat16:
		return "float16"
	}
	return t.String()
}

// openSession loads a graph to run.
func openSession(file graphFile, inputs []string, outputs []output, o Options) (*native, error) {
	file, err := file.on(o.Device)
	if err != nil {
		return nil, err
	}
	options, err := newSessionOptions(o)
	if err != nil {
		return nil, err
	}
	defer options.Destroy()
	var names []string
	for _, out := range outputs {
		names = append(names, out.name)
	}
	g, err := newSession(file, inputs, names, options)
	if err != nil {
		return nil, notWhole(oneLine(err), o.Device)
	}
	placed, err := placedOn(g, o.Device)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("device %s: %w", o.Device, err), g.Destroy())
	}
	return &native{inputs, outputs, g, placed}, nil
}

// notWhole says what ONNX Runtime means where a device has to take a graph as a whole.
func notWhole(err error, d Device) error {
	if d.isOpenVINO() && strings.Contains(err.Error(), "assigned to the default CPU EP") {
		return fmt.Errorf("device %s: OpenVINO cannot run some of the graph's operators, as those of the built-in models: use --device %s, or an fp32 model", d, CPU)
	}
	return err
}

// placedOn refuses a graph of which a plugin takes nothing. Other devices take all, or
// nearly: see RATIONALE: why-a-plugin-that-takes-nothing-is-refused.
func placedOn(g *onnx.DynamicAdvancedSession, d Device) (Placement, error) {
	if path, _ := d.plugin(); path == "" {
		return Placement{}, nil
	}
	p, err := takenByPlugin(g, d)
	if err != nil {
		return p, oneLine(err)
	}
	return p, p.check()
}

func newSession(file graphFile, inputs, outputs []string, o *onnx.SessionOptions) (*onnx.DynamicAdvancedSession, error) {
	if file.inMemory() {
		return onnx.NewDynamicAdvancedSessionWithONNXData(file.data, inputs, outputs, o)
	}
	return onnx.NewDynamicAdvancedSession(file.path, inputs, outputs, o)
}

var levels = map[Optimization]onnx.GraphOptimizationLevel{
	OptimizeAll:      onnx.GraphOptimizationLevelEnableAll,
	OptimizeExtended: onnx.GraphOptimizationLevelEnableExtended,
	OptimizeBasic:    onnx.GraphOptimizationLevelEnableBasic,
	OptimizeNone:     onnx.GraphOptimizationLevelDisableAll,
}

// newSessionOptions turns off memory patterns: they are kept for every shape
// that ever came, and every batch has another.
func newSessionOptions(o Options) (*onnx.SessionOptions, error) {
	s, err := onnx.NewSessionOptions()
	if err != nil {
		return nil, err
	}
	err = errors.Join(
		s.SetIntraOpNumThreads(o.Threads),
		s.SetInterOpNumThreads(1),
		s.SetGraphOptimizationLevel(levels[o.Optimization]),
		s.SetCpuMemArena(!o.NoArena),
		s.SetMemPattern(false),
		s.SetLogSeverityLevel(onnx.LoggingLevelFatal),
		// Threads of an idle session would spin for a while, beside Go's.
		s.AddSessionConfigEntry("session.force_spinning_stop", "1"),
	)
	if err == nil {
		err = onDevice(s, o)
	}
	if err != nil {
		s.Destroy()
		return nil, err
	}
	return s, nil
}

// onDevice adds the provider of a device. One that the library lacks, or whose own
// libraries are missing, is an error here.
func onDevice(s *onnx.SessionOptions, o Options) error {
	var err error
	switch o.Device {
	case OpenVINO, OpenVINOBF16:
		err = errors.Join(s.AddSessionConfigEntry("session.disable_cpu_ep_fallback", "1"), s.AppendExecutionProviderOpenVINO(openVINOOptions(o)))
	case CUDA:
		err = withCUDA(s)
	case "", CPU:
	default:
		err = appendPlugin(s, o.Device)
	}
	if err != nil {
		return fmt.Errorf("device %s: %w", o.Device, oneLine(err))
	}
	return nil
}

func withCUDA(s *onnx.SessionOptions) error {
	c, err := onnx.NewCUDAProviderOptions()
	if err != nil {
		return err
	}
	defer c.Destroy()
	return s.AppendExecutionProviderCUDA(c)
}

func (s *native) close() error { return s.graph.Destroy() }

func (s *native) placement() Placement { return s.placed }

// run gives the values of each output for a batch, row after row, and the cause of
// ctx if it was terminated. Many goroutines may call it at once.
func (s *native) run(ctx context.Context, in *input) ([][]float32, error) {
	c, err := s.newCall(in)
	defer c.destroy()
	if err != nil {
		return nil, oneLine(err)
	}
	if err := c.do(ctx); err != nil && ctx.Err() != nil {
		return nil, context.Cause(ctx)
	} else if err != nil {
		return nil, oneLine(err)
	}
	return c.values(), nil
}

// call is one run of a session and all that it holds in C.
type call struct {
	session *native
	options *onnx.RunOptions
	pinned  runtime.Pinner
	inputs  []onnx.Value
	outputs []onnx.Value
	floats  [][]float32 // by output
	halves  [][]byte    // by output; nil where it is no float16
}

// newCall returns a call that must be destroyed, after an error too.
func (s *native) newCall(in *input) (c *call, err error) {
	c = &call{session: s}
	shape := onnx.NewShape(int64(in.rows), int64(in.width))
	for _, name := range s.inputs {
		values := in.named(name)
		c.pinned.Pin(&values[0])
		t, err := onnx.NewTensor(shape, values)
		if err != nil {
			return c, err
		}
		c.inputs = append(c.inputs, t)
	}
	for _, out := range s.outputs {
		if err := c.newOutput(out, out.shape(in)); err != nil {
			return c, err
		}
	}
	c.options, err = onnx.NewRunOptions()
	return c, err
}

// newOutput has ONNX Runtime write into memory of ours: then nothing is
// copied, and a float16 output, which the binding cannot copy, is as good.
func (c *call) newOutput(o output, dims []int64) error {
	shape := onnx.NewShape(dims...)
	n := shape.FlattenedSize()
	var value onnx.Value
	var floats []float32
	var halves []byte
	var err error
	if o.half {
		halves = make([]byte, 2*n)
		c.pinned.Pin(&halves[0])
		value, err = onnx.NewCustomDataTensor(shape, halves, onnx.TensorElementDataTypeFloat16)
	} else {
		floats = make([]float32, n)
		c.pinned.Pin(&floats[0])
		value, err = onnx.NewTensor(shape, floats)
	}
	if err != nil {
		return err
	}
	c.outputs = append(c.outputs, value)
	c.floats, c.halves = append(c.floats, floats), append(c.halves, halves)
	return nil
}

// do runs, and terminates the run when ctx is done. Whatever happens, nothing
// runs and nothing terminates any more when it returns.
func (c *call) do(ctx context.Context) error {
	terminated := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(terminated)
		_ = c.options.Terminate() // it sets a flag and cannot fail
	})
	err := c.session.graph.RunWithOptions(c.inputs, c.outputs, c.options)
	if !stop() {
		<-terminated
	}
	return err
}

// values of each output.
func (c *call) values() [][]float32 {
	for out, halves := range c.halves {
		for i := 0; i < len(halves); i += 2 {
			c.floats[out] = append(c.floats[out], HalfToFloat(binary.NativeEndian.Uint16(halves[i:])))
		}
	}
	return c.floats
}

// destroy frees what C holds; errors would say that it is free already.
func (c *call) destroy() {
	for _, v := range append(c.inputs, c.outputs...) {
		_ = v.Destroy()
	}
	if c.options != nil {
		_ = c.options.Destroy()
	}
	c.pinned.Unpin()
}
