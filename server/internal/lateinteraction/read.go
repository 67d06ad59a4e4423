package lateinteraction

import (
	"context"

	"github.com/splitrank/splitrank/server/internal/batch"
	"github.com/splitrank/splitrank/server/internal/ort"
	"github.com/splitrank/splitrank/server/internal/rerank"
)

// read has the model read documents that were tokenized, and calls each with the
// kept form of one after the other, in the caller's goroutine, until the first error.
func (m *Model) read(ctx context.Context, priority batch.Priority, texts []text, documents []int, each func(document int, form []byte) error) (spent rerank.Timing, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	q := newQueued(texts, documents)
	spent.Queue, spent.Inference, err = m.queue.ScoreAt(ctx, priority, q.parts, func(list []batch.Scored[ort.Vectors]) {
		for _, s := range list {
			d, done := q.add(s)
			if !done || ctx.Err() != nil {
				continue
			}
			form, err := m.encode(texts[d], q.read[d])
			if err == nil {
				err = each(d, form)
			}
			if err != nil {
				cancel(err)
			}
			delete(q.read, d)
		}
	})
	spent.Documents = spent.Inference
	if err == nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return spent, err
}

// queued are documents in the queue, each with one part or more.
type queued struct {
	parts  []ort.Text
	owners []owner
	read   map[int][]ort.Vectors // by document: of its parts
	left   map[int]int           // by document: parts that were not read yet
}

// owner of a part.
type owner struct{ document, part int }

func newQueued(texts []text, documents []int) *queued {
	q := &queued{read: map[int][]ort.Vectors{}, left: map[int]int{}}
	for _, d := range documents {
		for i, part := range texts[d].parts {
			q.parts, q.owners = append(q.parts, part), append(q.owners, owner{d, i})
		}
		q.read[d], q.left[d] = make([]ort.Vectors, len(texts[d].parts)), len(texts[d].parts)
	}
	return q
}

// add takes what was read of a part, and says of which document and whether that was
// the last.
func (q *queued) add(s batch.Scored[ort.Vectors]) (document int, done bool) {
	o := q.owners[s.Pair]
	q.read[o.document][o.part] = s.Score
	q.left[o.document]--
	return o.document, q.left[o.document] == 0
}
