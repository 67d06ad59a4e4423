package lateinteraction

import (
	"errors"
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

// TestScoresOfTheBuiltinModel are the same to the last bit whether a document was
// read in company, alone, or is known.
func TestScoresOfTheBuiltinModel(t *testing.T) {
	orttest.Library(t)
	files := &hub.Files{Name: model.Name, Variant: hub.DefaultVariant, ONNX: "model.onnx", Builtin: model.Builtin()[model.Name]}
	if files.Builtin == nil {
		t.Skip("no model is built in")
	}
	store := openStore(t, vectors.Options{Dir: t.TempDir()})
	m, err := Load(model.Name, files, Options{Store: store})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := m.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}()
	r := rand.New(rand.NewPCG(10, 10))
	documents := randomTexts(r, 20, 30)
	for range 10 {
		req := &api.Request{Query: randomWords(r, 8), Documents: documents}
		known := mustScore(t, m, req)
		req.NoCache = true
		together := mustScore(t, m, req)
		for d := range documents {
			req.Documents = documents[d : d+1]
			alone := mustScore(t, m, req)[0]
			if known[d].Logit != together[d].Logit || alone.Logit != together[d].Logit {
				t.Fatalf("document %d: %v, %v in company and %v alone", d, known[d].Logit, together[d].Logit, alone.Logit)
			}
			if d == 4 {
				break // each costs a reading
			}
		}
	}
}
