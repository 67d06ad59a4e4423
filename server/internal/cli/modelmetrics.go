package cli

import (
	"github.com/splitrank/splitrank/server/internal/batch"
	"github.com/splitrank/splitrank/server/internal/httpapi"
	"github.com/splitrank/splitrank/server/internal/modelserving"
)

// modelHooks feed the figures of /metrics: the packages on either side do not know
// each other.
func modelHooks(m *httpapi.ModelMetrics) modelserving.Hooks {
	return modelserving.Hooks{
		Ran: func(model string, r batch.Run) {
			m.Ran(model, httpapi.ModelRun{Pairs: r.Pairs, Tokens: r.Tokens, Padded: r.Padded, Took: r.Took, Failed: r.Err != nil, Trace: r.Trace})
		},
		Refused: m.Refused,
		Scored:  func(model string, s modelserving.RequestStats) { m.Scored(model, httpapi.ModelRequest(s)) },
	}
}

// watch shows the queues.
func (list models) watch(m *httpapi.ModelMetrics) {
	for _, model := range list {
		m.Watch(model.Name(), func() httpapi.ModelState {
			s := model.Stats()
			return httpapi.ModelState{Requests: s.Requests, Pairs: s.Pairs, Tokens: s.Tokens, Running: s.Running}
		})
	}
}
