package cli

import (
	"context"
	"fmt"

	"github.com/splitrank/splitrank/server/internal/batch"
	"github.com/splitrank/splitrank/server/internal/crossencoder"
	"github.com/splitrank/splitrank/server/internal/hub"
	"github.com/splitrank/splitrank/server/internal/lateinteraction"
	"github.com/splitrank/splitrank/server/internal/modelfiles"
	"github.com/splitrank/splitrank/server/internal/rerank"
)

// servedModel is a loaded model of any kind.
type servedModel interface {
	rerank.PairModel
	// Names are all that a request may call it, Name first.
	Names() []string
	// Languages of the training data as ISO 639-1 codes; nil = not known.
	Languages() []string
	// Digest of its files and of how its logits are read.
	Digest() (string, error)
	// Identity is a digest of all that a score, or what is kept of a document, depends
	// on besides the texts.
	Identity() (string, error)
	// MaxLength in tokens of what it reads at once.
	MaxLength() int
	// Builtin reports that it is built in.
	Builtin() bool
	// BatchDependent reports that it runs one by one.
	BatchDependent() bool
	// LikeProbabilities reports that its logits look as if they were none.
	LikeProbabilities() bool
	// Warm makes the first request as fast as any other.
	Warm(ctx context.Context) error
	// Stats of its queue.
	Stats() batch.Stats
	// Close drains the queue and frees it.
	Close(ctx context.Context) error
}

// loadFiles loads a model of the kind that its files are of.
func loadFiles(given string, files *hub.Files, o lateinteraction.Options) (servedModel, error) {
	if files.Remote {
		m, err := loadRemote(given, files, o)
		if err != nil {
			return nil, fmt.Errorf("loading model %q: %w", given, err)
		}
		return m, nil
	}
	late := false
	settings, err := modelfiles.ReadSettings(files.FS())
	if err == nil {
		if late, err = lateinteraction.Is(files.FS(), settings); err != nil {
			return nil, fmt.Errorf("loading model %q: %w", given, err)
		}
	}
	if late {
		m, err := lateinteraction.Load(given, files, o)
		if err != nil {
			return nil, err
		}
		return m, nil
	}
	m, err := crossencoder.Load(given, files, o.Options) // which says what is wrong with the settings
	if err != nil {
		return nil, err
	}
	return m, nil
}
