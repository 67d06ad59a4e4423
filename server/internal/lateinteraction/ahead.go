package lateinteraction

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/splitrank/splitrank/server/internal/batch"
	"github.com/splitrank/splitrank/server/internal/modelfiles"
	"github.com/splitrank/splitrank/server/internal/vectors"
)

const (
	// mostAhead bounds the bytes of a text that is read ahead: longer ones take so
	// long that somebody comes before they are read.
	mostAhead = 64 << 10
	// allAhead bounds the bytes of all that wait.
	allAhead = 64 << 20
)

// ahead reads documents that were left unread, one by one, while nothing else is to
// do. What does not fit is forgotten. See RATIONALE: why-reading-ahead-makes-way.
type ahead struct {
	model   *Model
	waiting chan unread
	bytes   atomic.Int64 // of the texts that wait
	stop    context.CancelFunc
	done    sync.WaitGroup

	read, known, dropped atomic.Int64
}

// unread is a document that nobody waits for.
type unread struct {
	text   string
	cutter cutter
	key    vectors.Key
}

// AheadStats are of the documents that were left unread, since the model was loaded.
type AheadStats struct {
	Waiting int
	Read    int64 // before anybody asked again
	Known   int64 // by then, because somebody had asked
	Dropped int64 // for want of room, or because others wanted the model
}

// AheadStats returns the counts so far.
func (m *Model) AheadStats() AheadStats {
	if m.ahead == nil {
		return AheadStats{}
	}
	a := m.ahead
	return AheadStats{len(a.waiting), a.read.Load(), a.known.Load(), a.dropped.Load()}
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
			a.bytes.Add(-int64(len(u.text)))
			a.count(a.readOne(ctx, u))
		case <-ctx.Done():
			return
		}
	}
}

// count what became of a document.
func (a *ahead) count(known bool, err error) {
	switch {
	case err != nil:
		a.dropped.Add(1)
	case known:
		a.known.Add(1)
	default:
		a.read.Add(1)
	}
}

// readOne reads a document, unless others want the model: then it stays unread.
func (a *ahead) readOne(ctx context.Context, u unread) (known bool, err error) {
	m := a.model
	if m.queue.Stats().Requests > 0 {
		return false, batch.ErrBusy
	}
	if m.store.Get(ctx, []vectors.Key{u.key})[0] != nil {
		return true, nil
	}
	t, err := u.cutter.readDocument(u.text)
	if err != nil {
		return false, err
	}
	err = m.store.Read(ctx, []vectors.Key{u.key}, []int{0}, func(ctx context.Context, own []int, land func(int, []byte)) error {
		_, err := m.read(ctx, batch.Ahead, []text{t}, own, func(d int, form []byte) error {
			land(d, form)
			return nil
		})
		return err
	}, func([]vectors.Found) { known = true })
	return known, err
}

// add a document, if there is room.
func (a *ahead) add(u unread) {
	n := int64(len(u.text))
	if n > mostAhead || a.bytes.Add(n) > allAhead {
		if n <= mostAhead {
			a.bytes.Add(-n)
		}
		a.dropped.Add(1)
		return
	}
	select {
	case a.waiting <- u:
	default:
		a.bytes.Add(-n)
		a.dropped.Add(1)
	}
}

// ReadAhead implements rerank.ReadsAhead.
func (p *pairs) ReadAhead(documents []int) {
	if p.model.ahead == nil || p.store == nil {
		return
	}
	for _, d := range documents {
		document := &p.req.Documents[d]
		p.model.ahead.add(unread{modelfiles.Text(document.Title, document.Text), p.cutter, p.keys[d]})
	}
}
