package ort

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/splitrank/splitrank/server/internal/token"
)

// expand writes out a pair as the template has it.
func expand(p token.Pair) (ids []int32, types []int) {
	ids = append(append([]int32{2}, p.Query...), 3)
	types = make([]int, len(ids))
	ids = append(append(ids, p.Document...), 3)
	for len(types) < len(ids) {
		types = append(types, 1)
	}
	return ids, types
}

func near(t *testing.T, what string, got float32, want, within float64) {
	t.Helper()
	if !(math.Abs(float64(got)-want) <= within) {
		t.Errorf("%s: %v, want %v within %v", what, got, want, within)
	}
}

func TestScore(t *testing.T) {
	library(t)
	difference := func(positive int) func([]float64) float64 {
		return func(l []float64) float64 { return l[positive] - l[1-positive] }
	}
	only := func(l []float64) float64 { return l[0] }
	tests := []struct {
		name   string
		model  tiny
		score  func(logits []float64) float64
		within float64
	}{
		{"one logit", tiny{}, only, 1e-5},
		{"with token types", tiny{types: true}, only, 1e-5},
		{"two logits", tiny{labels: 2, types: true}, difference(1), 1e-5},
		{"two logits, the first relevant", tiny{labels: 2, config: map[string]any{"id2label": map[string]string{"0": "Relevant", "1": "not relevant"}}}, difference(0), 1e-5},
		{"number of logits left open", tiny{labels: 2, open: true}, difference(1), 1e-5},
		{"float16", tiny{half: true}, only, 5e-3},
		{"float16, two logits", tiny{half: true, labels: 2}, difference(1), 1e-2},
		{"another name of the output", tiny{outputName: "output"}, only, 1e-5},
		{"more outputs", tiny{outputs: []string{"pooled"}}, only, 1e-5},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := loaded(t, tt.model.folder(t), Options{})
			pairs := pairsOf(t, m, "how do plants make food", "plants make sugar .", "", "the shop closes at six", "light , water and carbon dioxide in their leaves")
			scores, err := m.Score(t.Context(), pairs)
			if err != nil {
				t.Fatal(err)
			}
			for i, p := range pairs {
				near(t, "pair "+string(rune('0'+i)), scores[i], tt.score(tt.model.want(expand(p))), tt.within)
			}
		})
	}
}

func TestOptions(t *testing.T) {
	library(t)
	dir := tiny{}.folder(t)
	tests := []struct {
		name    string
		options Options
		wrong   string
	}{
		{"two threads", Options{Threads: 2}, ""},
		{"without an arena", Options{NoArena: true}, ""},
		{"without optimization", Options{Optimization: OptimizeNone}, ""},
		{"basic", Options{Optimization: OptimizeBasic}, ""},
		{"extended", Options{Optimization: OptimizeExtended}, ""},
		{"threads", Options{Threads: -1}, "-1 threads"},
		{"optimization", Options{Optimization: "most"}, `optimization "most" is not known`},
		{"length", Options{MaxLength: -1}, "a length of at most -1 tokens"},
		{"outside", Options{ONNX: "../x.onnx"}, "does not lie within the folder"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, err := Load(dir, tt.options)
			if tt.wrong != "" {
				wantError(t, err, tt.wrong)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer m.Close()
			pairs := pairsOf(t, m, "food", "plants make sugar")
			scores, err := m.Score(t.Context(), pairs)
			if err != nil {
				t.Fatal(err)
			}
			near(t, "score", scores[0], tiny{}.want(expand(pairs[0]))[0], 1e-5)
		})
	}
}

// wantError expects one line with a text.
func wantError(t *testing.T, err error, with string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), with) || strings.Contains(err.Error(), "\n") {
		t.Errorf("error %v, want one line with %q", err, with)
	}
}

func TestRefused(t *testing.T) {
	library(t)
	onnxWith := func(f func(b *builder)) map[string]string {
		b := new(builder)
		f(b)
		return map[string]string{"onnx/model.onnx": string(b.file())}
	}
	good := string(tiny{}.onnx())
	tests := []struct {
		name  string
		model tiny
		want  string
	}{
		{"no config", tiny{files: map[string]string{"config.json": ""}}, "reading config.json: "},
		{"config is no JSON", tiny{files: map[string]string{"config.json": "{"}}, "reading config.json: "},
		{"no vocabulary", tiny{config: map[string]any{"vocab_size": nil}}, "it has no vocab_size"},
		{"no tokenizer", tiny{files: map[string]string{"tokenizer.json": ""}}, "tokenizer.json"},
		{"vocabulary smaller than the tokenizer's", tiny{config: map[string]any{"vocab_size": 20}}, "the model knows 20"},
		{"vocabulary larger than the graph's", tiny{config: map[string]any{"vocab_size": 1000}}, "trying the model: "},
		{"too few token types", tiny{types: true, config: map[string]any{"type_vocab_size": 1}}, "token type 1, the model knows 1"},
		{"no positions", tiny{config: map[string]any{"max_position_embeddings": nil}}, "no max_position_embeddings"},
		{"too few positions", tiny{config: map[string]any{"max_position_embeddings": 4}}, "4 tokens leave no room"},
		{"more positions than the graph has", tiny{config: map[string]any{"max_position_embeddings": 65}}, "of up to 65 tokens: "},
		{"no graph", tiny{files: map[string]string{"onnx/model.onnx": ""}}, "it has no ONNX file"},
		{"several graphs", tiny{files: map[string]string{"onnx/model.onnx": "", "model_a.onnx": "x", "onnx/model_b.onnx": "x"}}, "choose onnx/model_b.onnx or model_a.onnx"},
		{"graph is text", tiny{files: map[string]string{"onnx/model.onnx": "not a graph"}}, "reading model.onnx: "},
		{"graph is cut short", tiny{files: map[string]string{"onnx/model.onnx": good[:len(good)/2]}}, "reading model.onnx: "},
		{"graph with an unknown operator", tiny{files: onnxWith(func(b *builder) {
			b.node("Fly", "logits", []string{b.input(inputIDs, onnxInt64, "batch", "length")})
			b.output("logits", onnxFloat, "batch", 1)
		})}, "reading model.onnx: "},
		{"three logits", tiny{labels: 3}, "3 logits for a pair, not 1 or 2"},
		{"three labels, left open", tiny{labels: 3, open: true}, "3 logits for a pair, not 1 or 2"},
		{"labels nobody names", tiny{labels: 2, open: true, config: map[string]any{"id2label": nil}}, "neither the graph nor id2label"},
		{"labels that disagree", tiny{config: map[string]any{"id2label": map[string]string{"0": "no", "1": "yes"}}}, "names 2 labels"},
		{"labels without a meaning", tiny{labels: 2, config: map[string]any{"id2label": map[string]string{"0": "cat", "1": "dog"}}}, `"cat" and "dog"`},
		{"no mask", tiny{noMask: true}, "it has no input attention_mask"},
		{"unknown input", tiny{extra: "pixel_values"}, `its input "pixel_values" is not known`},
		{"inputs of int32", tiny{inputKind: onnxInt32}, "is not int64[batch length]"},
		{"fixed batch", tiny{batch: 1}, "export it with dynamic axes"},
		{"several outputs", tiny{outputName: "a", outputs: []string{"b"}}, "it has no output logits, but a, b"},
		{"one output of another rank", tiny{files: onnxWith(func(b *builder) {
			b.input(inputMask, onnxInt64, "batch", "length")
			b.node("Cast", "logits", []string{b.node("Gather", "first", []string{b.input(inputIDs, onnxInt64, "batch", "length"), b.ints("zero", []int64{0})}, attribute{"axis", 1})}, attribute{"to", onnxFloat})
			b.output("logits", onnxFloat, "batch")
		})}, "is not float32 or float16 [batch labels]"},
		{"NaN for everything", tiny{notNumber: 2}, "the model gives NaN for a pair"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := tt.model.folder(t)
			m, err := Load(dir, Options{})
			if err == nil {
				m.Close()
			}
			wantError(t, err, tt.want)
			wantError(t, err, dir)
		})
	}
}

func TestNotFinite(t *testing.T) {
	bad, endless := int32(idOf("bad")), int32(idOf("endless"))
	m := loaded(t, tiny{notNumber: bad, infinite: endless}.folder(t), Options{})
	pairs := pairsOf(t, m, "food", "sugar", "bad sugar", "water", "endless light")
	scores, err := m.Score(t.Context(), pairs)
	var e *NotFiniteError
	if !errors.As(err, &e) || len(e.Pairs()) != 2 || e.Pairs()[0] != 1 || e.Pairs()[1] != 3 {
		t.Fatalf("error %v, want one that names pairs 1 and 3", err)
	}
	wantError(t, err, "NaN for a pair (at [1 3] in the batch)")
	for _, i := range []int{0, 2} {
		near(t, "another pair", scores[i], tiny{}.want(expand(pairs[i]))[0], 1e-5)
	}
}

func idOf(word string) int {
	for i, w := range vocabulary {
		if w == word {
			return i
		}
	}
	return -1
}

func TestCompanions(t *testing.T) {
	library(t)
	tests := []struct {
		name      string
		model     tiny
		dependent bool
	}{
		{"float32", tiny{types: true}, false},
		{"quantized over the batch", tiny{quantize: true}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := loaded(t, tt.model.folder(t), Options{})
			if m.BatchDependent() != tt.dependent {
				t.Errorf("a score moved by %g with its batch: batch-dependent %v, want %v", m.BatchSpread(), m.BatchDependent(), tt.dependent)
			}
		})
	}
}

// A score is the same alone and in any batch.
func TestRandomCompanions(t *testing.T) {
	m := loaded(t, tiny{types: true}.folder(t), Options{})
	r := rand.New(rand.NewPCG(3, 4))
	var pairs []token.Pair
	for range 40 {
		pairs = append(pairs, spreadPair(2+r.IntN(59), 5+r.IntN(len(vocabulary)-5)))
	}
	alone := make([]float32, len(pairs))
	for i := range pairs {
		scores, err := m.Score(t.Context(), pairs[i:i+1])
		if err != nil {
			t.Fatal(err)
		}
		alone[i] = scores[0]
	}
	for range 50 {
		order := r.Perm(len(pairs))[:1+r.IntN(len(pairs))]
		var batch []token.Pair
		for _, i := range order {
			batch = append(batch, pairs[i])
		}
		scores, err := m.Score(t.Context(), batch)
		if err != nil {
			t.Fatal(err)
		}
		for at, i := range order {
			near(t, "score", scores[at], float64(alone[i]), MaxSpread)
		}
	}
}

func TestTooLongPair(t *testing.T) {
	m := loaded(t, tiny{}.folder(t), Options{MaxLength: 16})
	if m.MaxLength() != 16 {
		t.Errorf("at most %d tokens, want 16", m.MaxLength())
	}
	_, err := m.Score(t.Context(), []token.Pair{spreadPair(14, 20)})
	wantError(t, err, "a pair of 17 tokens for a model of 16")
	_, err = m.Pairs(token.Limits{MaxLength: 17})
	wantError(t, err, "pairs of 17 tokens for a model of 16")
}

func TestWarm(t *testing.T) {
	m := loaded(t, tiny{}.folder(t), Options{})
	if err := m.Warm(t.Context(), 3, 1000); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := m.Warm(ctx, 1, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}

func TestNothingToScore(t *testing.T) {
	m := loaded(t, tiny{}.folder(t), Options{})
	if scores, err := m.Score(t.Context(), nil); err != nil || scores != nil {
		t.Errorf("%v, error %v, want nothing", scores, err)
	}
}

func TestCloseThenScore(t *testing.T) {
	m := loaded(t, tiny{}.folder(t), Options{})
	pairs := pairsOf(t, m, "food", "sugar")
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Score(t.Context(), pairs); !errors.Is(err, ErrClosed) {
		t.Errorf("error %v, want %v", err, ErrClosed)
	}
}

// slow is a model whose batch of longPairs takes seconds.
var slow = tiny{steps: 800, positions: 512}

func longPairs(n int) []token.Pair {
	pairs := make([]token.Pair, n)
	for i := range pairs {
		pairs[i] = spreadPair(509, len(vocabulary))
	}
	return pairs
}

func TestTerminate(t *testing.T) {
	m := loaded(t, slow.folder(t), Options{Threads: 1})
	cause := errors.New("the client left")
	t.Run("before", func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(cause)
		if _, err := m.Score(ctx, longPairs(1)); !errors.Is(err, cause) {
			t.Errorf("error %v, want %v", err, cause)
		}
	})
	t.Run("while it runs", func(t *testing.T) {
		// To the end it would take seconds and succeed.
		ctx, cancel := context.WithTimeoutCause(t.Context(), 20*time.Millisecond, cause)
		defer cancel()
		if _, err := m.Score(ctx, longPairs(512)); !errors.Is(err, cause) {
			t.Errorf("error %v, want %v", err, cause)
		}
	})
}

// Many calls, most of them terminated somewhere on their way, must leave the
// others' scores alone and touch no freed memory.
func TestTerminateStress(t *testing.T) {
	m := loaded(t, tiny{steps: 50, positions: 512}.folder(t), Options{Threads: 1})
	want, err := m.Score(t.Context(), longPairs(1))
	if err != nil {
		t.Fatal(err)
	}
	rounds := 300
	if testing.Short() {
		rounds = 20
	}
	var wg sync.WaitGroup
	var done, stopped atomic.Int32
	for worker := range 4 {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(uint64(worker), 5))
			for range rounds {
				ctx, cancel := context.WithCancel(t.Context())
				spins := r.IntN(1 << 13)
				wg.Go(func() {
					for i := 0; i < spins && ctx.Err() == nil; i++ {
					}
					cancel()
				})
				scores, err := m.Score(ctx, longPairs(1+r.IntN(4)))
				switch {
				case err == nil:
					done.Add(1)
				case errors.Is(err, context.Canceled):
					stopped.Add(1)
				default:
					t.Error(err)
				}
				for _, s := range scores {
					near(t, "score", s, float64(want[0]), MaxSpread)
				}
				cancel()
			}
		})
	}
	wg.Wait()
	if done.Load() == 0 || stopped.Load() == 0 {
		t.Errorf("%d calls done and %d stopped: no mixture", done.Load(), stopped.Load())
	}
	t.Logf("%d calls done, %d stopped", done.Load(), stopped.Load())
}
