package onnx

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
)

func field(number protowire.Number, body ...[]byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(nil, number, protowire.BytesType), bytes.Join(body, nil))
}

func varint(number protowire.Number, n uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(nil, number, protowire.VarintType), n)
}

// outside is the content of a TensorProto that is kept in a file.
func outside(location string) []byte {
	return bytes.Join([][]byte{
		varint(1, 8), varint(2, 1), field(8, []byte("w")), varint(14, 1),
		field(13, field(1, []byte("location")), field(2, []byte(location))),
		field(13, field(1, []byte("offset")), field(2, []byte("0"))),
	}, nil)
}

// places are all those where a tensor may stand in a ModelProto.
func places(location string) map[string][]byte {
	t := outside(location)
	inGraph := func(content []byte) []byte { return field(7, content) }
	inAttribute := func(content []byte) []byte { return inGraph(field(1, field(4, []byte("If")), field(5, content))) }
	return map[string][]byte{
		"initializer":                     inGraph(field(5, t)),
		"sparse values":                   inGraph(field(15, field(1, t))),
		"sparse indices":                  inGraph(field(15, field(2, t))),
		"tensor of an attribute":          inAttribute(field(5, t)),
		"tensors of an attribute":         inAttribute(field(10, t)),
		"sparse tensor of an attribute":   inAttribute(field(22, field(1, t))),
		"sparse tensors of an attribute":  inAttribute(field(23, field(2, t))),
		"initializer of a nested graph":   inAttribute(field(6, field(5, t))),
		"initializer of one of graphs":    inAttribute(field(11, field(5, t))),
		"nested twice":                    inAttribute(field(6, field(1, field(5, field(6, field(5, t)))))),
		"node of a function":              append(inGraph(nil), field(25, field(7, field(5, field(5, t))))...),
		"default attribute of a function": append(inGraph(nil), field(25, field(11, field(5, t)))...),
		"training initialization":         append(inGraph(nil), field(20, field(1, field(5, t)))...),
		"training algorithm":              append(inGraph(nil), field(20, field(2, field(5, t)))...),
		"second graph, which is merged":   append(inGraph(field(2, []byte("g"))), inGraph(field(5, t))...),
		"after much else":                 append(inGraph(field(5, field(9, make([]byte, 100_000)))), inGraph(field(5, t))...),
		"location not said to be outside": inGraph(field(5, field(13, field(1, []byte("location")), field(2, []byte(location))))),
		"key after the value":             inGraph(field(5, field(13, field(2, []byte(location)), field(1, []byte("location"))))),
		"key that is repeated":            inGraph(field(5, field(13, field(1, []byte("x")), field(2, []byte(location)), field(1, []byte("location"))))),
		"between unknown fields":          inGraph(append(varint(999, 7), field(5, append(field(500, []byte("?")), t...))...)),
	}
}

// readers give a file in different ways.
func readers(t *testing.T, content []byte) map[string]io.Reader {
	file := filepath.Join(t.TempDir(), "model.onnx")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return map[string]io.Reader{"seeking": f, "reading on": struct{ io.Reader }{bytes.NewReader(content)}}
}

func TestExternal(t *testing.T) {
	for name, content := range places("odd.bin_xyz") {
		for how, r := range readers(t, content) {
			if got, err := External(r); err != nil || !slices.Equal(got, []string{"odd.bin_xyz"}) {
				t.Errorf("%s, %s: %q, error %v", name, how, got, err)
			}
		}
	}
}

func TestExternalPaths(t *testing.T) {
	for location, want := range map[string]string{
		"w.bin": "w.bin", "./w.bin": "w.bin", "sub/w.bin": "sub/w.bin", "..w": "..w", "a b": "a b", "שקלים": "שקלים",
	} {
		if got, err := External(bytes.NewReader(places(location)["initializer"])); err != nil || !slices.Equal(got, []string{want}) {
			t.Errorf("%q: %q, error %v", location, got, err)
		}
	}
	for _, location := range []string{
		"", ".", "./", "..", "../w", "a/../../w", "a/../w", "/etc/passwd", "//x", `..\w`, `C:\w`, "C:w", "a\x00b", "*/_ORT_MEM_ADDR_/*",
		"/proc/self/environ", "_ORT_MEM_ADDR_",
	} {
		for name, content := range places(location) {
			if got, err := External(bytes.NewReader(content)); err == nil {
				t.Errorf("%q as %s: %q", location, name, got)
			}
		}
	}
}

func TestExternalRefuses(t *testing.T) {
	good := places("w")["nested twice"]
	deep := field(5, outside("w"))
	for range 200 {
		deep = field(1, field(5, field(6, deep)))
	}
	many := []byte{}
	for i := range maxExternal + 1 {
		many = append(many, field(5, field(13, field(1, []byte("location")), field(2, fmt.Append(nil, i))))...)
	}
	for _, tt := range []struct {
		name    string
		content []byte
	}{
		{"nothing", nil}, {"text", []byte("not a model")}, {"no graph", varint(1, 8)}, {"ORT format", []byte("\x1c\x00\x00\x00ORTM")},
		{"too deep", field(7, deep)}, {"a long location", places(strings.Repeat("x", maxEntry))["initializer"]}, {"very many files", field(7, many)},
		{"a length beyond its message", field(7, []byte{5<<3 | 2, 200})}, {"a length beyond all", append(protowire.AppendTag(nil, 7, protowire.BytesType), 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1)},
		{"a group", field(7, []byte{5<<3 | 3})}, {"an endless number", append([]byte{8}, bytes.Repeat([]byte{0xff}, 20)...)},
		{"a compiled part", field(7, field(1, field(4, []byte("EPContext"))))},
		{"no location's value", field(7, field(5, field(13, field(1, []byte("location")))))},
	} {
		for how, r := range readers(t, tt.content) {
			if got, err := External(r); err == nil {
				t.Errorf("%s, %s: %q", tt.name, how, got)
			}
		}
	}
	for n := 1; n < len(good); n++ {
		for how, r := range readers(t, good[:n]) {
			if got, err := External(r); err == nil {
				t.Errorf("cut after %d of %d, %s: %q", n, len(good), how, got)
			}
		}
	}
}

func FuzzExternal(f *testing.F) {
	for _, content := range places("w.bin") {
		f.Add(content)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		names, err := External(bytes.NewReader(content))
		again, errAgain := External(struct{ io.Reader }{bytes.NewReader(content)})
		if !slices.Equal(names, again) || (err == nil) != (errAgain == nil) {
			t.Fatalf("seeking %q, %v; reading on %q, %v", names, err, again, errAgain)
		}
		for _, name := range names {
			if !filepath.IsLocal(name) {
				t.Fatalf("%q leaves the folder", name)
			}
		}
	})
}
