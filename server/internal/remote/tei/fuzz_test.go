package tei

import (
	"math"
	"testing"

	"github.com/splitrank/splitrank/server/internal/remote"
)

// FuzzScores: whatever a service answers is a finite score for each text, or a fault.
func FuzzScores(f *testing.F) {
	f.Add([]byte(`[{"index":1,"score":0.5},{"index":0,"score":-3}]`))
	f.Add([]byte(`{"data":[{"index":0,"score":1},{"index":1,"score":1e39}],"usage":{"total_tokens":5}}`))
	f.Add([]byte(`{"results":[{"index":0,"relevance_score":1},{"index":0,"relevance_score":2}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, protocol := range []string{remote.TEI, remote.VLLM, remote.Infinity} {
			list, _, err := dialectOf(protocol).read(remote.Reply{Body: body})
			if err != nil {
				continue
			}
			scores, err := inOrder(list, 2)
			if err != nil {
				continue
			}
			for _, x := range scores {
				if f := float64(x); math.IsNaN(f) || math.IsInf(f, 0) {
					t.Errorf("scores %v", scores)
				}
			}
		}
	})
}
