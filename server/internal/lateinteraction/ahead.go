package lateinteraction

import (
	"context"
	"sync"

	"github.com/splitrank/splitrank/server/internal/batch"
	"github.com/splitrank/splitrank/server/internal/modelfiles"
	"github.com/splitrank/splitrank/server/internal/vectors"
	"github.com/splitrank/splitrank/shared/api"
)

// ahead reads documents that were left unread, one by one, while nothing else is to
// do. What does not fit is forgotten. See RATIONALE: why-reading-ahead-makes-way.
type ahead struct {
	model   *Model
	waiting chan unread
	stop    context.CancelFunc
	done    sync.WaitGroup
}

// unread is a document that nobody waits for.
type unread struct {
	document api.Document
	cutter   cutter
	key      vectors.Key
}

func (m *Model) startAhead(most int) *ahead {
	ctx, stop := context.WithCancel(context.Background())
	a := &ahead{model: m, waiting: make(chan unread, most), stop: stop}
	a.done.Go(func() { a.run(ctx) })
	return a
}

func (a *ahead) close() {
	a.stop()
	a.done.Wait()
}

func (a *ahead) run(ctx context.Context) {
	for {
		select {
		case u := <-a.waiting:
			a.read(ctx, u)
		case <-ctx.Done():
			return
		}
	}
}

// read one document, unless others want the model: then it stays unread.
func (a *ahead) read(ctx context.Context, u unread) {
	m := a.model
	t, err := u.cutter.readDocument(modelfiles.Text(u.document.Title, u.document.Text))
	if err != nil {
		return
	}
	if m.store.Get(ctx, []vectors.Key{u.key})[0] != nil {
		return
	}
	_ = m.store.Read(ctx, []vectors.Key{u.key}, []int{0}, func(ctx context.Context, own []int, land func(int, []byte)) error {
		_, err := m.read(ctx, batch.Ahead, []text{t}, own, func(d int, form []byte) error {
			land(d, form)
			return nil
		})
		return err
	}, func([]vectors.Found) {})
}

// ReadAhead implements rerank.ReadsAhead.
func (p *pairs) ReadAhead(documents []int) {
	if p.model.ahead == nil || p.store == nil {
		return
	}
	for _, d := range documents {
		u := unread{p.req.Documents[d], p.cutter, p.keys[d]}
		select {
		case p.model.ahead.waiting <- u:
		default:
			return
		}
	}
}
