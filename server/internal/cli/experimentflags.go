package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/splitrank/splitrank/server/internal/experiment"
	"github.com/splitrank/splitrank/server/internal/exposure"
	"github.com/splitrank/splitrank/server/internal/httpapi"
	"github.com/splitrank/splitrank/server/internal/limitedfile"
	"github.com/splitrank/splitrank/server/internal/querylog"
	"github.com/splitrank/splitrank/server/internal/ubi"
)

// experimentFlags say what of the traffic is noted, and what is tried on it.
type experimentFlags struct {
	QueryLog        string        `placeholder:"DIR" help:"Folder for a log of what was shown and what was done with it, as User Behavior Insights 1.3.0. Answers then have a query_id, and POST /events is taken (default: none)."`
	LogQueries      string        `enum:"none,hash,full" default:"hash" placeholder:"WORDS" help:"What of a query goes into that log: none, hash (a keyed one: equal queries stay equal) or full (default ${default})."`
	QueryLogMiB     int           `name:"query-log-mib" default:"${query_log_mib}" placeholder:"N" help:"Size in MiB at which a file of the log is renamed and a new one begun (default ${default})."`
	QueryLogFiles   int           `name:"query-log-files" default:"20" placeholder:"N" help:"Renamed files of each kind that are kept; 0 keeps all (default ${default})."`
	QueryIDKey      string        `name:"query-id-key" secret:"" placeholder:"KEY" help:"At least 16 bytes that query ids are signed with, the same for all replicas. Prefer the environment: other users of a machine see command lines (default: random, so that events about answers from before a restart are not taken)."`
	EventWindow     time.Duration `default:"${event_window}" placeholder:"TIME" help:"How long after an answer events about it are taken (default ${default})."`
	EventsPerSecond int           `default:"100" placeholder:"N" help:"Events that one client address may send, ten seconds' worth at once; 0 sets no bound (default ${default})."`
	Experiments     string        `placeholder:"FILE" help:"experiments.json: two arms of pipeline, model or budget, by split, interleaving or shadow. Needs --query-log; splitrank experiment analyse reads it (default: none)."`
}

const envQueryIDKey = "SPLITRANK_QUERY_ID_KEY"

// Validate refuses what would be ignored or guessed.
func (f experimentFlags) Validate() error {
	switch {
	case f.QueryLog == "" && f.Experiments != "":
		return errors.New("--experiments needs --query-log DIR: without the log nobody would learn what came of them")
	case f.QueryIDKey == "" && isSet(envQueryIDKey):
		return errors.New(envQueryIDKey + " is set and empty: give a key, or leave it unset")
	case f.QueryIDKey != "" && len(f.QueryIDKey) < ubi.MinKeyBytes:
		return fmt.Errorf("--query-id-key has %d bytes: want %d or more", len(f.QueryIDKey), ubi.MinKeyBytes)
	case f.QueryLogMiB < 1:
		return fmt.Errorf("--query-log-mib %d: want 1 or more", f.QueryLogMiB)
	case f.QueryLogFiles < 0:
		return fmt.Errorf("--query-log-files %d: want 0 (all) or more", f.QueryLogFiles)
	case f.EventWindow <= 0:
		return fmt.Errorf("--event-window %s: want more than 0", f.EventWindow)
	case f.EventsPerSecond < 0:
		return fmt.Errorf("--events-per-second %d: want 0 (no bound) or more", f.EventsPerSecond)
	}
	return nil
}

// observed is a re-ranker whose answers are noted, and what else the server needs of
// the log. Its zero value but for Reranker notes nothing.
type observed struct {
	httpapi.Reranker
	events func([]ubi.Event) ubi.Taken
	state  func() httpapi.QueryLogState
	close  func() error
}

// observe puts the log and the experiments before a re-ranker.
func (f experimentFlags) observe(ctx context.Context, r httpapi.Reranker, log *slog.Logger) (*observed, error) {
	if f.QueryLog == "" {
		return &observed{Reranker: r, close: func() error { return nil }}, nil
	}
	list, err := f.experiments()
	if err != nil {
		return nil, err
	}
	records, err := querylog.Open(querylog.Options{
		Dir: f.QueryLog, MaxMiB: f.QueryLogMiB, MaxFiles: f.QueryLogFiles,
		Failed: func(err error) { log.Error("the query log cannot be written", slog.String("error", err.Error())) },
	})
	if err != nil {
		return nil, err
	}
	signer := f.signer()
	exposer, err := exposure.New(ctx, exposure.Config{Reranker: r, Experiments: list, Signer: signer, Note: records.Query, Words: ubi.Words(f.LogQueries)})
	if err != nil {
		return nil, errors.Join(err, records.Close())
	}
	f.announce(list, log)
	taker := &exposure.Taker{Signer: signer, Window: f.EventWindow, Note: records.Event}
	return &observed{
		Reranker: exposer, events: taker.Take,
		state: func() httpapi.QueryLogState { return httpapi.QueryLogState(records.State()) },
		close: func() error { exposer.Close(); return records.Close() },
	}, nil
}

// configure a server with what was observed.
func (o *observed) configure(c *httpapi.Config, f experimentFlags) {
	c.Reranker, c.Events, c.QueryLog, c.EventsPerSecond = o.Reranker, o.events, o.state, f.EventsPerSecond
}

func (f experimentFlags) experiments() ([]experiment.Experiment, error) {
	if f.Experiments == "" {
		return nil, nil
	}
	const most = 1 << 20
	data, err := limitedfile.Read(f.Experiments, most)
	if err != nil {
		return nil, fmt.Errorf("reading --experiments: %w", err)
	}
	list, err := experiment.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", f.Experiments, err)
	}
	return list, nil
}

func (f experimentFlags) signer() *ubi.Signer {
	if f.QueryIDKey == "" {
		return ubi.NewSigner(nil)
	}
	return ubi.NewSigner([]byte(f.QueryIDKey))
}

// announce what goes on with people's traffic.
func (f experimentFlags) announce(list []experiment.Experiment, log *slog.Logger) {
	log.Info("queries are logged", slog.String("dir", f.QueryLog), slog.String("words", f.LogQueries), slog.Bool("own_key", f.QueryIDKey != ""))
	if f.QueryIDKey == "" {
		log.Warn("query ids are signed with a random key: events about answers of other replicas, or from before a restart, are not taken. Set " + envQueryIDKey)
	}
	for _, e := range list {
		log.Info("experiment", slog.String("name", e.Name), slog.String("mode", string(e.Mode)), slog.String("digest", e.Digest()),
			slog.Float64("share", e.Share), slog.String("arms", e.Arms[0].Name+" against "+e.Arms[1].Name))
	}
}
