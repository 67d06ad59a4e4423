package httpapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/wire"
)

// Documents keeps what a model reads of documents before anybody asks about them. An
// *api.Error is told to the caller, any other error is logged and told as internal.
type Documents interface {
	// CheckKeeps returns the error of a request that no model keeps anything of.
	CheckKeeps(req *api.DocumentsRequest) error
	// Keep returns when all documents are kept, or beside what was kept with why not
	// all are.
	Keep(ctx context.Context, req *api.DocumentsRequest) (api.Kept, error)
	// Forget documents, and return how many were known.
	Forget(req *api.DocumentsRequest) (int, error)
}

// keepDocuments serves POST /documents: 200 when all are kept, 202 where the caller
// does not want to wait for that.
func (s *Server) keepDocuments(w http.ResponseWriter, r *http.Request) error {
	req, leave, err := s.documentsOf(w, r, api.DecodeDocuments)
	if err != nil {
		return err
	}
	defer leave()
	if err := s.checkKeeps(r, req); err != nil {
		return err
	}
	if req.Async || wire.PrefersAsync(r.Header) {
		waiting, err := s.background.add(req)
		if err != nil {
			return s.counted(err)
		}
		wire.WriteJSON(w, http.StatusAccepted, api.AppendAccepted(nil, len(req.Documents), waiting))
		return nil
	}
	ctx, cancel := s.withTimeout(r.Context())
	defer cancel()
	kept, err := s.config.Documents.Keep(ctx, req)
	if err != nil {
		return withKept(kept, err)
	}
	wire.WriteJSON(w, http.StatusOK, api.AppendKept(nil, kept))
	return nil
}

// checkKeeps refuses what cannot be kept, and what its sender asks not to keep.
func (s *Server) checkKeeps(r *http.Request, req *api.DocumentsRequest) error {
	if wire.NoStore(r.Header) {
		return &api.Error{Code: api.KeepsNothing, Field: "Cache-Control", Message: "Cache-Control: no-store asks to keep nothing, and keeping is all that this path does: leave it out"}
	}
	if s.config.Documents == nil {
		return api.NewError(api.NoModel, "keeping documents needs a model and none is loaded")
	}
	return s.config.Documents.CheckKeeps(req)
}

// withKept adds to an error how far the work came, so that nobody sends all again
// for fear.
func withKept(kept api.Kept, err error) error {
	var fault *api.Error
	if done := kept.Known + kept.Read; done > 0 && errors.As(err, &fault) {
		told := *fault
		told.Message = fmt.Sprintf("%s; %d of %d documents are kept, send the body again for the rest", fault.Message, done, kept.Documents)
		return &told
	}
	return err
}

// forgetDocuments serves DELETE /documents.
func (s *Server) forgetDocuments(w http.ResponseWriter, r *http.Request) error {
	req, leave, err := s.documentsOf(w, r, api.DecodeForgotten)
	if err != nil {
		return err
	}
	defer leave()
	if s.config.Documents == nil {
		return api.NewError(api.NoModel, "forgetting documents needs the model that read them and none is loaded")
	}
	n, err := s.config.Documents.Forget(req)
	if err != nil {
		return err
	}
	wire.WriteJSON(w, http.StatusOK, api.AppendDeleted(nil, n))
	return nil
}

// documentsOf a request, within the same bounds as those of a request to rank. leave
// ends what it takes of the server.
func (s *Server) documentsOf(w http.ResponseWriter, r *http.Request, decode func([]byte, api.Limits) (*api.DocumentsRequest, error)) (_ *api.DocumentsRequest, leave func(), err error) {
	account := s.memory.Open()
	defer func() {
		if err != nil {
			account.Close()
		}
	}()
	body, err := s.readBody(w, r, account, s.config.Limits.Documents)
	if err != nil {
		return nil, nil, err
	}
	leavePlace, err := s.admit()
	if err != nil {
		return nil, nil, err
	}
	var req *api.DocumentsRequest
	_, gone := s.turns.decode(r.Context(), body, func(body []byte) { req, err = decode(body, s.config.Limits) })
	if err = cmp.Or(gone, err); err == nil {
		err = s.reserve(account, body, s.config.Limits.Documents, req.Bytes(), 0)
	}
	if err != nil {
		leavePlace()
		return nil, nil, err
	}
	if s.config.TenantByKey {
		req.Tenant = recordOf(r.Context()).tenant
	}
	recordOf(r.Context()).documents += len(req.Documents)
	return req, func() { leavePlace(); account.Close() }, nil
}
