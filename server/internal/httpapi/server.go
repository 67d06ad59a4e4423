package httpapi

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/go-chi/chi/v5"
	"golang.org/x/sync/semaphore"

	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/wire"
)

// Server is the HTTP face. Make one with New.
type Server struct {
	config      Config
	metrics     *metrics
	keys        atomic.Pointer[wire.Keys]
	guesses     *guesses
	eventRate   *eventRate
	places      *semaphore.Weighted // one for each request that is worked on
	coming      *semaphore.Weighted // one for each body that comes
	turns       turns
	receiving   receiving
	connections *connections
	background  *background
	// memory of the requests in flight and their answers.
	memory  *wire.Budget
	handler http.Handler
	// draining: told to stop, not ready for more. stopping: refuses more.
	draining, stopping atomic.Bool
	// after is time.After, but for tests.
	after func(time.Duration) <-chan time.Time
}

// New makes a Server, or says what is wrong with c.
func New(c Config) (*Server, error) {
	if err := c.validate(); err != nil {
		return nil, fmt.Errorf("configuring the server: %w", err)
	}
	keys, err := wire.NewKeys(c.APIKeys)
	if err != nil {
		return nil, fmt.Errorf("configuring the server: %w", err)
	}
	c = c.withDefaults()
	s := &Server{
		config: c, guesses: newGuesses(), eventRate: newEventRate(c.EventsPerSecond), memory: wire.NewBudget(c.InFlightBytes),
		places: semaphore.NewWeighted(int64(c.InFlight)), coming: semaphore.NewWeighted(int64(c.InFlight)), after: time.After,
		turns: newTurns(), receiving: receiving{bodies: map[*meter]struct{}{}},
	}
	keys = append(keys, c.Keys...)
	s.keys.Store(&keys)
	s.connections = newConnections(mostConnections(c.Connections, descriptors()))
	s.background = &background{log: c.Log}
	if c.Documents != nil {
		s.background.keep = c.Documents.Keep
	}
	s.metrics = newMetrics(c, s.memory, s.connections, s.background)
	files, err := readPage(c.Page)
	if err != nil {
		return nil, fmt.Errorf("reading the page: %w", err)
	}
	if len(files) > 0 && c.Notices != "" {
		files = append(files, asset{path: "/licenses.txt", kind: contentType("licenses.txt"), plain: newVariant([]byte(c.Notices))})
	}
	docs, err := readDocumentation()
	if err != nil {
		return nil, err
	}
	s.handler = occupied(s.paced(s.routes(append(files, docs...))))
	return s, nil
}

// Handler is the whole server without its listener.
func (s *Server) Handler() http.Handler { return s.handler }

func (s *Server) routes(page []asset) http.Handler {
	r := chi.NewRouter()
	r.Use(s.withRecord, s.observe, s.recoverer, secure, wire.CORS(s.config.CORSOrigins))
	r.NotFound(s.handle(notFound))
	r.MethodNotAllowed(s.handle(methodNotAllowed(r)))
	get(r, "/healthz", s.handle(s.healthz))
	get(r, "/readyz", s.handle(s.readyz))
	get(r, "/ping", s.handle(s.readyz))
	for _, a := range page {
		get(r, a.path, a.serve)
	}
	r.Group(func(r chi.Router) {
		r.Use(s.authorize)
		get(r, "/metrics", s.metrics.handler().ServeHTTP)
		s.discovery(r)
	})
	r.Group(func(r chi.Router) {
		r.Use(s.authorize, s.whileServing, s.requireJSON)
		for _, m := range api.Mounts() {
			r.Post(m.Path, s.handle(s.rerank(m)))
		}
		r.Post("/rerank/batch", s.handle(s.batch))
		r.Post("/documents", s.handle(s.keepDocuments))
		r.Delete("/documents", s.handle(s.forgetDocuments))
		r.Post("/events", s.handle(s.events))
	})
	return r
}

// get answers HEAD as well.
func get(r chi.Router, path string, h http.HandlerFunc) {
	r.Get(path, h)
	r.Head(path, h)
}
