package oip

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/go-json-experiment/json"

	"github.com/splitrank/splitrank/server/internal/ort"
	"github.com/splitrank/splitrank/server/internal/remote"
	"github.com/splitrank/splitrank/server/internal/token"
)

// protocol implements remote.Protocol.
type protocol struct{ engine *Engine }

// server is what GET /v2 says.
type server struct {
	Name       string   `json:"name"`
	Version    string   `json:"version"`
	Extensions []string `json:"extensions"`
}

// Ready implements remote.Protocol: it asks for the model, because a server is ready
// that failed to load it.
func (p protocol) Ready(ctx context.Context, b *remote.Backend) error {
	if _, err := b.Do(ctx, remote.Request{Method: http.MethodGet, Path: p.engine.path("/ready"), Most: answerBytes}); err != nil {
		return err
	}
	s, err := p.server(ctx, b)
	if err == nil {
		p.engine.servers.Store(b, s)
	}
	return err
}

// server is the zero value where a backend does not tell of itself.
func (p protocol) server(ctx context.Context, b *remote.Backend) (s server, err error) {
	reply, err := b.Do(ctx, remote.Request{Method: http.MethodGet, Path: "/v2", Most: answerBytes})
	var f *remote.Fault
	if errors.As(err, &f) && f.Kind == remote.Rejected {
		return server{}, nil
	}
	if err == nil && json.Unmarshal(reply.Body, &s) != nil {
		return server{}, nil
	}
	return s, err
}

// binary reports whether tensors are sent as bytes.
func (e *Engine) binary(b *remote.Backend) bool {
	if asked := e.config.Tensors.Binary; asked != nil {
		return *asked
	}
	s, _ := e.servers.Load(b)
	known, _ := s.(server)
	return slices.Contains(known.Extensions, "binary_tensor_data")
}

// Look implements remote.Protocol.
func (p protocol) Look(ctx context.Context, b *remote.Backend, query string, documents []string) (remote.Seen, error) {
	pairs, err := p.engine.pairs(query, documents)
	if err != nil {
		return remote.Seen{}, err
	}
	s, _ := p.engine.servers.Load(b)
	known, _ := s.(server)
	seen := remote.Seen{Server: known.Name + " " + known.Version}
	for batch := range slices.Chunk(pairs, p.engine.config.BatchPairs) {
		a, err := p.engine.look(ctx, b, batch)
		if err != nil {
			return remote.Seen{}, err
		}
		seen.Version = a.version
		for _, logit := range a.logits {
			seen.Logits = append(seen.Logits, float64(logit))
		}
	}
	return seen, nil
}

// look is infer whose logits are the scores.
func (e *Engine) look(ctx context.Context, b *remote.Backend, pairs []token.Pair) (answer, error) {
	t, err := e.Tensors(pairs)
	if err != nil {
		return answer{}, err
	}
	a, err := e.infer(ctx, b, t)
	if err != nil {
		return answer{}, err
	}
	a.logits, err = e.Scores(a.logits)
	var bad *ort.NotFiniteError
	if errors.As(err, &bad) {
		err = &remote.Fault{Kind: remote.Malformed, Backend: b.Name(), Detail: bad.Error()}
	}
	return a, err
}

// pairs of texts, as the model reads them.
func (e *Engine) pairs(query string, documents []string) ([]token.Pair, error) {
	q, err := e.writer.Query(query)
	if err != nil {
		return nil, err
	}
	pairs := make([]token.Pair, len(documents))
	for i, text := range documents {
		ids, err := e.writer.Document(nil, q, text)
		if err == nil {
			pairs[i], err = e.writer.Join(q, ids)
		}
		if err != nil {
			return nil, err
		}
	}
	return pairs, nil
}
