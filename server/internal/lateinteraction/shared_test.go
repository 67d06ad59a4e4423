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
	"github.com/splitrank/splitrank/shared/api"
)

// TestScoresFromRedis: what one server has read another knows, with the same scores to
// the last bit.
func TestScoresFromRedis(t *testing.T) {
	orttest.Library(t)
	redis, err := redistest.New()
	if errors.Is(err, exec.ErrNotFound) {
		t.Skip("redis-server is not installed (Debian package redis-server)")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer redis.Close()
	folder, one := orttest.Encoder{Seed: 1}.Folder(t, "tiny"), modelserving.Options{BatchTokens: 1}
	server := func() *vectors.Store {
		client, err := vectors.NewRedis(rediskv.Options{URL: redis.URL(), ReadTimeout: time.Minute}, Format)
		if err != nil {
			t.Fatal(err)
		}
		return openStore(t, vectors.Options{Redis: client, Format: Format})
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
// read together with others, alone, or is known.
func TestScoresOfTheBuiltinModel(t *testing.T) {
	m := loadBuiltin(t, Options{Store: openStore(t, vectors.Options{Dir: t.TempDir()})})
	r := rand.New(rand.NewPCG(10, 10))
	documents := randomTexts(r, 20, 30)
	for range *builtinQueries {
		req := &api.Request{Query: randomWords(r, 8), Documents: documents}
		known := mustScore(t, m, req)
		req.NoCache = true
		together := mustScore(t, m, req)
		for d := range documents {
			req.Documents = documents[d : d+1]
			alone := mustScore(t, m, req)[0]
			if known[d].Logit != together[d].Logit || alone.Logit != together[d].Logit {
				t.Fatalf("document %d: %v, %v together and %v alone", d, known[d].Logit, together[d].Logit, alone.Logit)
			}
			if d == 4 {
				break // each costs a reading
			}
		}
	}
}
