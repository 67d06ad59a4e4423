package colbert

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io/fs"
	"math"
	"path"
	"strings"
)

// A Projection makes the vectors that are compared out of those of an encoder whose
// graph ends before them. It is read only.
// see RATIONALE: why-the-projection-is-ours-where-the-graph-ends-before-it
type Projection struct {
	layers []dense
}

// dense is a linear layer: out rows of in weights each.
type dense struct {
	in, out int
	weights []float64
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

// lastDimensions are what the last layer makes; 0 = there is none.
func lastDimensions(files fs.FS) (int, error) {
	layers, err := readModules(files)
	if err != nil || layers == nil {
		return 0, err
	}
	return layers[len(layers)-1].Out, nil
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
	weights, err := readTensor(files, file, "linear.weight", m.Out, m.In)
	if err != nil {
		return dense{}, err
	}
	layer.weights = wide(weights)
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
	return &Projection{[]dense{{in: shape[1], out: shape[0], weights: wide(weights)}}}, err
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

// Digest stands for the layers.
func (p *Projection) Digest() string {
	h := sha256.New()
	for _, layer := range p.layers {
		fmt.Fprintf(h, "%d to %d", layer.in, layer.out)
		for _, values := range []any{layer.weights, layer.bias} {
			_ = binary.Write(h, binary.LittleEndian, values) // a hash takes everything
		}
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

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
	projected, token, sums := make([]float32, n*d.out), make([]float64, d.in), make([]float64, d.out)
	for i := range n {
		for j, x := range tokens[i*d.in:][:d.in] {
			token[j] = float64(x)
		}
		d.multiply(sums, token)
		for j, sum := range sums {
			projected[i*d.out+j] = float32(sum)
		}
	}
	return projected
}

// multiply makes four sums side by side, each in the order of its products. No
// operation is fused.
func (d dense) multiply(sums, token []float64) {
	j := 0
	for ; j+4 <= d.out; j += 4 {
		a, b, c, e := d.row(j, len(token)), d.row(j+1, len(token)), d.row(j+2, len(token)), d.row(j+3, len(token))
		var s0, s1, s2, s3 float64
		for i, x := range token {
			s0 += float64(x * a[i])
			s1 += float64(x * b[i])
			s2 += float64(x * c[i])
			s3 += float64(x * e[i])
		}
		sums[j], sums[j+1], sums[j+2], sums[j+3] = s0+d.biasOf(j), s1+d.biasOf(j+1), s2+d.biasOf(j+2), s3+d.biasOf(j+3)
	}
	for ; j < d.out; j++ {
		sums[j] = product(token, d.row(j, len(token))) + d.biasOf(j)
	}
}

func (d dense) row(j, n int) []float64 { return d.weights[j*d.in:][:n] }

func (d dense) biasOf(j int) float64 {
	if d.bias == nil {
		return 0
	}
	return float64(d.bias[j])
}

func product(a, b []float64) (sum float64) {
	b = b[:len(a)]
	for i, x := range a {
		sum += float64(x * b[i])
	}
	return sum
}

// wide are the same values.
func wide(values []float32) []float64 {
	list := make([]float64, len(values))
	for i, x := range values {
		list[i] = float64(x)
	}
	return list
}

// Normalize makes vectors of so many dimensions, one after the other, as long as 1,
// in place. One of zeros stays.
func Normalize(vectors []float32, dimensions int) {
	for ; len(vectors) >= dimensions; vectors = vectors[dimensions:] {
		v := vectors[:dimensions]
		var squares float64
		for _, x := range v {
			squares += float64(float64(x) * float64(x))
		}
		length := max(math.Sqrt(squares), 1e-12)
		for i, x := range v {
			v[i] = float32(float64(x) / length)
		}
	}
}
