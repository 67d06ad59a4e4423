package crossencoder

import (
	"crypto/sha256"
	"fmt"

	"github.com/splitrank/splitrank/server/internal/modelfiles"
	"github.com/splitrank/splitrank/server/internal/remote"
)

// Identity is a digest of all that a logit depends on besides query and text:
// the graph and its weights, wherever they lie, the tokenizer, the configuration,
// the longest pair and the truncation. What is made of a logit, such as the calibration, is no
// part of it. It reads the files, so it takes as long as they are large.
func (m *Model) Identity() (string, error) {
	h := sha256.New()
	if err := m.AddFiles(h); err != nil {
		return "", err
	}
	fmt.Fprintf(h, "pairs of %d, one by one %v", m.loaded.MaxLength(), m.loaded.BatchDependent())
	modelfiles.AddTruncation(h, m.truncation)
	fmt.Fprint(h, m.scorer())
	return fmt.Sprintf("%x", h.Sum(nil)), nil
}

// Digest is that of the files and, where another process is asked, of what it is
// asked for.
func (m *Model) Digest() (string, error) {
	digest, err := m.Description.Digest()
	if by := m.scorer(); by != "" && err == nil {
		digest = fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(digest+by)))
	}
	return digest, err
}

// Elsewhere is an Engine that asks other processes, whose model may change under way.
type Elsewhere interface {
	Engine
	// Scorer is what they are asked for.
	Scorer() string
	// Version and Epoch are those of remote.Pool.
	Version() (version string, ok bool)
	Epoch() uint64
	// States of them.
	States() []remote.BackendState
}

// States of the backends; nil = the graph runs here.
func (m *Model) States() []remote.BackendState {
	if e, ok := m.loaded.(Elsewhere); ok {
		return e.States()
	}
	return nil
}

// scorer is "" for a graph that runs here.
func (m *Model) scorer() string {
	if e, ok := m.loaded.(Elsewhere); ok {
		return e.Scorer()
	}
	return ""
}

// Version of what scores, beside Identity; ok is false while it is not known. That of
// a graph that runs here is always "".
func (m *Model) Version() (version string, ok bool) {
	if e, ok := m.loaded.(Elsewhere); ok {
		return e.Version()
	}
	return "", true
}

// Epoch grows whenever Version changes.
func (m *Model) Epoch() uint64 {
	if e, ok := m.loaded.(Elsewhere); ok {
		return e.Epoch()
	}
	return 0
}
