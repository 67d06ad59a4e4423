package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"strings"
	"time"

	"github.com/splitrank/splitrank/server/internal/httpapi"
	"github.com/splitrank/splitrank/server/internal/lateinteraction"
	"github.com/splitrank/splitrank/server/internal/notices"
	"github.com/splitrank/splitrank/server/internal/ort"
	"github.com/splitrank/splitrank/server/internal/remote"
	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/server/internal/tracing/otlp"
	"github.com/splitrank/splitrank/server/internal/vectors"
	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/web"
)

// serveCmd serves until it is interrupted.
type serveCmd struct {
	Addr    string   `default:":8000" placeholder:"HOST:PORT" help:"Where to listen; port 0 takes a free one, no host means every interface of the machine (default ${default})."`
	Model   []string `placeholder:"NAME|DIR" help:"Model to load, a cross-encoder or a late-interaction model: a name of splitrank models list that has been pulled, ORG/NAME, or a folder. Repeatable; a request chooses by its field model, the first is the default; none loads none (default, where libonnxruntime is found: splitrank-mini and splitrank-small, which are built in; the languages of a request choose)."`
	Alias   []string `placeholder:"NAME=MODEL" help:"Further name of a model, such as rerank-v3.5=splitrank-mini for clients of Cohere. Repeatable; * is every unknown name, MODEL may be default for the server's own choice. Other unknown names are refused."`
	Workers int      `placeholder:"N" help:"Requests scored at once; more wait (default: one for each processor)."`
	Page    bool     `default:"true" negatable:"" help:"Serve the page at / (default ${default})."`

	accessFlags `embed:"" group:"Access"`

	inferenceFlags   `embed:"" group:"Models"`
	calibrationFlags `embed:"" group:"Models"`
	queueFlags       `embed:"" group:"Models"`
	cacheFlags       `embed:"" group:"Cache"`
	vectorsFlags     `embed:"" group:"Vectors"`
	ReadAhead        int `default:"${read_ahead}" placeholder:"N" group:"Vectors" help:"Documents of answered requests that may wait to be read while nothing else is to do, so that the next question finds them; 0 reads none (default ${default})."`
	llmFlags         `embed:"" group:"LLM"`
	experimentFlags  `embed:"" group:"Experiments"`

	tracingFlags `embed:"" group:"Traces"`

	limitFlags       `embed:"" group:"Limits"`
	MaxInFlight      int   `default:"${in_flight}" placeholder:"N" group:"Limits" help:"Requests served at once, those that wait for a worker included; more are refused with 429 (default ${default})."`
	MaxInFlightBytes int64 `default:"${in_flight_bytes}" placeholder:"N" group:"Limits" help:"Memory in bytes for those requests and their answers, counted before they are made; more are refused with 429 (default ${default})."`
	MaxConnections   int   `default:"${connections}" placeholder:"N" group:"Limits" help:"Connections open at once, as far as file descriptors allow; beyond it those without a request give way (default ${default})."`
	BatchParallel    int   `placeholder:"N" group:"Limits" help:"Requests of one batch answered at once (default: one for each processor, 32 with a model)."`
	MaxHeader        int   `name:"max-header-bytes" default:"${header_bytes}" placeholder:"N" group:"Limits" help:"Longest headers of a request, in bytes (default ${default})."`

	ReadHeaderTimeout time.Duration `default:"${read_header_timeout}" placeholder:"TIME" group:"Time-outs" help:"To send the headers (default ${default})."`
	ReadTimeout       time.Duration `default:"${read_timeout}" placeholder:"TIME" group:"Time-outs" help:"To send a whole request (default ${default})."`
	ReadStall         time.Duration `placeholder:"TIME" group:"Time-outs" help:"For the next part of a body to come (default: a sixth of --read-timeout)."`
	ReadYield         time.Duration `placeholder:"TIME" group:"Time-outs" help:"For a body that does not move, before it gives up its place to another request (default: a thirtieth of --read-timeout)."`
	WriteTimeout      time.Duration `default:"${write_timeout}" placeholder:"TIME" group:"Time-outs" help:"From the headers of a request to the end of its answer (default ${default})."`
	WriteStall        time.Duration `default:"${write_stall}" placeholder:"TIME" group:"Time-outs" help:"For a reader to take the next part of an answer (default ${default})."`
	IdleTimeout       time.Duration `default:"${idle_timeout}" placeholder:"TIME" group:"Time-outs" help:"To keep a connection that is not used (default ${default})."`
	RequestTimeout    time.Duration `default:"${request_timeout}" placeholder:"TIME" group:"Time-outs" help:"To work on a request, the wait for a worker included (default ${default})."`
	DrainDelay        time.Duration `default:"0s" placeholder:"TIME" group:"Time-outs" help:"To go on serving after a signal to stop, while /readyz says 503, so that load balancers notice (default ${default})."`
	ShutdownTimeout   time.Duration `default:"${shutdown_timeout}" placeholder:"TIME" group:"Time-outs" help:"For requests in flight to end after that (default ${default})."`

	LogLevel  slog.Level `default:"info" placeholder:"LEVEL" group:"Log" help:"debug, info, warn or error; debug may quote what callers send (default ${default})."`
	LogFormat string     `enum:"text,json" default:"text" placeholder:"FORMAT" group:"Log" help:"text or json, on standard error (default ${default})."`
}

// Help implements kong.HelpProvider.
func (serveCmd) Help() string {
	return `Serves POST /rerank, /rerank/batch and /events, the same in the shapes of Cohere, Jina, Voyage AI, text-embeddings-inference, vLLM, infinity and mixedbread at their paths, GET /healthz, /readyz, /ping, /metrics, /v1/models, /info and /version, a page to try it at /, and its description at /docs and /openapi.json. An interrupt or SIGTERM lets requests in flight end; a second one stops at once.

  splitrank serve --addr 127.0.0.1:8000
  splitrank serve --model ms-marco-MiniLM-L6-v2 --threads 2
  SPLITRANK_API_KEYS=secret splitrank serve --drain-delay 5s --log-format json
  curl -H 'Content-Type: application/json' localhost:8000/rerank -d '{"query":"what is a cross-encoder?","documents":["The sky is blue.","A cross-encoder reads query and document together."]}'`
}

// Validate refuses what cannot be served.
func (c *serveCmd) Validate() error {
	if _, _, err := net.SplitHostPort(c.Addr); err != nil {
		return fmt.Errorf("--addr %q is not like 127.0.0.1:8000", c.Addr)
	}
	if _, err := api.ParseAliases(c.Alias); err != nil {
		return fmt.Errorf("--alias: %w", err)
	}
	if c.Workers < 0 {
		return fmt.Errorf("--workers %d: want 0 (one for each processor) or more", c.Workers)
	}
	if c.BatchParallel < 0 {
		return fmt.Errorf("--batch-parallel %d: want 0 (one for each processor) or more", c.BatchParallel)
	}
	if c.ReadAhead < 0 {
		return fmt.Errorf("--read-ahead %d: want 0 (none) or more", c.ReadAhead)
	}
	if c.MaxConnections < 1 {
		return fmt.Errorf("--max-connections %d: want 1 or more", c.MaxConnections)
	}
	if c.MaxInFlight < 1 || c.MaxInFlightBytes < 1 {
		return fmt.Errorf("--max-in-flight %d and --max-in-flight-bytes %d: want 1 or more", c.MaxInFlight, c.MaxInFlightBytes)
	}
	return cmp.Or(c.accessFlags.Validate(), c.inferenceFlags.Validate(), c.queueFlags.Validate(), c.cacheFlags.Validate(), c.vectorsFlags.Validate(), c.llmFlags.Validate(), c.experimentFlags.Validate(), c.tracingFlags.Validate(), c.limitFlags.Validate())
}

// Run serves until env.Ctx ends, then lets go of the models. Told to stop before
// it serves, it stops, and that is no error.
func (c *serveCmd) Run(env *Env) error {
	outliveReaders()
	log, metrics := c.logger(env), httpapi.NewModelMetrics()
	loaded, store, err := c.ready(env.Ctx, metrics, log)
	if err != nil && env.Ctx.Err() != nil {
		log.Info("stopped before serving")
		return nil
	}
	if err != nil {
		return err
	}
	traces, err := c.openTraces(log)
	if err == nil {
		err = c.serve(env, loaded, store, metrics, traces, log)
	}
	return errors.Join(err, loaded.close(context.Background()), closeStore(store), traces.Close())
}

// ready loads the models, with a store of what they read, and warms them.
func (c *serveCmd) ready(ctx context.Context, m *httpapi.ModelMetrics, log *slog.Logger) (models, *vectors.Store, error) {
	options := c.options()
	options.QueueTokens, options.Hooks, options.ReadAhead = c.QueueTokens, modelHooks(m), c.ReadAhead
	options.Backends, options.Transport = backendHooks(m.Remote(), log), otlp.Transport(remote.NewTransport())
	shared := sharedLevel{c.CacheRedis, tellRedis(log)}
	warn := func(err error) { log.Warn(err.Error()) }
	loaded, store, err := c.loadKeeping(options, shared, warn, func(o lateinteraction.Options) (models, error) {
		return c.load(ctx, c.Model, o, func(err error) {
			log.Warn("the default model cannot be loaded", slog.String("error", err.Error()))
		})
	})
	if err != nil {
		return nil, nil, err
	}
	if err := loaded.warm(ctx); err != nil {
		return nil, nil, errors.Join(err, loaded.close(context.Background()), closeStore(store))
	}
	return loaded, store, nil
}

func (c *serveCmd) serve(env *Env, loaded models, store *vectors.Store, metrics *httpapi.ModelMetrics, traces *otlp.Provider, log *slog.Logger) (err error) {
	remember, err := c.cacheFlags.open(loaded, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeCache(remember)) }()
	aliases, err := api.ParseAliases(c.Alias)
	if err != nil {
		return err
	}
	judge, err := c.openJudge(c.cacheFlags, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, judge.close(log)) }()
	engine, err := await(env.Ctx, func() (*rerank.Engine, error) { // it hashes the files of models
		return newEngine(c.Workers, loaded, c.FirstModel, c.calibrationFlags, aliases, remember, engineJudge(judge.Judge), func(err error) {
			log.Log(env.Ctx, failureLevel(err), "answering without a model", slog.String("error", err.Error()))
		})
	}, func(*rerank.Engine) {})
	if err != nil && env.Ctx.Err() != nil {
		log.Info("stopped before serving")
		return nil
	}
	if err != nil {
		return err
	}
	loaded.watch(metrics)
	loaded.watchBackends(metrics.Remote())
	live, err := c.observe(env.Ctx, engine, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, live.close()) }()
	config, err := c.config(engine, metrics, log)
	if err != nil {
		return err
	}
	live.configure(&config, c.experimentFlags)
	traced(&config, traces)
	config.Info = c.info(loaded, aliases, time.Now(), log)
	config.BatchParallel, config.Cache, config.Vectors = parallel(c.BatchParallel, len(loaded)), cacheState(remember), vectorsState(loaded, store)
	config.Documents, config.LLM = engine, judge.figures
	server, err := httpapi.New(config)
	if err != nil {
		return err
	}
	ln, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("listening on %q: %w", c.Addr, err)
	}
	loaded.announce(log)
	warnOpen(log, ln.Addr(), len(config.Keys))
	log.Info("serving", slog.String("url", address(ln.Addr())), slog.String("addr", ln.Addr().String()),
		slog.Int("keys", len(config.Keys)), slog.String("version", thisBuild().Version))
	defer c.reloadKeys(server, log)()
	if judge.Judge != nil {
		examined, stop := context.WithCancel(env.Ctx)
		defer stop()
		go examine(examined, judge.Judge, log)
	}
	return server.Serve(env.Ctx, ln)
}

// announce says which models answer.
func (list models) announce(log *slog.Logger) {
	if len(list) == 0 {
		log.Info("no model is loaded: answers come from the heuristics alone", slog.String("scorer", scorer()))
	}
	for _, m := range list {
		log.Info("model", slog.String("name", m.Name()), slog.Any("languages", m.Languages()))
		if m.LikeProbabilities() {
			log.Warn("all scores that were tried of this model lie between 0 and 1: if it gives probabilities, they are squashed twice; export it with logits", slog.String("name", m.Name()))
		}
		warnPlacement(log, m)
		if m.BatchDependent() && !m.Builtin() && !readsOneText(m) {
			log.Warn("the scores of this model change with the pairs of a batch, so it runs pair by pair, which is slow: better load one of another precision", slog.String("name", m.Name()))
		}
	}
}

// readsOneText reports that a model's graph takes one text a call, by design.
func readsOneText(m servedModel) bool {
	one, ok := m.(interface{ ReadsOneText() bool })
	return ok && one.ReadsOneText()
}

// warnPlacement says how much of a model's graph is not on the device.
func warnPlacement(log *slog.Logger, m servedModel) {
	if p, ok := m.(interface{ Placement() ort.Placement }); ok && p.Placement().Partial() {
		log.Warn("the device takes a part of this model's graph, and the processor computes the rest", slog.String("name", m.Name()),
			slog.Int("taken", p.Placement().Taken), slog.Int("nodes", p.Placement().Nodes))
	}
}

func (c *serveCmd) logger(env *Env) *slog.Logger {
	options := &slog.HandlerOptions{Level: c.LogLevel}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(env.Stderr, options))
	}
	return slog.New(slog.NewTextHandler(env.Stderr, options))
}

func (c *serveCmd) config(r httpapi.Reranker, m *httpapi.ModelMetrics, log *slog.Logger) (httpapi.Config, error) {
	keys, err := c.allKeys()
	if err != nil {
		return httpapi.Config{}, err
	}
	proxies, err := c.proxies()
	if err != nil {
		return httpapi.Config{}, err
	}
	origins, err := c.origins()
	return httpapi.Config{
		Reranker: r, Log: log, Models: m, Version: thisBuild().Version, Scorer: scorer(), Page: c.page(), Notices: notices.Text(),
		Limits: c.limits(), InFlight: c.MaxInFlight, InFlightBytes: c.MaxInFlightBytes, Connections: c.MaxConnections,
		Keys: keys, Proxies: proxies, TenantByKey: c.CacheByKey, CORSOrigins: origins,
		ReadHeaderTimeout: c.ReadHeaderTimeout, ReadTimeout: c.ReadTimeout, ReadStall: c.ReadStall, ReadYield: c.ReadYield, WriteTimeout: c.WriteTimeout,
		WriteStall: c.WriteStall, IdleTimeout: c.IdleTimeout, RequestTimeout: c.RequestTimeout, HeaderBytes: c.MaxHeader,
		DrainDelay: c.DrainDelay, ShutdownTimeout: c.ShutdownTimeout,
	}, err
}

func (c *serveCmd) page() fs.FS {
	if !c.Page {
		return nil
	}
	return web.Page()
}

// trimmed takes the spaces off a list; one that is set but empty is none.
func trimmed(list []string) []string {
	if len(list) == 1 && strings.TrimSpace(list[0]) == "" {
		return nil
	}
	var out []string
	for _, s := range list {
		out = append(out, strings.TrimSpace(s))
	}
	return out
}

// address to click on, for a listener on all interfaces the local one.
func address(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}
