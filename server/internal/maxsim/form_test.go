package maxsim

import (
	"bytes"
	"encoding/binary"
	"flag"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/shared/golden"
)

var update = flag.Bool("update", false, "write the golden file anew")

// TestFormIsPinned: bytes on disk outlive the program that wrote them, so the
// form of a version never changes.
func TestFormIsPinned(t *testing.T) {
	var got bytes.Buffer
	for _, l := range []Layout{{32, 4, 0}, {32, 8, 32}, {96, 4, 32}, {64, 8, 0}} {
		for n := range 3 {
			form, err := l.Encode(nil, ramp(n*l.Dimensions, 101), ramp(l.MeanDimensions, 67), n == 2)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&got, "%d dimensions, %d bits, mean %d, %d tokens\n", l.Dimensions, l.Bits, l.MeanDimensions, n)
			for line := range slices.Chunk(form, 32) {
				fmt.Fprintf(&got, "% x\n", line)
			}
			got.WriteString("\n")
		}
	}
	path := fmt.Sprintf("testdata/form%d.golden", version)
	if old, err := os.ReadFile(path); *update && err == nil && !bytes.Equal(old, got.Bytes()) {
		t.Fatalf("the form of version %d changed: raise version in form.go and remove %s", version, path)
	}
	golden.File(t, *update, path, got.Bytes())
}

// ramp is n values from -1 to 1 with exact halves of steps among them.
func ramp(n, period int) []float32 {
	values := make([]float32, n)
	for i := range values {
		values[i] = float32(i*37%period-period/2) / float32(period/2)
	}
	return values
}

func TestEncode(t *testing.T) {
	l := Layout{Dimensions: 32, Bits: 4, MeanDimensions: 32}
	form, err := l.Encode([]byte("before"), make([]float32, 64), make([]float32, 32), true)
	if err != nil || !bytes.HasPrefix(form, []byte("before")) {
		t.Fatalf("%q, %v", form, err)
	}
	form = form[len("before"):]
	if len(form) != l.Size(2) || l.Tokens(form) != 2 || !l.Truncated(form) || l.Check(form) != nil {
		t.Errorf("%d bytes, %d tokens, truncated %v, %v", len(form), l.Tokens(form), l.Truncated(form), l.Check(form))
	}
}

func TestEncodeRefuses(t *testing.T) {
	l := Layout{Dimensions: 32, Bits: 4, MeanDimensions: 32}
	with := func(n, at int, value float64) []float32 {
		v := make([]float32, n)
		v[at] = float32(value)
		return v
	}
	for _, tt := range []struct {
		name         string
		layout       Layout
		tokens, mean []float32
		want         string
	}{
		{"no layout", Layout{}, nil, nil, "dimensions are 0, not a multiple of 32 from 32 to 1024"},
		{"odd dimensions", Layout{Dimensions: 100, Bits: 4}, nil, nil, "dimensions are 100"},
		{"too many dimensions", Layout{Dimensions: 1056, Bits: 4}, nil, nil, "dimensions are 1056"},
		{"odd bits", Layout{Dimensions: 32, Bits: 5}, nil, nil, "bits are 5, not 4 or 8"},
		{"odd mean", Layout{Dimensions: 32, Bits: 4, MeanDimensions: -32}, nil, nil, "mean dimensions are -32, not a multiple of 32 from 0 to 1024"},
		{"part of a token", l, make([]float32, 33), make([]float32, 32), "33 values, not a multiple of 32"},
		{"no mean", l, nil, nil, "the mean has 0 values, not 32"},
		{"too many tokens", l, make([]float32, 32*(MaxTokens+1)), make([]float32, 32), "65537 token vectors, more than 65536"},
		{"NaN", l, with(64, 33, math.NaN()), make([]float32, 32), "value 1 of token 1 is NaN"},
		{"infinity", l, with(64, 0, math.Inf(-1)), make([]float32, 32), "value 0 of token 0 is -Inf"},
		{"too large", l, with(64, 0, MaxValue*1.01), make([]float32, 32), "value 0 of token 0 is 1.0590618e+06"},
		{"NaN in the mean", l, nil, with(32, 31, math.NaN()), "value 31 of the mean is NaN"},
	} {
		dst := []byte("before")
		form, err := tt.layout.Encode(dst, tt.tokens, tt.mean, false)
		if err == nil || !strings.Contains(err.Error(), tt.want) || string(form) != "before" {
			t.Errorf("%s: %q, %v, want %q", tt.name, form, err, tt.want)
		}
		if _, err := tt.layout.Query(tt.tokens, nil, tt.mean); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: the query: %v, want %q", tt.name, err, tt.want)
		}
	}
}

func TestQueryRefusesWeights(t *testing.T) {
	l := Layout{Dimensions: 32, Bits: 4}
	for _, tt := range []struct {
		name    string
		weights []float32
		want    string
	}{
		{"too few", []float32{1}, "1 weights for 2 tokens"},
		{"negative", []float32{1, -1}, "weight of token 1 is -1"},
		{"NaN", []float32{float32(math.NaN()), 1}, "weight of token 0 is NaN"},
		{"infinite", []float32{1, float32(math.Inf(1))}, "weight of token 1 is +Inf"},
	} {
		if _, err := l.Query(make([]float32, 64), tt.weights, nil); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
}

func TestCheckRefuses(t *testing.T) {
	l := Layout{Dimensions: 64, Bits: 4, MeanDimensions: 32}
	good, err := l.Encode(nil, ramp(3*64, 101), ramp(32, 67), false)
	if err != nil {
		t.Fatal(err)
	}
	set := func(at int, b ...byte) []byte {
		form := bytes.Clone(good)
		copy(form[at:], b)
		return form
	}
	scale := func(at int, value float64) []byte {
		return set(at, binary.LittleEndian.AppendUint32(nil, math.Float32bits(float32(value)))...)
	}
	for _, tt := range []struct {
		name   string
		layout Layout
		form   []byte
		want   string
	}{
		{"nothing", l, nil, "0 bytes are less than a header"},
		{"half a header", l, good[:15], "15 bytes are less than a header"},
		{"a bad layout", Layout{}, good, "dimensions are 0"},
		{"another version", l, set(0, version+1), "version 2 is not 1"},
		{"other bits", Layout{64, 8, 32}, good, "the layout {Dimensions:64 Bits:4 MeanDimensions:32} is not {Dimensions:64 Bits:8 MeanDimensions:32}"},
		{"other dimensions", Layout{32, 4, 32}, good, "is not {Dimensions:32"},
		{"no mean", Layout{64, 4, 0}, good, "is not {Dimensions:64 Bits:4 MeanDimensions:0}"},
		{"unknown flag", l, set(flagsAt, 2), "unknown flags 0x2"},
		{"reserved bytes", l, set(13, 1), "reserved bytes"},
		{"cut off", l, good[:len(good)-1], fmt.Sprintf("3 tokens take %d bytes, not %d", len(good), len(good)-1)},
		{"too long", l, append(bytes.Clone(good), 0), "3 tokens take"},
		{"fewer tokens", l, set(countAt, 2), "2 tokens take"},
		{"endless tokens", l, set(countAt, 255, 255, 255, 255), "4294967295 tokens, more than 65536"},
		{"NaN of the mean", l, scale(headerSize, math.NaN()), "scale of the mean is NaN"},
		{"NaN", l, scale(l.scalesAt()+4, math.NaN()), "scale of token 1 is NaN"},
		{"infinity", l, scale(l.scalesAt()+8, math.Inf(1)), "scale of token 2 is +Inf"},
		{"negative", l, scale(l.scalesAt(), -1), "scale of token 0 is -1"},
		{"negative zero", l, scale(l.scalesAt(), math.Copysign(0, -1)), "scale of token 0 is -0"},
		{"too large", l, scale(l.scalesAt(), 2*MaxValue), "scale of token 0 is 2.097152e+06"},
	} {
		if err := tt.layout.Check(tt.form); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
}

// FuzzCheck: whatever Check passes can be compared, by every kernel with the
// same finite result, and nothing outside of it is read: it ends where its
// memory ends, and kernels agree although what lies behind differs.
func FuzzCheck(f *testing.F) {
	for i, l := range layouts {
		m := newMaker(uint64(i), l)
		f.Add(m.encode(f, m.text(5)), uint8(i))
		f.Add(m.encode(f, m.text(0)), uint8(i))
	}
	f.Fuzz(func(t *testing.T, form []byte, which uint8) {
		m := newMaker(uint64(which), layouts[int(which)%len(layouts)])
		if m.Check(form) != nil {
			return
		}
		query := m.text(6)
		ones, zeros := between(form, 0xff), between(form, 0)
		cosine, match := m.query(t, portable, query).Compare(ones)
		if math.IsNaN(cosine+match) || math.IsInf(cosine+match, 0) {
			t.Errorf("%+v: cosine %v, match %v", m.Layout, cosine, match)
		}
		for _, k := range kernels() {
			if c, got := m.query(t, k, query).Compare(zeros); !same(c, cosine) || !same(got, match) {
				t.Errorf("%v, %+v: cosine %v, match %v, want %v, %v", k, m.Layout, c, got, cosine, match)
			}
		}
	})
}

// between copies a form to an odd address between bytes of one value.
func between(form []byte, value byte) []byte {
	b := bytes.Repeat([]byte{value}, len(form)+128)
	copy(b[63:], form)
	return b[63:][:len(form):len(form)]
}
