package oip

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/splitrank/splitrank/server/internal/ort"
	"github.com/splitrank/splitrank/server/internal/remote"
)

// answer is what an inference came to.
type answer struct {
	version string // of the model; "" = it does not say
	logits  []float32
}

// head is the JSON of an answer.
type head struct {
	Version jsontext.Value `json:"model_version"`
	Outputs []output       `json:"outputs"`
}

type output struct {
	Name       string         `json:"name"`
	Shape      []int64        `json:"shape"`
	Datatype   string         `json:"datatype"`
	Data       jsontext.Value `json:"data"`
	Parameters struct {
		BinarySize *int64 `json:"binary_data_size"`
	} `json:"parameters"`
}

// decode an answer about so many pairs. Whatever it may be, the error is a
// *remote.Fault.
func (e *Engine) decode(reply remote.Reply, rows int) (answer, error) {
	text, rest, fault := split(reply)
	if fault != nil {
		return answer{}, fault
	}
	var h head
	if err := json.Unmarshal(text, &h); err != nil {
		return answer{}, malformed("it is not JSON of an inference")
	}
	o, data, fault := e.choose(h.Outputs, rest)
	if fault != nil {
		return answer{}, fault
	}
	want := rows * e.Labels()
	if !fits(o.Shape, rows, want) {
		return answer{}, malformed("its output has another shape than one row for each pair and " + strconv.Itoa(e.Labels()) + " logits in each")
	}
	logits, fault := o.values(data, want)
	if fault != nil {
		return answer{}, fault
	}
	return answer{spelled(h.Version), logits}, nil
}

func malformed(detail string) *remote.Fault {
	return &remote.Fault{Kind: remote.Malformed, Detail: detail}
}

// split an answer into its JSON and the tensors behind it.
func split(reply remote.Reply) (text, rest []byte, fault *remote.Fault) {
	length := reply.Header.Get(headLength)
	if length == "" {
		return reply.Body, nil, nil
	}
	n, err := strconv.Atoi(length)
	if err != nil || n < 0 || n > len(reply.Body) {
		return nil, nil, malformed("its JSON is as long as nothing that was sent")
	}
	return reply.Body[:n], reply.Body[n:], nil
}

// spelled is a version as text; null and none are "".
func spelled(v jsontext.Value) string {
	if text, err := jsontext.AppendUnquote(nil, v); err == nil {
		return string(text)
	}
	if s := v.String(); s != "null" && v != nil {
		return s
	}
	return ""
}

// choose the output with the logits, and its bytes if it has any: that of the name,
// or the only one.
func (e *Engine) choose(outputs []output, rest []byte) (chosen output, data []byte, fault *remote.Fault) {
	found := 0
	for _, o := range outputs {
		var own []byte
		if n := o.Parameters.BinarySize; n != nil {
			if *n < 0 || *n > int64(len(rest)) {
				return chosen, nil, malformed("an output ends before its bytes do")
			}
			own, rest = rest[:*n], rest[*n:]
		}
		if o.Name == e.config.Tensors.Logits || len(outputs) == 1 {
			chosen, data = o, own
			found++
		}
	}
	switch {
	case found == 0:
		return chosen, nil, malformed("it has no output " + strconv.Quote(e.config.Tensors.Logits))
	case found > 1:
		return chosen, nil, malformed("it has its output twice")
	case len(rest) > 0:
		return chosen, nil, malformed("it has bytes that belong to no output")
	}
	return chosen, data, nil
}

// fits reports that a shape has one row for each pair, and so many values.
func fits(shape []int64, rows, want int) bool {
	if len(shape) == 0 || shape[0] != int64(rows) {
		return false
	}
	n := int64(1)
	for _, d := range shape {
		if d < 0 || d > int64(want) {
			return false
		}
		if n *= d; n > int64(want) {
			return false
		}
	}
	return n == int64(want)
}

// values of an output, from its bytes or its JSON.
func (o output) values(data []byte, want int) ([]float32, *remote.Fault) {
	if o.Parameters.BinarySize != nil {
		return o.fromBytes(data, want)
	}
	if !slices.Contains([]string{"FP32", "FP64", "FP16", "BF16"}, strings.ToUpper(o.Datatype)) {
		return nil, malformed("its output has no type of floating-point numbers")
	}
	return fromJSON(o.Data, want)
}

func (o output) fromBytes(data []byte, want int) ([]float32, *remote.Fault) {
	kind := strings.ToUpper(o.Datatype)
	size := map[string]int{"FP32": 4, "FP64": 8, "FP16": 2, "BF16": 2}[kind]
	if size == 0 {
		return nil, malformed("the bytes of its output are of no type of floating-point numbers")
	}
	if len(data) != size*want {
		return nil, malformed("its output has more bytes, or fewer, than its shape")
	}
	values := make([]float32, want)
	for i := range values {
		at := data[i*size:]
		switch kind {
		case "FP16":
			values[i] = ort.HalfToFloat(binary.LittleEndian.Uint16(at))
		case "BF16":
			values[i] = math.Float32frombits(uint32(binary.LittleEndian.Uint16(at)) << 16)
		case "FP32":
			values[i] = math.Float32frombits(binary.LittleEndian.Uint32(at))
		default:
			values[i] = float32(math.Float64frombits(binary.LittleEndian.Uint64(at)))
		}
	}
	return values, nil
}

// fromJSON reads numbers, flat or nested. null is none: JSON has no other word for
// what is not finite.
func fromJSON(data jsontext.Value, want int) ([]float32, *remote.Fault) {
	values := make([]float32, 0, want)
	d := jsontext.NewDecoder(bytes.NewReader(data))
	for depth := -1; depth != 0; {
		t, err := d.ReadToken()
		if err != nil {
			return nil, malformed("its output has no data")
		}
		switch t.Kind() {
		case '[':
			depth = max(depth, 0) + 1
		case ']':
			depth--
		case '0', 'n':
			values = append(values, number(t))
		default:
			return nil, malformed("the data of its output are not numbers")
		}
		if depth < 0 || len(values) > want {
			return nil, malformed("its output has more logits than were asked for, or no list")
		}
	}
	if len(values) < want {
		return nil, malformed("its output has fewer logits than were asked for")
	}
	return values, nil
}

// number is NaN for null, and infinite where it is too large.
func number(t jsontext.Token) float32 {
	if t.Kind() == 'n' {
		return float32(math.NaN())
	}
	f, _ := strconv.ParseFloat(t.String(), 64)
	return float32(f)
}
