package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"github.com/splitrank/splitrank/server/internal/crossencoder"
	"github.com/splitrank/splitrank/server/internal/httpapi"
	"github.com/splitrank/splitrank/server/internal/hub"
	"github.com/splitrank/splitrank/server/internal/lateinteraction"
	"github.com/splitrank/splitrank/server/internal/modelfiles"
	"github.com/splitrank/splitrank/server/internal/modelserving"
	"github.com/splitrank/splitrank/server/internal/ort"
	"github.com/splitrank/splitrank/server/internal/remote"
	"github.com/splitrank/splitrank/server/internal/remote/oip"
	"github.com/splitrank/splitrank/server/internal/remote/tei"
	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// remoteModel is a servedModel whose scores come from other processes.
type remoteModel interface {
	servedModel
	// Version of what scores; ok is false while it is not known.
	Version() (version string, ok bool)
	// States of its backends.
	States() []remote.BackendState
}

// loadRemote loads a folder with a file remote.json. It waits for no backend.
func loadRemote(given string, files *hub.Files, o lateinteraction.Options) (servedModel, error) {
	c, err := remote.ReadConfig(files.FS())
	if err != nil {
		return nil, err
	}
	d, err := modelfiles.Describe(given, files)
	if err != nil {
		return nil, err
	}
	if err := refuseLate(files, d.Settings()); err != nil {
		return nil, err
	}
	d = d.WithLanguages(c.Languages)
	backends := remote.Options{Model: d.Name(), Transport: o.Transport, Expected: expected(given, files, o.Backends.Warned), Hooks: o.Backends}
	if c.Protocol != remote.OIP {
		return openTexts(d, c, o.Options, backends)
	}
	e, err := oip.Open(files.Dir, c, ort.Options{MaxLength: o.MaxLength}, backends)
	if err != nil {
		return nil, err
	}
	m, err := crossencoder.New(d, e, forBackends(o.Options, c, e.Pool()))
	if err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return m, nil
}

// openTexts is a model whose backends take texts.
func openTexts(d modelfiles.Description, c remote.Config, o modelserving.Options, r remote.Options) (servedModel, error) {
	m, err := tei.Open(d, c, o, r)
	if err != nil {
		return nil, err
	}
	return m, nil
}

// forBackends are the options of a queue that feeds backends.
func forBackends(o modelserving.Options, c remote.Config, p *remote.Pool) modelserving.Options {
	o.Threads, o.BatchTokens, o.BatchPairs = p.Workers(), c.BatchTokens, c.BatchPairs
	return o
}

// refuseLate refuses a late-interaction model: see RATIONALE: why-no-remote-late-interaction.
func refuseLate(files *hub.Files, s modelfiles.Settings) error {
	if _, err := fs.Stat(files.FS(), "config.json"); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	late, err := lateinteraction.Is(files.FS(), s)
	if err == nil && late {
		err = fmt.Errorf("it is a late-interaction model, and only cross-encoders can be remote: what it reads of documents is kept here; take %s away to run it in this process", remote.File)
	}
	return err
}

// expected are the logits that backends should give, as the graph beside remote.json
// gives them; nil = there is none, or it cannot be run here, which is told.
func expected(given string, files *hub.Files, warn func(model string, err error)) []float64 {
	if files.ONNX == "" {
		return nil
	}
	local := *files
	local.Remote = false
	m, err := crossencoder.Load(given, &local, modelserving.Options{Threads: 1})
	var logits []float64
	if err == nil {
		logits, err = checkedLogits(m)
		err = errors.Join(err, m.Close(context.Background()))
	}
	if err != nil {
		if warn != nil {
			warn(given, fmt.Errorf("the backends are not compared with the local model: %w", err))
		}
		return nil
	}
	return logits
}

// checkedLogits are a model's for the pairs that backends are tried with.
func checkedLogits(m rerank.PairModel) ([]float64, error) {
	query, documents := remote.CheckedPairs()
	req := &api.Request{Query: query}
	all := make([]int, len(documents))
	for i, text := range documents {
		req.Documents, all[i] = append(req.Documents, api.Document{Text: text}), i
	}
	pairs, logits := m.Open(req), make([]float64, len(documents))
	if _, err := pairs.Tokenize(context.Background(), all); err != nil {
		return nil, err
	}
	_, err := pairs.Score(context.Background(), all, func(list []answer.Score) {
		for _, s := range list {
			logits[s.Document] = s.Logit
		}
	})
	return logits, err
}

// versionOf a model that may change under way, beside its identity; that of all others
// is always "".
func versionOf(m servedModel) (version string, ok bool) {
	if changes, is := m.(remoteModel); is {
		return changes.Version()
	}
	return "", true
}

// backendHooks feed the figures of /metrics and the log.
func backendHooks(m *httpapi.RemoteMetrics, log *slog.Logger) remote.Hooks {
	return remote.Hooks{
		Asked: func(model, backend string, took time.Duration, kind remote.Kind) {
			m.Asked(model, backend, took, string(kind))
		},
		Hedged:  m.Hedged,
		Changed: func(model, backend string, s remote.Status) { tellBackend(log, model, backend, s) },
		Warned: func(model string, err error) {
			log.Warn(err.Error(), slog.String("model", model))
		},
	}
}

// tellBackend logs what became known of a backend.
func tellBackend(log *slog.Logger, model, backend string, s remote.Status) {
	log = log.With(slog.String("model", model), slog.String("backend", backend))
	switch {
	case remote.IsWrongModel(s.Why):
		log.Error("a backend serves another model", slog.String("error", s.Why.Error()))
		return
	case s.Why != nil:
		log.Warn("a backend is not ready: it is asked again every second", slog.String("error", s.Why.Error()))
		return
	}
	log.Info("a backend is ready", slog.String("version", s.Version))
	if s.Mixed {
		log.Warn("backends of this model serve different things: no score is remembered until they agree")
	}
	if s.Spread > remote.MostSpread {
		log.Warn("the scores of this backend change with the pairs of a batch: set pair_by_pair in "+remote.File+", or serve the model in another precision", slog.Float64("change", s.Spread))
	}
}

// failureLevel of a model that did not answer. That its backends are away was logged
// when it began, and would fill the log if every request said it again.
func failureLevel(err error) slog.Level {
	if remote.Quiet(err) {
		return slog.LevelDebug
	}
	return slog.LevelError
}

// watchBackends shows the backends of remote models.
func (list models) watchBackends(m *httpapi.RemoteMetrics) {
	for _, one := range list {
		r, is := one.(remoteModel)
		if !is {
			continue
		}
		m.Watch(r.Name(), func() (states []httpapi.BackendState) {
			for _, s := range r.States() {
				states = append(states, httpapi.BackendState(s))
			}
			return states
		})
	}
}
