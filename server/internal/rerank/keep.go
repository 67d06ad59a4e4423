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

// Keep has documents read and kept by the model that a request names.
func (e *Engine) Keep(ctx context.Context, req *api.DocumentsRequest) (api.Kept, error) {
	k, err := e.keeper(req)
	if err != nil {
		return api.Kept{}, err
	}
	return k.Keep(ctx, req)
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
