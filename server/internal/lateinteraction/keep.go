package lateinteraction

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/splitrank/splitrank/server/internal/batch"
	"github.com/splitrank/splitrank/server/internal/modelfiles"
	"github.com/splitrank/splitrank/server/internal/vectors"
	"github.com/splitrank/splitrank/shared/api"
)

// keptAtOnce is how many documents are read before they are flushed.
const keptAtOnce = 64

// Keep implements rerank.Keeper.
func (m *Model) Keep(ctx context.Context, req *api.DocumentsRequest) (api.Kept, error) {
	kept := api.Kept{Documents: len(req.Documents), Model: m.Name(), OnDisk: true}
	if m.store == nil {
		return kept, m.keepsNothing()
	}
	c := m.cutter(req.Truncation)
	k := &keeping{model: m, req: req, cutter: c, keys: m.keys(req.Documents, c, req.Tenant), kept: kept}
	for some := range slices.Chunk(k.unique(), k.atOnce()) {
		if err := k.keep(ctx, some); err != nil {
			return k.kept, refusal(err)
		}
	}
	return k.kept, nil
}

func (m *Model) keepsNothing() error {
	return &api.Error{Code: api.KeepsNothing, Message: "model " + strconv.Quote(m.Name()) + " keeps nothing of documents here: vectors are switched off"}
}

// Forget implements rerank.Keeper.
func (m *Model) Forget(req *api.DocumentsRequest) (int, error) {
	if m.store == nil {
		return 0, m.keepsNothing()
	}
	c := m.cutter(req.Truncation)
	keys := append(m.keys(req.Documents, c, req.Tenant), m.keysOf(req.Digests, c, req.Tenant)...)
	return m.store.Delete(keys...)
}

// keeping is a call of Keep.
type keeping struct {
	model  *Model
	req    *api.DocumentsRequest
	cutter cutter
	keys   []vectors.Key // by document
	kept   api.Kept
}

// unique are the documents that the model can read, each once.
func (k *keeping) unique() (list []int) {
	seen := make(map[vectors.Key]struct{}, len(k.keys))
	for d, key := range k.keys {
		_, twice := seen[key]
		switch {
		case !k.model.SupportsScript(k.req.Documents[d].Text):
			k.kept.Skipped++
		case twice:
			k.kept.Known++
		default:
			seen[key] = struct{}{}
			list = append(list, d)
		}
	}
	return list
}

// atOnce is how many documents are read together. In the background these are as
// many as run at once: others may come to wait for them.
func (k *keeping) atOnce() int {
	if k.req.Background {
		return k.model.workers
	}
	return keptAtOnce
}

// keep some documents.
func (k *keeping) keep(ctx context.Context, documents []int) error {
	keys := make([]vectors.Key, len(documents))
	for i, d := range documents {
		keys[i] = k.keys[d]
	}
	known, bytes, unknown := 0, 0, []int(nil)
	for i, form := range k.model.store.Get(ctx, keys) {
		if _, err := k.model.split(form); err != nil {
			unknown = append(unknown, documents[i])
			continue
		}
		known, bytes = known+1, bytes+len(form)
	}
	read, err := k.read(ctx, unknown)
	if err != nil {
		return err
	}
	onDisk, err := k.flush(ctx, keys)
	if err != nil {
		return err
	}
	k.kept.Known, k.kept.Read = k.kept.Known+known, k.kept.Read+len(unknown)
	k.kept.Bytes, k.kept.OnDisk = k.kept.Bytes+int64(bytes+read), k.kept.OnDisk && onDisk
	return nil
}

// flush waits until all is on disk. Where there is none, or it is full, what was read
// is in memory for now.
func (k *keeping) flush(ctx context.Context, keys []vectors.Key) (onDisk bool, err error) {
	switch err := k.model.store.Flush(ctx, keys...); {
	case err == nil:
		return true, nil
	case ctx.Err() != nil:
		return false, context.Cause(ctx)
	case errors.Is(err, vectors.ErrNotKept):
		return false, nil
	default:
		return false, err
	}
}

// read documents; in the background it is tried until nobody else wants the model.
func (k *keeping) read(ctx context.Context, documents []int) (bytes int, err error) {
	if len(documents) == 0 {
		return 0, nil
	}
	texts, err := k.tokenize(ctx, documents)
	if err != nil {
		return 0, err
	}
	for {
		n, err := k.readOnce(ctx, texts, documents)
		if bytes += n; !k.req.Background || !isBusy(err) {
			return bytes, err
		}
		select {
		case <-time.After(busyPause):
		case <-ctx.Done():
			return bytes, context.Cause(ctx)
		}
	}
}

// busyPause is how long reading in the background lets others go first.
const busyPause = 50 * time.Millisecond

func isBusy(err error) bool {
	var full *batch.FullError
	return errors.Is(err, batch.ErrBusy) || errors.As(err, &full)
}

// readOnce reads documents that nobody has read yet, in one go.
func (k *keeping) readOnce(ctx context.Context, texts []text, documents []int) (bytes int, err error) {
	priority := batch.Ordinary
	if k.req.Background {
		priority = batch.Ahead
	}
	err = k.model.store.Read(ctx, k.keys, documents, func(ctx context.Context, own []int, land func(int, []byte)) error {
		_, err := k.model.read(ctx, priority, texts, own, func(d int, form []byte) error {
			bytes += len(form)
			land(d, form)
			return nil
		})
		return err
	}, func(found []vectors.Found) {
		for _, f := range found {
			bytes += len(f.Value)
		}
	})
	return bytes, err
}

// tokenize documents. The texts are by document.
func (k *keeping) tokenize(ctx context.Context, documents []int) ([]text, error) {
	if err := k.model.processors.Acquire(ctx, 1); err != nil {
		return nil, context.Cause(ctx)
	}
	defer k.model.processors.Release(1)
	texts := make([]text, slices.Max(documents)+1)
	for _, d := range documents {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		var err error
		if texts[d], err = k.cutter.readDocument(modelfiles.Text(k.req.Documents[d].Title, k.req.Documents[d].Text)); err != nil {
			return nil, k.refusal(d, err)
		}
	}
	return texts, nil
}

// refusal names the document that is at fault.
func (k *keeping) refusal(d int, err error) error {
	if !errors.Is(err, errTooLong) {
		return err
	}
	field := fmt.Sprintf("documents[%d].text", d)
	return &api.Error{Code: api.TooLong, Field: field, Message: field + " has more tokens than the model reads, and truncation is forbidden"}
}
