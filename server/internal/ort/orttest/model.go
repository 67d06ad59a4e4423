// Package orttest writes tiny models for tests: a graph of a few
// kilobytes, with a tokenizer and a configuration, in Hugging Face's layout.
package orttest

import (
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/server/internal/ort"
)

// Model is a cross-encoder whose score of a pair is the mean of its words,
// each times its place, times a vector.
type Model struct {
	// Seed of the weights: models of different seeds disagree.
	Seed uint64
	// Positions that it knows. 0 = 64.
	Positions int
	// Claims is the number of positions that config.json speaks of. 0 = Positions.
	Claims int
	// Vocabulary that config.json speaks of. 0 = as it is.
	Vocabulary int
	// NaN makes the word "bad" no number.
	NaN bool
	// External is a path beside the graph where the words' vectors lie. "" = in
	// the graph.
	External string
	// Squash makes probabilities of the logits: "Sigmoid", as the last step but
	// for an Identity, or "hidden", followed by a sum. "" = they are logits.
	Squash string
	// Mask adds what many exports do to the scores of attention: what the mask keeps out,
	// times the lowest number of fp32. Here that is nothing.
	Mask bool
}

// width of the vectors.
const width = 8

// Words are those that the tokenizer knows; any other is [UNK].
var Words = strings.Fields("[PAD] [UNK] [CLS] [SEP] [MASK] how do plants make food turn light water and carbon dioxide into sugar in their leaves opening hours the shop closes at six . , bad endless a b c d e f")

// Folder writes the model into a new folder called name.
func (m Model) Folder(t testing.TB, name string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), name)
	if err := m.WriteTo(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// WriteTo writes the model into a folder, which it makes.
func (m Model) WriteTo(dir string) error {
	config, err := json.Marshal(map[string]any{
		"model_type": "bert", "vocab_size": or(m.Vocabulary, len(Words)), "type_vocab_size": 2, "pad_token_id": 0,
		"max_position_embeddings": or(m.Claims, m.positions()), "id2label": map[string]string{"0": "LABEL_0"},
	})
	if err != nil {
		return err
	}
	words, err := json.Marshal(tokenizer())
	if err != nil {
		return err
	}
	graph, outside := m.onnx()
	return errors.Join(
		os.MkdirAll(filepath.Join(dir, "onnx"), 0o755), m.writeExternal(dir, outside),
		write(dir, "config.json", config), write(dir, "tokenizer.json", words), write(dir, "onnx/model.onnx", graph),
	)
}

func (m Model) writeExternal(dir string, content []byte) error {
	if m.External == "" {
		return nil
	}
	return errors.Join(os.MkdirAll(filepath.Join(dir, "onnx", filepath.Dir(m.External)), 0o755), write(dir, "onnx/"+m.External, content))
}

// Write puts a file into a folder.
func Write(t testing.TB, dir, name string, content []byte) {
	t.Helper()
	if err := write(dir, name, content); err != nil {
		t.Fatal(err)
	}
}

func write(dir, name string, content []byte) error {
	return os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), content, 0o644)
}

// Library skips a test where there is no libonnxruntime.
func Library(t testing.TB) {
	t.Helper()
	if _, err := ort.FindLibrary(os.Getenv); err != nil {
		t.Skip(err)
	}
}

func or(n, otherwise int) int {
	if n == 0 {
		return otherwise
	}
	return n
}

func (m Model) positions() int { return or(m.Positions, 64) }

func (m Model) random(n int) []float32 {
	r := rand.New(rand.NewPCG(m.Seed, uint64(n)))
	list := make([]float32, n)
	for i := range list {
		list[i] = float32(r.NormFloat64())
	}
	return list
}

// onnx is the graph, and what lies beside it.
func (m Model) onnx() (file, outside []byte) {
	words := m.random(len(Words) * width)
	if m.NaN {
		words[slices.Index(Words, "bad")*width] = float32(math.NaN())
	}
	g := &graph{outside: m.External}
	ids := g.input("input_ids")
	x := g.node("Gather", "x", []string{g.floats("words", words, int64(len(Words)), width), ids}, "", 0)
	x = g.node("Mul", "placed", []string{x, m.places(g, ids)}, "", 0)
	x = mean(g, x, g.input("attention_mask"))
	if m.Mask {
		x = g.node("Add", "open", []string{x, keptOut(g)}, "", 0)
	}
	m.head(g, g.node("MatMul", "raw", []string{x, g.floats("out", m.random(width), width, 1)}, "", 0))
	g.output("logits", 1)
	return g.file(), g.beside
}

// head makes the output of what the model found.
func (m Model) head(g *graph, raw string) {
	switch m.Squash {
	case "":
		g.node("Identity", "logits", []string{raw}, "", 0)
	case "hidden":
		g.node("Add", "logits", []string{g.node("Sigmoid", "squashed", []string{raw}, "", 0), g.floats("nothing", []float32{0}, 1)}, "", 0)
	default:
		g.node("Identity", "logits", []string{g.node(m.Squash, "squashed", []string{raw}, "", 0)}, "", 0)
	}
}

// places gives a row for each place, and fails beyond the last.
func (m Model) places(g *graph, ids string) string {
	n := g.node("Gather", "n", []string{g.node("Shape", "shape", []string{ids}, "", 0), g.ints("one", 1)}, "", 0)
	at := g.node("Range", "at", []string{g.ints("zero", 0), n, "one"}, "", 0)
	return g.node("Gather", "place", []string{g.floats("places", m.random(m.positions()*width), int64(m.positions()), width), at}, "", 0)
}

// keptOut is the most that the mask, which mean reads, adds to a token: 0.
func keptOut(g *graph) string {
	out := g.node("Sub", "out of sight", []string{g.floats("seen", []float32{1}, 1), "mask"}, "", 0)
	out = g.node("Mul", "shut", []string{out, g.floats("lowest", []float32{-math.MaxFloat32}, 1)}, "", 0)
	return g.node("ReduceMax", "most", []string{out}, "keepdims", 1) // of all: a single pair is not padded
}

// mean over the tokens that the mask lets through.
func mean(g *graph, x, mask string) string {
	mask = g.node("Cast", "mask", []string{mask}, "to", float32s)
	weight := g.node("Unsqueeze", "weight", []string{mask, g.ints("two", 2, 1)}, "", 0)
	along := g.ints("along", 1, 1)
	sum := g.node("ReduceSum", "sum", []string{g.node("Mul", "masked", []string{x, weight}, "", 0), along}, "keepdims", 0)
	return g.node("Div", "average", []string{sum, g.node("ReduceSum", "count", []string{weight, along}, "keepdims", 0)}, "", 0)
}
