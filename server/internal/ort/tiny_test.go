package ort

import (
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/server/internal/token"
)

// tiny is a cross-encoder of a few kilobytes. Its score depends on ids, order,
// token types and mask: words times positions, plus token types, averaged over
// the tokens that the mask lets through, times a matrix.
type tiny struct {
	labels    int // of the graph; 0 is 1
	open      bool
	types     bool
	positions int   // 0 is 64
	notNumber int32 // an id whose word is NaN; 0 is none
	infinite  int32
	quantize  bool // with ranges over the whole batch
	half      bool
	steps     int // matrix products that change nothing, to take time

	inputKind  int64 // 0 is int64
	batch      any   // 0 is "batch"
	noMask     bool
	extra      string // another input
	outputName string
	outputs    []string // more of them

	config map[string]any // over the default; nil removes
	files  map[string]string
}

// width of the tiny model's vectors.
const width = 8

var vocabulary = strings.Fields("[PAD] [UNK] [CLS] [SEP] [MASK] how do plants make food turn light water and carbon dioxide into sugar in their leaves opening hours the shop closes at six . , bad endless a b c d e f")

// weights are the same in every run.
type weights struct {
	words, positions, types, out []float32
}

func (m tiny) weights() weights {
	r := rand.New(rand.NewPCG(1, 2))
	fill := func(n int) []float32 {
		list := make([]float32, n)
		for i := range list {
			list[i] = float32(r.NormFloat64())
		}
		return list
	}
	w := weights{fill(len(vocabulary) * width), fill(m.maxPositions() * width), fill(2 * width), fill(width * m.logits())}
	for i := range width {
		w.positions[i] = 1 // of [CLS]
	}
	if m.notNumber > 0 {
		w.words[m.notNumber*width] = float32(math.NaN())
	}
	if m.infinite > 0 {
		w.words[m.infinite*width] = float32(math.Inf(1))
	}
	return w
}

func (m tiny) maxPositions() int { return or(m.positions, 64) }

func (m tiny) logits() int { return or(m.labels, 1) }

func or(n, otherwise int) int {
	if n == 0 {
		return otherwise
	}
	return n
}

// onnx writes the graph.
func (m tiny) onnx() []byte {
	w, b := m.weights(), new(builder)
	ids := m.input(b, inputIDs)
	x := b.node("Gather", "x", []string{b.floats("words", w.words, int64(len(vocabulary)), width), ids})
	x = b.node("Mul", "placed", []string{x, m.position(b, w, ids)})
	if m.types {
		kinds := b.node("Gather", "kinds", []string{b.floats("types", w.types, 2, width), m.input(b, inputTypes)})
		x = b.node("Add", "typed", []string{x, kinds})
	}
	if m.extra != "" {
		m.input(b, m.extra)
	}
	x = m.detour(b, x)
	m.out(b, w, m.mean(b, x, ids))
	return b.file()
}

func (m tiny) input(b *builder, name string) string {
	batch := m.batch
	if batch == nil {
		batch = "batch"
	}
	return b.input(name, int64(or(int(m.inputKind), onnxInt64)), batch, "length")
}

// position gives a row for each place, and fails beyond the last.
func (m tiny) position(b *builder, w weights, ids string) string {
	shape := b.node("Shape", "shape", []string{ids})
	length := b.node("Gather", "n", []string{shape, b.ints("one", []int64{1})})
	at := b.node("Range", "at", []string{b.ints("zero", []int64{0}), length, "one"})
	return b.node("Gather", "position", []string{b.floats("positions", w.positions, int64(m.maxPositions()), width), at})
}

// detour changes nothing, or, quantized, what it should not.
func (m tiny) detour(b *builder, x string) string {
	if m.quantize {
		q := b.nodeMany("DynamicQuantizeLinear", []string{"q", "scale", "zeropoint"}, []string{x})
		x = b.node("DequantizeLinear", "restored", q)
	}
	if m.steps > 0 {
		identity := make([]float32, width*width)
		for i := range width {
			identity[i*width+i] = 1
		}
		b.floats("identity", identity, width, width)
	}
	for i := range m.steps {
		x = b.node("MatMul", "step"+string(rune('0'+i%10))+strings.Repeat("_", i/10), []string{x, "identity"})
	}
	return x
}

func (m tiny) mean(b *builder, x, ids string) string {
	mask := ids
	if !m.noMask {
		mask = m.input(b, inputMask)
	}
	weight := b.node("Unsqueeze", "weight", []string{
		b.node("Cast", "mask", []string{mask}, attribute{"to", onnxFloat}), b.ints("two", []int64{2}, 1),
	})
	along := b.ints("along", []int64{1}, 1)
	sum := b.node("ReduceSum", "sum", []string{b.node("Mul", "masked", []string{x, weight}), along}, attribute{"keepdims", 0})
	return b.node("Div", "mean", []string{sum, b.node("ReduceSum", "count", []string{weight, along}, attribute{"keepdims", 0})})
}

func (m tiny) out(b *builder, w weights, mean string) {
	name, kind := m.outputName, int64(onnxFloat)
	if name == "" {
		name = "logits"
	}
	logits := b.node("MatMul", "all", []string{mean, b.floats("out", w.out, width, int64(m.logits()))})
	if m.open {
		logits = m.hideWidth(b, logits)
	}
	if m.half {
		kind = onnxFloat16
	}
	b.node("Cast", name, []string{logits}, attribute{"to", kind})
	var labels any = m.logits()
	if m.open {
		labels = "labels"
	}
	b.output(name, kind, "batch", labels)
	for _, more := range m.outputs {
		b.node("Identity", more, []string{mean})
		b.output(more, onnxFloat, "batch", width)
	}
}

// hideWidth takes all columns, up to a number that only a run will tell.
func (m tiny) hideWidth(b *builder, logits string) string {
	flat := b.node("Reshape", "lit", []string{b.node("ReduceMax", "most", []string{inputMask}), b.ints("flat", []int64{1}, 1)})
	end := b.node("Mul", "end", []string{flat, b.ints("width", []int64{int64(m.logits())}, 1)})
	return b.node("Slice", "open", []string{logits, b.ints("start", []int64{0}, 1), end, "along"})
}

// folder writes a model in Hugging Face's layout.
func (m tiny) folder(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	labels := map[string]string{}
	for i := range m.logits() {
		labels[string(rune('0'+i))] = "LABEL_" + string(rune('0'+i))
	}
	c := map[string]any{
		"model_type": "bert", "vocab_size": len(vocabulary), "type_vocab_size": 2,
		"max_position_embeddings": m.maxPositions(), "pad_token_id": 0, "id2label": labels,
	}
	for key, value := range m.config {
		if c[key] = value; value == nil {
			delete(c, key)
		}
	}
	write(t, dir, "config.json", string(marshal(t, c)))
	write(t, dir, "tokenizer.json", tokenizerFile(t))
	write(t, dir, "onnx/model.onnx", string(m.onnx()))
	for name, content := range m.files {
		write(t, dir, name, content)
	}
	return dir
}

// write makes a file, or removes it if there is nothing to write.
func write(t testing.TB, dir, name, content string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if content == "" {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		return
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func marshal(t testing.TB, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// tokenizerFile is BERT's with the tiny vocabulary.
func tokenizerFile(t testing.TB) string {
	ids := map[string]int{}
	var added []map[string]any
	for i, word := range vocabulary {
		ids[word] = i
		if i < 5 {
			added = append(added, map[string]any{
				"id": i, "content": word, "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true,
			})
		}
	}
	special := func(name string, kind int) map[string]any {
		return map[string]any{"SpecialToken": map[string]any{"id": name, "type_id": kind}}
	}
	sequence := func(name string, kind int) map[string]any {
		return map[string]any{"Sequence": map[string]any{"id": name, "type_id": kind}}
	}
	return string(marshal(t, map[string]any{
		"version": "1.0", "added_tokens": added,
		"normalizer":    map[string]any{"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": nil, "lowercase": true},
		"pre_tokenizer": map[string]any{"type": "BertPreTokenizer"},
		"post_processor": map[string]any{
			"type":   "TemplateProcessing",
			"single": []any{special("[CLS]", 0), sequence("A", 0), special("[SEP]", 0)},
			"pair":   []any{special("[CLS]", 0), sequence("A", 0), special("[SEP]", 0), sequence("B", 1), special("[SEP]", 1)},
			"special_tokens": map[string]any{
				"[CLS]": map[string]any{"id": "[CLS]", "ids": []int{2}, "tokens": []string{"[CLS]"}},
				"[SEP]": map[string]any{"id": "[SEP]", "ids": []int{3}, "tokens": []string{"[SEP]"}},
			},
		},
		"model": map[string]any{
			"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": ids,
		},
	}))
}

// want is what the tiny model gives for ids, by definition.
func (m tiny) want(ids []int32, types []int) []float64 {
	w := m.weights()
	var mean [width]float64
	for at, id := range ids {
		for i := range width {
			x := float64(w.words[int(id)*width+i]) * float64(w.positions[at*width+i])
			if m.types {
				x += float64(w.types[types[at]*width+i])
			}
			mean[i] += x / float64(len(ids))
		}
	}
	logits := make([]float64, m.logits())
	for i := range width {
		for label := range logits {
			logits[label] += mean[i] * float64(w.out[i*len(logits)+label])
		}
	}
	return logits
}

// library starts ONNX Runtime, or skips the test.
func library(t testing.TB) {
	t.Helper()
	err := started(CPU)
	if errors.Is(err, ErrNoLibrary) {
		t.Skip("libonnxruntime is missing: make ort installs it")
	}
	if aside := available(); aside != nil {
		t.Skip(aside)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// loaded is the model of a folder, closed when the test ends.
func loaded(t testing.TB, dir string, o Options) *Session {
	t.Helper()
	library(t)
	m, err := Load(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	return m
}

// pairsOf joins one query with documents.
func pairsOf(t testing.TB, m *Session, query string, documents ...string) []token.Pair {
	t.Helper()
	p, err := m.Pairs(token.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	q, err := p.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	var pairs []token.Pair
	for _, d := range documents {
		ids, err := p.Document(nil, q, d)
		if err != nil {
			t.Fatal(err)
		}
		pair, err := p.Join(q, ids)
		if err != nil {
			t.Fatal(err)
		}
		pairs = append(pairs, pair)
	}
	return pairs
}
