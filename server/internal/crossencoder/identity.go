package crossencoder

import (
	"crypto/sha256"
	"fmt"

	"github.com/splitrank/splitrank/server/internal/modelfiles"
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
	return fmt.Sprintf("%x", h.Sum(nil)), nil
}
