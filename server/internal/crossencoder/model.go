package crossencoder

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/splitrank/splitrank/server/internal/batch"
	"github.com/splitrank/splitrank/server/internal/hub"
	"github.com/splitrank/splitrank/server/internal/ort"
	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/server/internal/token"
	"github.com/splitrank/splitrank/shared/api"
)

// Model is a cross-encoder behind its queue. It is safe for concurrent use.
type Model struct {
	names      []string // the first is told to callers
	languages  []string // nil = not known
	files      hub.Model
	loaded     *ort.Model
	queue      *batch.Queue[token.Pair]
	turns      chan struct{} // one for each request that is being tokenized
	workers    int           // batches at once
	warm       int           // tokens of the largest
	truncation api.Truncation
	hooks      Hooks

	calibration rerank.Calibration
}

// Load loads a model that was asked for as given: a name of the hub, with or
// without a variant, or a folder. An error is one line that names the folder.
func Load(given string, files *hub.Model, o Options) (*Model, error) {
	if err := checkExternal(files); err != nil {
		return nil, fmt.Errorf("loading model %q: %w", given, err)
	}
	loaded, err := open(files, o.ort(files.ONNX))
	if err != nil {
		return nil, err
	}
	own, err := ReadOwn(folder(files))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("loading model %q: %w", given, err), loaded.Close())
	}
	names, languages := identify(given, files)
	m, err := newModel(names, loaded, loaded, o)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("loading model %q: %w", given, err), loaded.Close())
	}
	m.files, m.languages, m.calibration = *files, languages, own.Calibration
	return m, nil
}

// open does not try a model that ships inside: it says itself what that found,
// and a test of the program holds it to that.
func open(files *hub.Model, o ort.Options) (*ort.Model, error) {
	if files.Inside == nil {
		return ort.Load(files.Dir, o)
	}
	own, err := ReadOwn(files.Inside)
	if err != nil {
		return nil, fmt.Errorf("loading model %q: %w", files.Name, err)
	}
	o.Spread = &own.Spread
	return ort.LoadFS(files.Inside, files.Name, o)
}

// newModel puts a queue before a network, which is loaded or stands before it.
func newModel(names []string, loaded *ort.Model, n network, o Options) (*Model, error) {
	m := &Model{names: names, loaded: loaded, truncation: o.Truncation, turns: make(chan struct{}, runtime.GOMAXPROCS(0)), workers: o.workers(), warm: 1, hooks: o.Hooks.withDefaults()}
	if _, err := m.reader("", nil); err != nil {
		return nil, err
	}
	var err error
	if m.queue, err = batch.New(n, o.batch(m.queueHooks(), loaded.BatchDependent())); err != nil {
		return nil, err
	}
	if !loaded.BatchDependent() {
		m.warm = o.batchTokens()
	}
	return m, nil
}

func (m *Model) queueHooks() batch.Hooks {
	return batch.Hooks{
		Ran:     func(r batch.Run) { m.hooks.Ran(m.Name(), r) },
		Refused: func(int) { m.hooks.Refused(m.Name()) },
	}
}

// identify names a model and says what it was trained on. A folder goes by its
// last part: where things lie on a server is no business of its callers.
func identify(given string, files *hub.Model) (names, languages []string) {
	if files.Commit == "" && files.Inside == nil {
		path, err := filepath.Abs(files.Dir)
		if err != nil {
			path = files.Dir
		}
		return []string{filepath.Base(path)}, nil
	}
	name := files.Name
	if suffix := ":" + files.Variant; strings.HasSuffix(given, suffix) {
		name += suffix
	}
	if files.Inside != nil {
		entry, _ := hub.Lookup(name)
		return []string{name}, entry.Languages
	}
	names = []string{name, name[strings.IndexByte(name, '/')+1:]}
	if given != names[0] && given != names[1] {
		names = append(names, given)
	}
	if entry, ok := hub.Lookup(files.Name); ok {
		languages = entry.Languages
	}
	return names, languages
}

// Name is what answers call the model.
func (m *Model) Name() string { return m.names[0] }

// Names are all that a request may call the model, Name first.
func (m *Model) Names() []string { return m.names }

// Languages of the training data as ISO 639-1 codes; nil = not known.
func (m *Model) Languages() []string { return m.languages }

// Inside reports that the model ships inside the program.
func (m *Model) Inside() bool { return m.files.Inside != nil }

// BatchDependent reports that a score depends on the pairs that share its
// batch. Such a model is run pair by pair: exact, and for small ones on a
// processor no slower, because nothing is padded.
func (m *Model) BatchDependent() bool { return m.loaded.BatchDependent() }

// LikeProbabilities reports that its logits look as if they were none.
func (m *Model) LikeProbabilities() bool { return m.loaded.LikeProbabilities() }

// Warm runs as many batches at once as ever will, each the largest, so that the
// first request finds the model warm.
func (m *Model) Warm(ctx context.Context) error {
	if err := m.loaded.Warm(ctx, m.workers, m.warm); err != nil {
		return fmt.Errorf("warming up model %q: %w", m.Name(), err)
	}
	return nil
}

// Stats is the state of the queue.
func (m *Model) Stats() batch.Stats { return m.queue.Stats() }

// Close refuses new pairs, waits for those in the queue until ctx is done, and
// frees the model.
func (m *Model) Close(ctx context.Context) error {
	return errors.Join(m.queue.Close(ctx), m.loaded.Close())
}
