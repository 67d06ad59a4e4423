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

// Session is a loaded cross-encoder. It is safe for concurrent use.
type Session struct {
	session    *native
	head       head
	tokenizer  *token.Tokenizer
	writer     *token.Pairs
	maxLength  int
	vocabulary int
	spread     float32
	low, high  float32 // of the scores tried at load time; low > high where none was

	inputs sync.Pool // *input
	use    sync.RWMutex
	closed bool
}

// ErrClosed is returned for a score asked of a closed model.
var ErrClosed = errors.New("the model is closed")

// Load loads the model in a folder of Hugging Face's layout: config.json,
// tokenizer.json and a graph. It starts ONNX Runtime if nobody has. A model
// that could only be scored wrongly is refused, in one line that names the
// folder and what is wrong; one whose scores depend on their batch is
// loaded and says so: see BatchSpread.
func Load(dir string, o Options) (*Session, error) {
	m, err := load(folder(dir), o)
	if err != nil {
		return nil, fmt.Errorf("loading model %q: %w", dir, err)
	}
	return m, nil
}

// LoadFS is Load for a model whose files are in memory, its graph in one piece
// and named by Options.ONNX. Its weights are copied: nothing of files is needed
// afterwards.
func LoadFS(files fs.FS, name string, o Options) (*Session, error) {
	m, err := load(source{files: files}, o)
	if err != nil {
		return nil, fmt.Errorf("loading model %q: %w", name, err)
	}
	debug.FreeOSMemory() // the copy of the graph is garbage now, and as large as the model
	return m, nil
}

func load(from source, o Options) (*Session, error) {
	o = o.withDefaults()
	d, err := describe(from, o)
	if err != nil {
		return nil, err
	}
	m := &Session{vocabulary: d.config.Vocabulary, maxLength: d.maxLength}
	if err := m.loadTokenizer(from.files, d.config, o); err != nil {
		return nil, err
	}
	return m, m.open(d.graph, d.config, o)
}

func (m *Session) loadTokenizer(files fs.FS, c *config, o Options) (err error) {
	if m.tokenizer, err = token.LoadFS(files, "tokenizer.json", o.Tokenizer); err != nil {
		return err
	}
	if err = m.tokenizer.CheckVocabulary(c.Vocabulary); err != nil {
		return err
	}
	m.writer, err = m.tokenizer.Pairs(token.Limits{MaxLength: m.maxLength})
	return err
}

// open loads the graph and tries it.
func (m *Session) open(g graphFile, c *config, o Options) error {
	s, err := m.readSignature(g, c)
	if err != nil {
		return g.wrap(err)
	}
	if m.session, err = openSession(g, s.inputs, []output{s.logits(m.head.labels)}, o); err != nil {
		return g.wrap(err)
	}
	m.low, m.high = 1, 0
	m.inputs.New = func() any { return new(input) }
	if o.Spread != nil {
		m.spread = *o.Spread
		return nil
	}
	if err := m.probe(); err != nil {
		return errors.Join(fmt.Errorf("trying the model: %w", err), m.session.close())
	}
	return nil
}

func (m *Session) readSignature(file graphFile, c *config) (signature, error) {
	g, err := readGraph(file)
	if err != nil {
		return signature{}, err
	}
	s, err := readSignature(g)
	if err != nil {
		return s, err
	}
	if s.takesTypes() && c.Types > 0 {
		if err := m.tokenizer.CheckTypes(c.Types); err != nil {
			return s, err
		}
	}
	m.head, err = newHead(s.labels, c)
	return s, err
}

// MaxLength is the number of tokens that a pair may have.
func (m *Session) MaxLength() int { return m.maxLength }

// BatchSpread is by how much a score was seen to change with the pairs that
// shared its batch, when the model was loaded. Above MaxSpread the model is
// batch-dependent: its scores are not to be cached, or scored one by one.
func (m *Session) BatchSpread() float32 { return m.spread }

// BatchDependent reports whether BatchSpread is above MaxSpread.
func (m *Session) BatchDependent() bool { return m.spread > MaxSpread }

// Pairs joins queries and documents for this model. A MaxLength of 0 is the
// model's, a larger one is an error.
func (m *Session) Pairs(l token.Limits) (*token.Pairs, error) {
	if l.MaxLength == 0 {
		l.MaxLength = m.maxLength
	}
	if l.MaxLength > m.maxLength {
		return nil, fmt.Errorf("pairs of %d tokens for a model of %d", l.MaxLength, m.maxLength)
	}
	return m.tokenizer.Pairs(l)
}

// Tokenizer of the model.
func (m *Session) Tokenizer() *token.Tokenizer { return m.tokenizer }

// Length returns the number of tokens of a pair, special tokens included.
func (m *Session) Length(p token.Pair) int { return m.writer.Length(p) }

// Score returns one raw score for each pair, all run as one batch padded to
// the longest: a logit whose sigmoid is the probability of relevance. When ctx
// is done it terminates the run and returns the cause of ctx, no earlier than
// ONNX Runtime has let go of the memory. NaN and infinities are a
// *NotFiniteError, beside the scores of the other pairs.
func (m *Session) Score(ctx context.Context, pairs []token.Pair) ([]float32, error) {
	m.use.RLock()
	defer m.use.RUnlock()
	if m.closed {
		return nil, ErrClosed
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if len(pairs) == 0 {
		return nil, nil
	}
	in := m.inputs.Get().(*input)
	defer m.inputs.Put(in)
	if err := m.fill(in, pairs); err != nil {
		return nil, err
	}
	values, err := m.session.run(ctx, in)
	if err != nil {
		return nil, err
	}
	return m.scores(values[0])
}

// fill writes the pairs as one batch as wide as the longest.
func (m *Session) fill(in *input, pairs []token.Pair) error {
	width := 0
	for _, p := range pairs {
		width = max(width, m.Length(p))
	}
	if width > m.maxLength {
		return fmt.Errorf("a pair of %d tokens for a model of %d", width, m.maxLength)
	}
	in.shape(len(pairs), width)
	for i, p := range pairs {
		ids, types, mask := in.row(i)
		m.writer.Write(ids, types, mask, p)
	}
	return nil
}

func (m *Session) scores(logits []float32) ([]float32, error) {
	var bad []int
	scores := make([]float32, 0, len(logits)/m.head.labels)
	for row := range slices.Chunk(logits, m.head.labels) {
		score := m.head.score(row)
		if f := float64(score); math.IsNaN(f) || math.IsInf(f, 0) {
			bad = append(bad, len(scores))
		}
		scores = append(scores, score)
	}
	if bad != nil {
		return scores, &NotFiniteError{bad, scores[bad[0]]}
	}
	return scores, nil
}

// Close waits for running calls and frees the model.
func (m *Session) Close() error {
	m.use.Lock()
	defer m.use.Unlock()
	if m.closed {
		return nil
	}
	m.closed = true
	return m.session.close()
}
