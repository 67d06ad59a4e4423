package crossencoder

import (
	"github.com/splitrank/splitrank/server/internal/batch"
	"github.com/splitrank/splitrank/server/internal/modelserving"
	"github.com/splitrank/splitrank/server/internal/token"
)

// Options of Load.
type Options = modelserving.Options

// network is what the queue feeds: an *ort.Session, or what a test puts before it.
type network = batch.Runner[token.Pair, float32]
