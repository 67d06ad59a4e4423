package lateinteraction

import (
	"context"
	"errors"
	"flag"
	"math/rand/v2"
	"os/exec"
	"testing"
	"time"

	"github.com/splitrank/splitrank/server/internal/hub"
	"github.com/splitrank/splitrank/server/internal/modelserving"
	"github.com/splitrank/splitrank/server/internal/ort/orttest"
	"github.com/splitrank/splitrank/server/internal/rediskv"
	"github.com/splitrank/splitrank/server/internal/redistest"
	"github.com/splitrank/splitrank/server/internal/vectors"
	"github.com/splitrank/splitrank/server/model"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// TestScoresFromRedis: what one server has read another knows, with the same scores to
// the last bit.
func TestScoresFromRedis(t *testing.T) {
	orttest.Library(t)
	redis := redistest.ForTest(t)
	folder, one := orttest.Encoder{Seed: 1}.Folder(t, "tiny"), modelserving.Options{BatchTokens: 1}
	server := func() *vectors.Store {
		return openStore(t, vectors.Options{Redis: redisLevel(t, redis), Format: Format})
	}
	req := &api.Request{Query: "how do plants make food", Documents: randomTexts(rand.New(rand.NewPCG(6, 6)), 100, 60)}
	first := server()
	want := mustScore(t, loadFolder(t, folder, Options{Options: one, Store: first}), req)
	if err := first.Close(); err != nil { // which writes what waits
		t.Fatal(err)
	}
	second := server()
	wantSame(t, "from Redis", mustScore(t, loadFolder(t, folder, Options{Options: one, Store: second}), req), want, true)
	if n := second.Stat().RedisHits; n != int64(len(req.Documents)) {
		t.Errorf("%d came from Redis", n)
	}
}

// loadBuiltin loads the built-in model, closed when the test ends.
func loadBuiltin(t testing.TB, o Options) *Model {
	t.Helper()
	orttest.Library(t)
	files := &hub.Files{Name: model.Name, Variant: hub.DefaultVariant, ONNX: "model.onnx", Builtin: model.Builtin()[model.Name]}
	if files.Builtin == nil {
		t.Skip("no model is built in")
	}
	m, err := Load(model.Name, files, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return m
}

var builtinQueries = flag.Int("builtin-queries", 10, "queries of TestScoresOfTheBuiltinModel; 500 make 10,000 pairs")

// TestScoresOfTheBuiltinModel are the same to the last bit whether a document was
// read together with others, alone, or is known: from memory, after a restart from disk,
// and on another machine from Redis.
func TestScoresOfTheBuiltinModel(t *testing.T) {
	o := vectors.Options{Dir: t.TempDir(), Format: Format}
	redis, err := redistest.New()
	if err == nil {
		defer redis.Close()
		o.Redis = redisLevel(t, redis)
	} else if !errors.Is(err, exec.ErrNotFound) {
		t.Fatal(err)
	}
	store := openStore(t, o)
	m := loadBuiltin(t, Options{Store: store})
	requests, want := builtinPairs(t, m)
	if err := store.Close(); err != nil { // which writes what waits
		t.Fatal(err)
	}
	from := func(level string, open func() *vectors.Store, hits func(vectors.Stat) int64) {
		for i, req := range requests {
			m.store = open() // a new one knows nothing in memory
			wantSame(t, level, mustScore(t, m, req), want[i], true)
			if n := hits(m.store.Stat()); n != int64(len(req.Documents)) {
				t.Fatalf("%d came from %s", n, level)
			}
			if err := m.store.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	from("disk", func() *vectors.Store { return mustOpen(t, vectors.Options{Dir: o.Dir, Format: Format}) }, func(s vectors.Stat) int64 { return s.DiskHits })
	if redis == nil {
		t.Skip("redis-server is not installed (Debian package redis-server)")
	}
	from("Redis", func() *vectors.Store {
		return mustOpen(t, vectors.Options{Redis: redisLevel(t, redis), Format: Format})
	}, func(s vectors.Stat) int64 { return s.RedisHits })
}

// builtinPairs are questions over documents that m knows then, and their scores, which
// are the same read together, alone, and known.
func builtinPairs(t *testing.T, m *Model) (requests []*api.Request, want [][]answer.Score) {
	r := rand.New(rand.NewPCG(10, 10))
	documents := randomTexts(r, 20, 30)
	for range *builtinQueries {
		req := &api.Request{Query: randomWords(r, 8), Documents: documents}
		known := mustScore(t, m, req)
		anew := &api.Request{Query: req.Query, Documents: documents, NoCache: true}
		requests, want = append(requests, req), append(want, mustScore(t, m, anew))
		for d := range documents {
			if known[d].Logit != want[len(want)-1][d].Logit {
				t.Fatalf("document %d: %v known, %v read", d, known[d].Logit, want[len(want)-1][d].Logit)
			}
			if d < 5 { // each costs a reading
				anew.Documents = documents[d : d+1]
				wantSame(t, "alone", mustScore(t, m, anew), []answer.Score{{Logit: known[d].Logit}}, false)
			}
		}
	}
	return requests, want
}

func redisLevel(t *testing.T, s *redistest.Server) *rediskv.Client {
	t.Helper()
	client, err := vectors.NewRedis(rediskv.Options{URL: s.URL(), ReadTimeout: time.Minute}, Format)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func mustOpen(t *testing.T, o vectors.Options) *vectors.Store {
	t.Helper()
	s, err := vectors.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
