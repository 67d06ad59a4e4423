package lateinteraction

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"runtime"

	"golang.org/x/sync/semaphore"

	"github.com/splitrank/splitrank/server/internal/batch"
	"github.com/splitrank/splitrank/server/internal/colbert"
	"github.com/splitrank/splitrank/server/internal/digest"
	"github.com/splitrank/splitrank/server/internal/hub"
	"github.com/splitrank/splitrank/server/internal/maxsim"
	"github.com/splitrank/splitrank/server/internal/modelfiles"
	"github.com/splitrank/splitrank/server/internal/modelserving"
	"github.com/splitrank/splitrank/server/internal/ort"
	"github.com/splitrank/splitrank/server/internal/vectors"
	"github.com/splitrank/splitrank/shared/api"
)

// Format of what is kept of documents: vectors of other versions are none.
const Format = "splitrank token vectors 1"

// Options of Load.
type Options struct {
	modelserving.Options
	// Store keeps what was read of documents. nil = nothing is kept.
	Store *vectors.Store
	// OpenStore makes the Store, if that is nil; what it returns is the caller's to
	// close. nil = nothing is kept.
	OpenStore func() (*vectors.Store, error)
	// ReadAhead is how many documents may wait to be read while nothing else is to do.
	// 0 = none are.
	ReadAhead int
}

// Model is a late-interaction model behind its queue. It is safe for concurrent use.
type Model struct {
	modelfiles.Description
	encoder    *ort.Encoder
	family     family
	texts      *colbert.Texts
	layout     maxsim.Layout
	formula    modelfiles.LateInteraction
	skip       map[int32]struct{} // tokens of documents that are not kept
	queue      *batch.Queue[ort.Text, ort.Vectors]
	processors *semaphore.Weighted // bounds the requests that tokenize or compare
	workers    int
	truncation api.Truncation
	store      *vectors.Store // nil = nothing is kept
	identity   string
	hooks      modelserving.Hooks
	ahead      *ahead // nil = nothing is read ahead
}

// Load loads a model that was asked for as given: see crossencoder.Load. The Store
// of the options stays the caller's.
func Load(given string, files *hub.Files, o Options) (*Model, error) {
	d, err := modelfiles.Describe(given, files)
	var f family
	if err == nil {
		f, err = readFamily(files.FS(), d.Settings())
	}
	if err != nil {
		return nil, fmt.Errorf("loading model %q: %w", given, err)
	}
	d = d.On(o.Device.Spelled())
	options := o.ORT(files.ONNX)
	options.Dimensions = f.dimensions()
	encoder, err := open(files, d.Settings(), options)
	if err != nil {
		return nil, err
	}
	if err := f.project(files.FS(), encoder); err != nil {
		return nil, errors.Join(fmt.Errorf("loading model %q: %w", given, err), encoder.Close())
	}
	if o.Store == nil && o.OpenStore != nil {
		if o.Store, err = o.OpenStore(); err != nil {
			return nil, errors.Join(err, encoder.Close())
		}
	}
	m, err := newModel(d, f, encoder, o)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("loading model %q: %w", given, err), encoder.Close())
	}
	return m, nil
}

// open does not try a built-in model: see crossencoder.
func open(files *hub.Files, own modelfiles.Settings, o ort.Options) (*ort.Encoder, error) {
	if files.Builtin == nil {
		return ort.LoadEncoder(files.Dir, o)
	}
	if o.Device.IsCPU() {
		o.Spread = &own.Spread
	}
	return ort.LoadEncoderFS(files.Builtin, files.Name, o)
}

func newModel(d modelfiles.Description, f family, encoder *ort.Encoder, o Options) (*Model, error) {
	formula := f.formula(d.Settings().LateInteraction)
	layout := maxsim.Layout{Dimensions: f.width(encoder), Bits: formula.Bits, MeanDimensions: encoder.MeanDimensions()}
	if layout.Bits == 0 {
		layout.Bits = 8
	}
	if err := layout.Validate(); err != nil {
		return nil, err
	}
	texts, err := f.texts(encoder, formula)
	if err != nil {
		return nil, err
	}
	m := &Model{
		Description: d.Spelling(encoder.Tokenizer().Unspelled), encoder: encoder, family: f, texts: texts, layout: layout, formula: formula, skip: setOf(formula.Skip),
		processors: semaphore.NewWeighted(int64(runtime.GOMAXPROCS(0))), workers: o.Workers(),
		truncation: o.Truncation, store: o.Store, hooks: o.Hooks.WithDefaults(),
	}
	if m.identity, err = m.makeIdentity(); err != nil {
		return nil, err
	}
	if m.queue, err = m.newQueue(o); err != nil {
		return nil, err
	}
	if o.ReadAhead > 0 && o.Store != nil {
		m.ahead = m.startAhead(o.ReadAhead)
	}
	return m, nil
}

func (m *Model) newQueue(o Options) (*batch.Queue[ort.Text, ort.Vectors], error) {
	hooks := batch.Hooks{
		Ran:     func(r batch.Run) { m.hooks.Ran(m.Name(), r) },
		Refused: func(int) { m.hooks.Refused(m.Name()) },
	}
	options := o.Batch(hooks, m.encoder.BatchDependent())
	if options.MaxPairs == 1 {
		options.Wait = -1 // for company that would not help
	}
	return batch.New(runner{m.encoder, m.family, m.layout.Dimensions}, options)
}

// runner is the encoder as the queue sees it.
type runner struct {
	encoder *ort.Encoder
	family  family
	width   int
}

// Length implements batch.Runner.
func (runner) Length(t ort.Text) int { return len(t.IDs) }

// Score implements batch.Runner.
func (r runner) Score(ctx context.Context, texts []ort.Text) ([]ort.Vectors, error) {
	list, err := r.encoder.Encode(ctx, texts)
	for i := range list {
		list[i].Tokens = r.family.finish(list[i].Tokens, len(texts[i].IDs), r.width)
	}
	return list, err
}

func setOf(ids []int32) map[int32]struct{} {
	set := make(map[int32]struct{}, len(ids))
	for _, id := range ids {
		set[id] = struct{}{}
	}
	return set
}

// Identity is a digest of all that the kept vectors of a text depend on besides
// text and truncation: the files of the model, how vectors are made small, and the
// longest text. See RATIONALE: why-vectors-are-kept-by-digest.
func (m *Model) Identity() (string, error) { return m.identity, nil }

func (m *Model) makeIdentity() (string, error) {
	h := sha256.New()
	if err := m.AddFiles(h); err != nil {
		return "", err
	}
	fmt.Fprintf(h, "texts of %d, kept as %+v without %v, one by one %v", m.encoder.MaxLength(), m.layout, m.formula.Skip, m.encoder.BatchDependent())
	if prefix := m.formula.DocumentPrefix; len(prefix) > 0 {
		fmt.Fprintf(h, ", after %v", prefix)
	}
	fmt.Fprint(h, m.family.spelled())
	return fmt.Sprintf("%x", h.Sum(nil)), nil
}

// Digest stands for the files of the model, and how its logits are made.
func (m *Model) Digest() (string, error) {
	own, err := m.Description.Digest()
	if err != nil || m.family.colbert == nil {
		return own, err
	}
	h := sha256.New()
	digest.AddParts(h, own, m.family.spelled(), m.formula.Spelled())
	return fmt.Sprintf("sha256:%x", h.Sum(nil)), nil
}

// ReadsApart says that query and documents are read apart, so that it may choose what
// another model reads.
func (*Model) ReadsApart() {}

// MaxLength is the number of tokens that a text may have, special ones included.
func (m *Model) MaxLength() int { return m.encoder.MaxLength() }

// BatchDependent reports that the vectors of a text depend on the texts that share
// its batch, or that a call takes one. Such a model is run text by text.
func (m *Model) BatchDependent() bool { return m.encoder.BatchDependent() }

// ReadsOneText reports whether the graph takes one text a call.
func (m *Model) ReadsOneText() bool { return m.encoder.ReadsOneText() }

// Placement is how much of the graph the device of a plugin takes.
func (m *Model) Placement() ort.Placement { return m.encoder.Placement() }

// LikeProbabilities implements the same as a cross-encoder's: its logits are no
// probabilities, whatever the graph gives.
func (*Model) LikeProbabilities() bool { return false }

// Warm runs as many texts at once as ever will.
func (m *Model) Warm(ctx context.Context) error {
	if err := m.encoder.Warm(ctx, m.workers); err != nil {
		return fmt.Errorf("warming up model %q: %w", m.Name(), err)
	}
	return nil
}

// Stats is the state of the queue.
func (m *Model) Stats() batch.Stats { return m.queue.Stats() }

// Close refuses new texts, waits for those in the queue until ctx is done, and frees
// the model. What it kept stays in the Store.
func (m *Model) Close(ctx context.Context) error {
	if m.ahead != nil {
		m.ahead.close()
	}
	return errors.Join(m.queue.Close(ctx), m.encoder.Close())
}
