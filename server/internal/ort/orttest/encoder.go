package orttest

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// Encoder is a late-interaction model: the vector of a token is its word's, each value
// times its place's, made as long as 1.
type Encoder struct {
	// Seed of the weights: models of different seeds disagree.
	Seed uint64
	// Positions that it knows. 0 = 64.
	Positions int
	// Claims is the number of positions that config.json speaks of. 0 = Positions.
	Claims int
	// Bits of a kept value, 4 or 8. 0 = 8.
	Bits int
	// Skip are words whose vectors of a document are not kept.
	Skip []int32
	// QueryPrefix and DocumentPrefix are words that stand before every text.
	QueryPrefix, DocumentPrefix []int32
	// Languages that it declares.
	Languages []string
	// Bare gives neither mean nor weights, as ColBERT does.
	Bare bool
	// OneText is all that a call takes, without a mask.
	OneText bool
}

// encoderWidth of the vectors, which is the least that can be kept.
const encoderWidth = 32

// Folder writes the model into a new folder called name.
func (e Encoder) Folder(t testing.TB, name string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), name)
	if err := e.WriteTo(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// WriteTo writes the model into a folder, which it makes.
func (e Encoder) WriteTo(dir string) error {
	late := object{"bits": e.Bits, "cosine": 1.5, "match": 4, "shift": -2.5, "skip": e.Skip, "query_prefix": e.QueryPrefix, "document_prefix": e.DocumentPrefix}
	own := object{"late_interaction": late}
	if e.Languages != nil {
		own["languages"] = e.Languages
	}
	config, err := json.Marshal(object{
		"model_type": "bert", "vocab_size": len(Words), "pad_token_id": 0, "max_position_embeddings": or(e.Claims, e.model().positions()),
		"splitrank": own,
	})
	if err != nil {
		return err
	}
	words, err := json.Marshal(tokenizer())
	if err != nil {
		return err
	}
	return errors.Join(
		os.MkdirAll(filepath.Join(dir, "onnx"), 0o755), write(dir, "config.json", config),
		write(dir, "tokenizer.json", words), write(dir, "onnx/model.onnx", e.onnx()),
	)
}

func (e Encoder) model() Model { return Model{Seed: e.Seed, Positions: e.Positions} }

func (e Encoder) onnx() []byte {
	m, g := e.model(), &graph{oneText: e.OneText}
	ids := g.input("input_ids")
	x := g.node("Gather", "x", []string{g.floats("words", m.random(len(Words)*encoderWidth), int64(len(Words)), encoderWidth), ids}, "", 0)
	n := g.node("Gather", "n", []string{g.node("Shape", "shape", []string{ids}, "", 0), g.ints("one", 1)}, "", 0)
	at := g.node("Range", "at", []string{g.ints("zero", 0), n, "one"}, "", 0)
	places := m.random(m.positions()*encoderWidth + 1)[1:]
	x = g.node("Mul", "placed", []string{x, g.node("Gather", "place", []string{g.floats("places", places, int64(m.positions()), encoderWidth), at}, "", 0)}, "", 0)
	tokens := g.node("LpNormalization", "token_vectors", []string{x}, "", 0)
	g.outputOf(tokens, "batch", "length", encoderWidth)
	average := mean(g, x, e.mask(g, ids))
	if e.Bare {
		return g.file()
	}
	g.outputOf(g.node("LpNormalization", "mean", []string{average}, "", 0), "batch", encoderWidth)
	weighed := g.node("Mul", "weighed", []string{tokens, g.floats("weigh", m.random(encoderWidth), encoderWidth)}, "", 0)
	sum := g.node("ReduceSum", "sums", []string{weighed, g.ints("last", 2, 1)}, "keepdims", 0)
	g.outputOf(g.node("Sigmoid", "weights", []string{sum}, "", 0), "batch", "length")
	return g.file()
}

// mask of a text's tokens: the input, or that each id is what it is.
func (e Encoder) mask(g *graph, ids string) string {
	if e.OneText {
		return g.node("Equal", "all", []string{ids, ids}, "", 0)
	}
	return g.input("attention_mask")
}
