package colbert

import (
	"fmt"
	"io/fs"
	"math"
	"path"
	"strings"
)

// A Projection makes the vectors that are compared out of those of an encoder whose
// graph ends before them. It is read only.
type Projection struct {
	layers []dense
}

// dense is a linear layer: out rows of in weights each.
type dense struct {
	in, out int
	weights []float32
	bias    []float32 // nil = none
}

// hiddenOutput is what exporters call the last layer of an encoder.
const hiddenOutput = "last_hidden_state"

// ReadProjection reads the layers that follow the encoder, by modules.json, or by the
// original's name in model.safetensors. It returns nil where the graph, whose output
// of that name has width values a token, has them in it.
func ReadProjection(files fs.FS, output string, width int) (*Projection, error) {
	layers, err := readModules(files)
	if err != nil {
		return nil, err
	}
	if layers == nil {
		return readOriginalProjection(files, output)
	}
	in, out := layers[0].In, layers[len(layers)-1].Out
	switch {
	case width == out && (width != in || output != hiddenOutput):
		return nil, nil
	case width != in:
		return nil, fmt.Errorf("reading modules.json: the graph gives %d values a token, and the projection makes %d of %d", width, out, in)
	}
	p := new(Projection)
	for _, m := range layers {
		layer, err := m.read(files)
		if err != nil {
			return nil, err
		}
		p.layers = append(p.layers, layer)
	}
	return p, p.check(width)
}

// module is the config.json of a layer in modules.json.
type module struct {
	folder     string
	In         int    `json:"in_features"`
	Out        int    `json:"out_features"`
	Bias       bool   `json:"bias"`
	Activation string `json:"activation_function"`
	Residual   bool   `json:"use_residual"`
}

// readModules returns nil where no layer follows the encoder.
func readModules(files fs.FS) ([]module, error) {
	var list []struct {
		Path string `json:"path"`
		Type string `json:"type"`
	}
	if _, err := readJSON(files, "modules.json", &list); err != nil {
		return nil, err
	}
	var layers []module
	for _, m := range list {
		if !strings.HasSuffix(m.Type, ".Dense") {
			continue
		}
		layer, err := readModule(files, m.Path)
		if err != nil {
			return nil, err
		}
		layers = append(layers, layer)
	}
	return layers, nil
}

func readModule(files fs.FS, folder string) (module, error) {
	m := module{folder: folder, Bias: true}
	name := path.Join(folder, "config.json")
	found, err := readJSON(files, name, &m)
	switch {
	case err != nil:
		return m, err
	case !found:
		return m, fmt.Errorf("reading modules.json: there is no %s", name)
	case m.In < 1 || m.Out < 1:
		return m, fmt.Errorf("reading %s: in_features are %d and out_features %d", name, m.In, m.Out)
	}
	return m, nil
}

// read reads the weights of a layer.
func (m module) read(files fs.FS) (dense, error) {
	name := path.Join(m.folder, "config.json")
	if m.Activation != "" && !strings.HasSuffix(m.Activation, ".Identity") {
		return dense{}, fmt.Errorf("reading %s: activation_function %.60q is not supported, Identity is; export the projection within the graph", name, m.Activation)
	}
	if m.Residual {
		return dense{}, fmt.Errorf("reading %s: use_residual is not supported; export the projection within the graph", name)
	}
	file, layer := path.Join(m.folder, "model.safetensors"), dense{in: m.In, out: m.Out}
	var err error
	if layer.weights, err = readTensor(files, file, "linear.weight", m.Out, m.In); err != nil {
		return dense{}, err
	}
	if m.Bias {
		layer.bias, err = readTensor(files, file, "linear.bias", m.Out)
	}
	return layer, err
}

// readOriginalProjection reads the one layer that lies among the weights of the
// encoder. A graph with another output has it in it.
func readOriginalProjection(files fs.FS, output string) (*Projection, error) {
	if output != hiddenOutput {
		return nil, nil
	}
	const file, name = "model.safetensors", "linear.weight"
	shape, err := tensorShape(files, file, name)
	if err != nil {
		return nil, fmt.Errorf("the graph ends with %s, before the projection: %w", hiddenOutput, err)
	}
	if len(shape) != 2 {
		return nil, fmt.Errorf("reading %s: %s has the shape %v", file, name, shape)
	}
	weights, err := readTensor(files, file, name, shape...)
	return &Projection{[]dense{{in: shape[1], out: shape[0], weights: weights}}}, err
}

// check holds the layers to each other.
func (p *Projection) check(width int) error {
	for i, layer := range p.layers {
		if layer.in != width {
			return fmt.Errorf("reading modules.json: layer %d takes %d values, and %d come", i+1, layer.in, width)
		}
		width = layer.out
	}
	return nil
}

// Width is how many values a token has before the projection.
func (p *Projection) Width() int { return p.layers[0].in }

// Dimensions is how many it has afterwards.
func (p *Projection) Dimensions() int { return p.layers[len(p.layers)-1].out }

// Apply returns the projected vectors of tokens, one after the other. The sums are
// made in float64 and in one order, so they hang on nothing but the token.
func (p *Projection) Apply(tokens []float32) []float32 {
	for _, layer := range p.layers {
		tokens = layer.apply(tokens)
	}
	return tokens
}

func (d dense) apply(tokens []float32) []float32 {
	n := len(tokens) / d.in
	projected := make([]float32, n*d.out)
	for i := range n {
		token := tokens[i*d.in:][:d.in]
		for j := range d.out {
			sum := product(token, d.weights[j*d.in:][:d.in])
			if d.bias != nil {
				sum += float64(d.bias[j])
			}
			projected[i*d.out+j] = float32(sum)
		}
	}
	return projected
}

// product adds up in four sums, which the processor makes side by side. None of its
// operations is fused.
func product(a, b []float32) float64 {
	var s [4]float64
	for len(a) >= 4 && len(b) >= 4 {
		s[0] += float64(float64(a[0]) * float64(b[0]))
		s[1] += float64(float64(a[1]) * float64(b[1]))
		s[2] += float64(float64(a[2]) * float64(b[2]))
		s[3] += float64(float64(a[3]) * float64(b[3]))
		a, b = a[4:], b[4:]
	}
	for i, x := range a {
		s[0] += float64(float64(x) * float64(b[i]))
	}
	return s[0] + s[1] + (s[2] + s[3])
}

// Normalize makes vectors of so many dimensions, one after the other, as long as 1,
// in place. One of zeros stays.
func Normalize(vectors []float32, dimensions int) {
	for ; len(vectors) >= dimensions; vectors = vectors[dimensions:] {
		v := vectors[:dimensions]
		length := max(math.Sqrt(product(v, v)), 1e-12)
		for i, x := range v {
			v[i] = float32(float64(x) / length)
		}
	}
}
