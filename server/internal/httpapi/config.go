// Package httpapi serves the re-ranker over HTTP: routes, limits, admission,
// keys, logs and metrics around a Reranker. It is the only package that knows chi.
package httpapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"runtime"
	"time"

	"github.com/splitrank/splitrank/server/internal/tracing"
	"github.com/splitrank/splitrank/server/internal/ubi"
	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/wire"
)

// Reranker answers a valid request. An *api.Error is told to the caller, any
// other error is logged and told as internal.
type Reranker interface {
	Rerank(ctx context.Context, req *api.Request) (*api.Response, error)
	// Watch is Rerank that also calls seen with what is known on the way,
	// first the heuristics' answer, where there is anything to see. seen does
	// not block.
	Watch(ctx context.Context, req *api.Request, seen func(*api.Response)) (*api.Response, error)
}

// Config of a Server. Zero fields have the defaults named beside them.
type Config struct {
	// Reranker answers. Required.
	Reranker Reranker
	// Documents are kept and forgotten by it. nil = POST /documents keeps nothing.
	Documents Documents
	// Log of the server. Without one nothing is logged. Texts, keys, paths
	// and ids of callers are not logged above slog.LevelDebug.
	Log *slog.Logger
	// Version and Scorer are told by the metric splitrank_build_info.
	Version, Scorer string
	// Info tells /v1/models, /info and /version of the models and the build. What
	// this server knows itself, such as Limits, it fills in. It is called for every
	// question. nil = there is no model.
	Info func() api.Info
	// Models shows the figures of models at /metrics. nil = there are none.
	Models *ModelMetrics
	// LLM shows the figures of the large language model at /metrics. nil = there is none.
	LLM *LLMMetrics
	// Cache tells the state of the cache of scores whenever /metrics is asked.
	// nil = there is none.
	Cache func() CacheState
	// Vectors tells the state of what is kept of documents whenever /metrics is asked.
	// nil = nothing is kept.
	Vectors func() VectorsState
	// Events takes what people did with answers, at POST /events. nil = none are taken.
	Events func([]ubi.Event) ubi.Taken
	// EventsPerSecond that one address may send. 0 = no bound.
	EventsPerSecond int
	// QueryLog tells the state of the log whenever /metrics is asked. nil = there is none.
	QueryLog func() QueryLogState
	// Trace begins the span of a request, in the trace that its headers name. nil =
	// nothing is traced.
	Trace func(ctx context.Context, h http.Header) (context.Context, tracing.Span)
	// Traces tells what became of spans whenever /metrics is asked. nil = nothing is
	// traced.
	Traces func() TracesState
	// Page is served at / where it holds an index.html. nil = no page.
	Page fs.FS
	// Notices are the licences of what ships, beside the page at /licenses.txt.
	// "" = none.
	Notices string

	// Limits of a body.
	Limits api.Limits
	// InFlight is the number of requests whose body has come and that are
	// served at once, those that wait for a worker included. More are refused
	// with 429. Default 256.
	InFlight int
	// InFlightBytes is the memory for those requests and their answers, counted
	// before they are made: see api.Request.AnswerBytes. A request that would
	// exceed it is refused with 429, one that would even alone with 413. Default
	// 384 MiB, which the largest request fits into, at least Limits.BodyBytes. With what the ranking needs while it
	// runs, up to 14 bytes for each byte of Limits.TotalBytes and processor, it
	// bounds the process: see SECURITY.md.
	InFlightBytes int64
	// Connections is the number of those open at once, at most what the file
	// descriptors of the process allow. Beyond it the one that has been without
	// a request for the longest is closed. Default 4096.
	Connections int
	// BatchParallel is the number of requests of one batch that are answered
	// at once. Default: the number of processors.
	BatchParallel int

	// APIKeys that callers show as "Authorization: Bearer KEY" for everything
	// but /, /docs, /openapi.json, /healthz, /readyz and /ping. None = open to everybody.
	// See RATIONALE: why-metrics-need-a-key.
	APIKeys []string
	// Keys beside those, as from a file: see wire.ReadKeys and Server.SetKeys.
	Keys wire.Keys
	// Proxies whose X-Forwarded-For says which address a request came from. The
	// log has it, and keys are tried by address. None = the connection's own.
	Proxies wire.Proxies
	// TenantByKey makes each key a tenant of its own: see api.Request.Tenant.
	TenantByKey bool
	// CORSOrigins are the web origins whose pages may call, like
	// https://example.com or https://*.example.com, or "*" for all. None =
	// only this server's own.
	CORSOrigins []string

	// ReadHeaderTimeout bounds the time to send the headers. Default 5 s.
	ReadHeaderTimeout time.Duration
	// ReadTimeout bounds the time to send a whole request. Default 30 s.
	ReadTimeout time.Duration
	// ReadStall cuts off a sender of whose body nothing comes for so long, or
	// after it less than a KiB a second on average. 0 = a sixth of ReadTimeout.
	ReadStall time.Duration
	// ReadYield is how long a body may not move before it gives up its place and
	// its memory to another request. 0 = a thirtieth of ReadTimeout.
	ReadYield time.Duration
	// WriteTimeout bounds the time from the end of the headers to the end of
	// the answer; it should exceed ReadTimeout and RequestTimeout together.
	// Default 90 s.
	WriteTimeout time.Duration
	// WriteStall cuts off a reader that takes nothing for so long, which holds
	// its answer meanwhile. Default 10 s.
	WriteStall time.Duration
	// IdleTimeout closes a connection that is not used. Default 120 s.
	IdleTimeout time.Duration
	// RequestTimeout bounds the work on a request whose body has come,
	// the wait for a worker included. Default 30 s.
	RequestTimeout time.Duration
	// HeaderBytes bounds the headers of a request. Default 16 KiB.
	HeaderBytes int

	// DrainDelay is how long a server that was told to stop goes on serving
	// while /readyz already says 503, so that load balancers notice. Default 0.
	DrainDelay time.Duration
	// ShutdownTimeout bounds the wait for requests in flight after that.
	// Default 15 s.
	ShutdownTimeout time.Duration
}

// Defaults of Config.
const (
	DefaultInFlight          = 256
	DefaultInFlightBytes     = 384 << 20
	DefaultConnections       = 4096
	DefaultReadHeaderTimeout = 5 * time.Second
	DefaultReadTimeout       = 30 * time.Second
	DefaultWriteTimeout      = 90 * time.Second
	DefaultWriteStall        = 10 * time.Second
	DefaultIdleTimeout       = 120 * time.Second
	DefaultRequestTimeout    = 30 * time.Second
	DefaultHeaderBytes       = 16 << 10
	DefaultShutdownTimeout   = 15 * time.Second
)

func (c Config) withDefaults() Config {
	c.Log = cmp.Or(c.Log, slog.New(slog.DiscardHandler))
	c.InFlight = cmp.Or(c.InFlight, DefaultInFlight)
	c.InFlightBytes = cmp.Or(c.InFlightBytes, DefaultInFlightBytes)
	c.Connections = cmp.Or(c.Connections, DefaultConnections)
	c.BatchParallel = cmp.Or(c.BatchParallel, runtime.GOMAXPROCS(0))
	c.ReadHeaderTimeout = cmp.Or(c.ReadHeaderTimeout, DefaultReadHeaderTimeout)
	c.ReadTimeout = cmp.Or(c.ReadTimeout, DefaultReadTimeout)
	c.ReadStall = cmp.Or(c.ReadStall, c.ReadTimeout/6)
	c.ReadYield = cmp.Or(c.ReadYield, c.ReadTimeout/30)
	c.WriteTimeout = cmp.Or(c.WriteTimeout, DefaultWriteTimeout)
	c.WriteStall = cmp.Or(c.WriteStall, DefaultWriteStall)
	c.IdleTimeout = cmp.Or(c.IdleTimeout, DefaultIdleTimeout)
	c.RequestTimeout = cmp.Or(c.RequestTimeout, DefaultRequestTimeout)
	c.HeaderBytes = cmp.Or(c.HeaderBytes, DefaultHeaderBytes)
	c.ShutdownTimeout = cmp.Or(c.ShutdownTimeout, DefaultShutdownTimeout)
	c.Limits = c.Limits.WithDefaults()
	return c
}

func (c Config) validate() error {
	if c.Reranker == nil {
		return errors.New("reranker is missing")
	}
	if c.InFlight < 0 || c.InFlightBytes < 0 || c.Connections < 0 || c.BatchParallel < 0 || c.EventsPerSecond < 0 || c.HeaderBytes < 0 {
		return errors.New("a number of the server is negative")
	}
	for _, d := range []time.Duration{c.ReadHeaderTimeout, c.ReadTimeout, c.ReadStall, c.ReadYield, c.WriteTimeout, c.WriteStall, c.IdleTimeout, c.RequestTimeout, c.DrainDelay, c.ShutdownTimeout} {
		if d < 0 {
			return fmt.Errorf("time-out %s is negative", d)
		}
	}
	if err := wire.CheckOrigins(c.CORSOrigins); err != nil {
		return err
	}
	if err := c.Limits.Validate(); err != nil {
		return err
	}
	if c = c.withDefaults(); c.InFlightBytes < int64(c.Limits.BodyBytes) {
		return fmt.Errorf("%d bytes for the bodies in flight do not hold one of %d", c.InFlightBytes, c.Limits.BodyBytes)
	}
	return nil
}
