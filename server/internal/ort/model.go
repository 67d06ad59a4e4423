package ort

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime/debug"
	"sync"

	"github.com/splitrank/splitrank/server/internal/token"
)

// Session is a loaded cross-encoder. It is safe for concurrent use.
type Session struct {
	PairInputs
	session   *native
	spread    float32
	low, high float32 // of the scores tried at load time; low > high where none was

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
	m := &Session{PairInputs: PairInputs{vocabulary: d.config.Vocabulary, maxLength: d.maxLength}}
	if err := m.loadTokenizer(from.files, o.Tokenizer); err != nil {
		return nil, err
	}
	return m, m.open(d.graph, d.config, o)
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
	err = m.probe()
	if err == nil {
		err = m.comparePrecision(g, s, o)
	}
	if err != nil {
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
	if s.takesTypes() {
		if err := m.checkTypes(c); err != nil {
			return s, err
		}
	}
	m.head, err = newHead(s.labels, c)
	return s, err
}

// BatchSpread is by how much a score was seen to change with the pairs that
// shared its batch, when the model was loaded. Above MaxSpread the model is
// batch-dependent: its scores are not to be cached, or scored one by one.
func (m *Session) BatchSpread() float32 { return m.spread }

// BatchDependent reports whether BatchSpread is above MaxSpread.
func (m *Session) BatchDependent() bool { return m.spread > MaxSpread }

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
	return m.Scores(values[0])
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
