package gateway

import (
	"github.com/splitrank/splitrank/shared/api"
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

// reserve takes the memory for a request and so many states of its answer,
// before any of them is made; release gives it back.
func (g *Gateway) reserve(req *api.Request, states int) (release func(), err error) {
	return g.take(req.Bytes() + req.AnswerBytes(states))
}

// reserveAll is reserve for a batch, of whose answers so many are in memory at once.
func (g *Gateway) reserveAll(items []api.BatchItem, window int) (release func(), err error) {
	total := api.BatchBytes(items, window)
	for _, item := range items {
		if item.Err == nil {
			total += item.Request.Bytes()
		}
	}
	return g.take(total)
}

func (g *Gateway) take(bytes int64) (release func(), err error) {
	account := g.memory.Open()
	return account.Close, account.Take(bytes)
}

// states of an answer are in memory at once: where it is watched, the
// heuristics' and one of the origin's.
func states(watched bool) int {
	if watched {
		return 2
	}
	return 1
}
