package gateway

import (
	"github.com/splitrank/splitrank/shared/wire"
)

// defaultMemory is Config.AnswerBytes where it is 0: an isolate has 128 MB for
// this, the program itself, the bodies, and what the ranking needs while it runs.
const defaultMemory = 32 << 20

func newMemory(most int) *wire.Budget {
	if most == 0 {
		most = defaultMemory
	}
	return wire.NewBudget(int64(most))
}

// questionBytes bounds what the question to the origin takes here, as JSON, and
// once more in JavaScript: the texts of a body are not longer in it, and each
// document comes with a few keys of its own.
func (g *Gateway) questionBytes(body []byte) int64 {
	if g.config.Origin == nil {
		return 0
	}
	const keys = 32 // of a document
	return 2 * (int64(len(body)) + keys*int64(min(g.config.Limits.Documents, len(body)/3+1)))
}

// states of an answer are in memory at once: where it is watched, the
// heuristics' and one of the origin's.
func states(watched bool) int {
	if watched {
		return 2
	}
	return 1
}
