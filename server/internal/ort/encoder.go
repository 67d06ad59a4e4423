package ort

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"runtime/debug"
	"slices"
	"sync"

	"github.com/splitrank/splitrank/server/internal/token"
)

// Encoder is the graph of a late-interaction model, which reads a text by itself
// and gives a vector for each of its tokens. It is safe for concurrent use.
type Encoder struct {
	session    *native
	signature  encoderSignature
	tokenizer  *token.Tokenizer
	maxLength  int
	vocabulary int
	spread     float32

	inputs sync.Pool // *input
	use    sync.RWMutex
	closed bool
}

// Text is one input of an Encoder.
type Text struct {
	// IDs of the tokens, special ones included, at least one.
	IDs []int32
	// Unattended of them, the last ones, are read without the others seeing them.
	Unattended int
}

// Vectors are what an Encoder says about a text.
type Vectors struct {
	// Tokens has one vector after the other, as many as the text has ids.
	Tokens []float32
	// Mean of the text; nil where the graph gives none.
	Mean []float32
	// Weights of the tokens, as many as the text has ids; nil where the graph gives
	// none.
	Weights []float32
}

// LoadEncoder loads the encoder in a folder: see Load.
func LoadEncoder(dir string, o Options) (*Encoder, error) {
	e, err := loadEncoder(folder(dir), o)
	if err != nil {
		return nil, fmt.Errorf("loading model %q: %w", dir, err)
	}
	return e, nil
}

// LoadEncoderFS loads an encoder whose files are in memory: see LoadFS.
func LoadEncoderFS(files fs.FS, name string, o Options) (*Encoder, error) {
	e, err := loadEncoder(source{files: files}, o)
	if err != nil {
		return nil, fmt.Errorf("loading model %q: %w", name, err)
	}
	debug.FreeOSMemory() // as in LoadFS
	return e, nil
}

func loadEncoder(from source, o Options) (*Encoder, error) {
	o = o.withDefaults()
	d, err := describe(from, o)
	if err != nil {
		return nil, err
	}
	e := &Encoder{vocabulary: d.config.Vocabulary, maxLength: d.maxLength}
	if e.tokenizer, err = token.LoadFS(from.files, "tokenizer.json", o.Tokenizer); err != nil {
		return nil, err
	}
	if err := e.tokenizer.CheckVocabulary(d.config.Vocabulary); err != nil {
		return nil, err
	}
	return e, e.open(d.graph, o)
}

// open loads the graph and tries it.
func (e *Encoder) open(file graphFile, o Options) error {
	g, err := readGraph(file)
	if err == nil {
		e.signature, err = readEncoderSignature(g, o.Dimensions)
	}
	if err != nil {
		return file.wrap(err)
	}
	if e.session, err = openSession(file, e.signature.inputs, e.signature.outputs(), o); err != nil {
		return file.wrap(err)
	}
	e.inputs.New = func() any { return new(input) }
	if o.Spread != nil {
		e.spread = *o.Spread
		return nil
	}
	err = e.probe()
	if err == nil {
		err = e.comparePrecision(file, o)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("trying the model: %w", err), e.session.close())
	}
	return nil
}

// MaxLength is the number of tokens that a text may have, special ones included.
func (e *Encoder) MaxLength() int { return e.maxLength }

// Tokenizer of the texts.
func (e *Encoder) Tokenizer() *token.Tokenizer { return e.tokenizer }

// Dimensions of a token's vector.
func (e *Encoder) Dimensions() int { return e.signature.tokens.columns }

// Output is what the graph calls the vectors of the tokens.
func (e *Encoder) Output() string { return e.signature.tokens.name }

// MeanDimensions of a text's mean; 0 = it gives none.
func (e *Encoder) MeanDimensions() int { return e.signature.mean.columns }

// BatchSpread is by how much a value of a token's vector was seen to change with
// the texts that shared its batch: see Session.BatchSpread.
func (e *Encoder) BatchSpread() float32 { return e.spread }

// ReadsOneText reports whether the graph takes one text a call.
func (e *Encoder) ReadsOneText() bool { return e.signature.oneText }

// BatchDependent reports whether texts are read one by one: BatchSpread is above
// MaxSpread, or ReadsOneText.
func (e *Encoder) BatchDependent() bool { return e.spread > MaxSpread || e.ReadsOneText() }

// Encode reads texts as one batch, padded to the longest. When ctx is done it
// terminates the run and returns the cause of ctx. Vectors that are not finite are
// a *NotFiniteError, beside those of the other texts.
func (e *Encoder) Encode(ctx context.Context, texts []Text) ([]Vectors, error) {
	e.use.RLock()
	defer e.use.RUnlock()
	if e.closed {
		return nil, ErrClosed
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if len(texts) == 0 {
		return nil, nil
	}
	in := e.inputs.Get().(*input)
	defer e.inputs.Put(in)
	if err := e.fill(in, texts); err != nil {
		return nil, err
	}
	values, err := e.session.run(ctx, in)
	if err != nil {
		return nil, err
	}
	return e.signature.split(values, texts, in.width)
}

// fill writes the texts as one batch as wide as the longest.
func (e *Encoder) fill(in *input, texts []Text) error {
	width := 0
	if e.ReadsOneText() && len(texts) > 1 {
		return fmt.Errorf("%d texts for a graph that reads one a call", len(texts))
	}
	for _, t := range texts {
		if len(t.IDs) == 0 || t.Unattended < 0 || t.Unattended >= len(t.IDs) {
			return fmt.Errorf("a text of %d tokens, %d of them unattended", len(t.IDs), t.Unattended)
		}
		if t.Unattended > 0 && !slices.Contains(e.signature.inputs, inputMask) {
			return fmt.Errorf("a text with %d unattended tokens for a graph without %s", t.Unattended, inputMask)
		}
		width = max(width, len(t.IDs))
	}
	if width > e.maxLength {
		return fmt.Errorf("a text of %d tokens for a model of %d", width, e.maxLength)
	}
	in.shape(len(texts), width)
	for i, t := range texts {
		ids, types, mask := in.row(i)
		clear(types)
		e.tokenizer.WriteText(ids, mask, t.IDs, t.Unattended)
	}
	return nil
}

// encoderSignature is what of a graph is used.
type encoderSignature struct {
	inputs                []string
	oneText               bool // it takes one text a call, so nothing is padded
	tokens, mean, weights output
}

// The outputs of an encoder.
const (
	outputTokens  = "token_vectors"
	outputMean    = "mean"
	outputWeights = "weights"
)

func (s encoderSignature) outputs() []output {
	list := []output{s.tokens}
	for _, o := range []output{s.mean, s.weights} {
		if o.name != "" {
			list = append(list, o)
		}
	}
	return list
}

// readEncoderSignature refuses every graph that is no encoder with the inputs and
// outputs known here. A graph that leaves the dimensions of a token open has so many.
func readEncoderSignature(g graph, dimensions int) (s encoderSignature, err error) {
	batch, required := openBatch, []string{inputIDs, inputMask}
	if s.oneText = g.readsOneText(); s.oneText {
		batch, required = oneText, []string{inputIDs}
	}
	if s.inputs, err = readInputs(g, batch, required...); err != nil {
		return s, err
	}
	tokens, err := findTokens(g.outputs, batch)
	if err != nil {
		return s, err
	}
	if tokens.dims[2] > 0 {
		dimensions = int(tokens.dims[2])
	}
	if dimensions <= 0 {
		return s, fmt.Errorf("its output %v leaves open how many dimensions a vector has", tokens)
	}
	s.tokens = output{tokens.name, tokens.kind == "float16", true, dimensions}
	for _, p := range g.outputs {
		switch {
		case p.name == outputMean && isFloat(p) && len(p.dims) == 2 && p.dims[1] > 0:
			s.mean = output{p.name, p.kind == "float16", false, int(p.dims[1])}
		case p.name == outputWeights && isFloat(p) && len(p.dims) == 2:
			s.weights = output{p.name, p.kind == "float16", true, 0}
		case p.name == outputMean || p.name == outputWeights:
			return s, fmt.Errorf("its output %v is not float32 or float16 [batch %s]", p, "width")
		}
	}
	return s, nil
}

func isFloat(p port) bool { return p.kind == "float32" || p.kind == "float16" }

// findTokens takes token_vectors, or whatever the only output of one vector a
// token is called.
func findTokens(outputs []port, batch int64) (found port, err error) {
	var fitting []port
	for _, p := range outputs {
		if isFloat(p) && len(p.dims) == 3 && (p.dims[0] < 0 || p.dims[0] == batch) && p.dims[1] < 0 && p.dims[2] != 0 {
			fitting = append(fitting, p)
		}
	}
	if i := slices.IndexFunc(fitting, func(p port) bool { return p.name == outputTokens }); i >= 0 {
		return fitting[i], nil
	}
	if len(fitting) != 1 {
		return port{}, fmt.Errorf("it has not one output float32 or float16 [batch length width] with token vectors, but %s", names(outputs))
	}
	return fitting[0], nil
}

// split hands each text what is its own, without padding.
func (s encoderSignature) split(values [][]float32, texts []Text, width int) ([]Vectors, error) {
	list, bad := make([]Vectors, len(texts)), []int(nil)
	for i, t := range texts {
		n, d := len(t.IDs), s.tokens.columns
		list[i].Tokens = values[0][i*width*d : (i*width+n)*d : (i*width+n)*d]
		next := 1
		if s.mean.name != "" {
			list[i].Mean = values[next][i*s.mean.columns : (i+1)*s.mean.columns]
			next++
		}
		if s.weights.name != "" {
			list[i].Weights = values[next][i*width : i*width+n]
		}
		if !finite(list[i].Tokens) || !finite(list[i].Mean) || !finite(list[i].Weights) {
			bad = append(bad, i)
		}
	}
	if bad != nil {
		return list, &NotFiniteError{bad, float32(math.NaN())}
	}
	return list, nil
}

// finite reports that there is neither NaN nor an infinity.
func finite(list []float32) bool {
	var sum float32
	for _, x := range list {
		sum += x - x // 0, or NaN
	}
	return sum == 0
}

// Close waits for running calls and frees the model.
func (e *Encoder) Close() error {
	e.use.Lock()
	defer e.use.Unlock()
	if e.closed {
		return nil
	}
	e.closed = true
	return e.session.close()
}

// Warm runs as many calls at once as will come later, each a text of the usual
// length: see Session.Warm.
func (e *Encoder) Warm(ctx context.Context, calls int) error {
	long := Text{IDs: spreadIDs(min(e.maxLength, warmLength), e.vocabulary)}
	errs := make([]error, calls)
	var wg sync.WaitGroup
	for i := range calls {
		wg.Go(func() {
			var partly *NotFiniteError
			if _, err := e.Encode(ctx, []Text{long}); !errors.As(err, &partly) {
				errs[i] = err
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}
