package rerank

import (
	"context"
	"strconv"

	"github.com/splitrank/splitrank/shared/api"
)

// Keeper is a PairModel that keeps what it reads of documents, so that it reads each
// once.
type Keeper interface {
	PairModel
	// Keep has those documents read that are not known, and returns when all are
	// kept, or with the error of the first that is not, beside what was kept until
	// then. An *api.Error is for the caller.
	Keep(ctx context.Context, req *api.DocumentsRequest) (api.Kept, error)
	// Forget documents, and return how many of them were known on this machine.
	Forget(req *api.DocumentsRequest) (int, error)
}

// Keep has documents read and kept by the model that a request names, or by each that
// may answer where none is named.
func (e *Engine) Keep(ctx context.Context, req *api.DocumentsRequest) (api.Kept, error) {
	k, err := e.keeper(req)
	if err != nil {
		return api.Kept{}, err
	}
	list := []Keeper{k}
	if name := e.config.Aliases.Resolve(req.Model, e.isName); name == "" && e.config.Models[0].Else != nil {
		if other, ok := e.config.Models[0].Else.Model.(Keeper); ok {
			list = append(list, other)
		}
	}
	return KeepWith(ctx, list, req)
}

// KeepWith has documents read and kept by each of some models. What is told are the
// documents once, skipped where no model reads them and known where none had to read
// them, and the bytes of all.
func KeepWith(ctx context.Context, list []Keeper, req *api.DocumentsRequest) (all api.Kept, err error) {
	for i, k := range list {
		kept, err := k.Keep(ctx, req)
		if i == 0 {
			all = kept
		} else {
			all.Model += ", " + kept.Model
			all.Skipped, all.Read = min(all.Skipped, kept.Skipped), max(all.Read, kept.Read)
			all.Known = all.Documents - all.Skipped - all.Read
			all.Bytes, all.OnDisk = all.Bytes+kept.Bytes, all.OnDisk && kept.OnDisk
		}
		if err != nil {
			return all, err
		}
	}
	return all, nil
}

// CheckKeeps returns the error that Keep would have of a request whatever its
// documents.
func (e *Engine) CheckKeeps(req *api.DocumentsRequest) error {
	_, err := e.keeper(req)
	return err
}

// Forget documents. Where a request names no model all that keep something forget
// them; the largest number that one knew is returned.
func (e *Engine) Forget(req *api.DocumentsRequest) (most int, err error) {
	k, err := e.keeper(req)
	if err != nil {
		return 0, err
	}
	keepers := []Keeper{k}
	if req.Model == "" {
		keepers = e.keepers()
	}
	for _, k := range keepers {
		n, err := k.Forget(req)
		if err != nil {
			return most, err
		}
		most = max(most, n)
	}
	return most, nil
}

func (e *Engine) keepers() (list []Keeper) {
	for _, m := range e.config.Models {
		if k, ok := m.Model.(Keeper); ok {
			list = append(list, k)
		}
	}
	return list
}

// keeper is the model that a request names, or the first that keeps anything.
func (e *Engine) keeper(req *api.DocumentsRequest) (Keeper, error) {
	name := e.config.Aliases.Resolve(req.Model, e.isName)
	m, err := e.model(name)
	if err != nil {
		return nil, err
	}
	if m.Model == nil {
		return nil, &api.Error{Code: api.NoModel, Message: "keeping documents needs a model and none is loaded"}
	}
	if k, ok := m.Model.(Keeper); ok {
		return k, nil
	}
	if list := e.keepers(); name == "" && len(list) > 0 {
		return list[0], nil
	}
	return nil, &api.Error{
		Code: api.KeepsNothing, Field: "model",
		Message: "model " + strconv.Quote(m.Model.Name()) + " reads query and document together and keeps nothing of documents: name a late-interaction model",
	}
}
