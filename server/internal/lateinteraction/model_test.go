package lateinteraction

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/splitrank/splitrank/server/internal/batch"
	"github.com/splitrank/splitrank/server/internal/hub"
	"github.com/splitrank/splitrank/server/internal/modelserving"
	"github.com/splitrank/splitrank/server/internal/ort/orttest"
	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/server/internal/vectors"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// openStore opens a store, closed when the test ends.
func openStore(t testing.TB, o vectors.Options) *vectors.Store {
	t.Helper()
	s, err := vectors.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// loadFolder loads the model in a folder, closed when the test ends.
func loadFolder(t testing.TB, dir string, o Options) *Model {
	t.Helper()
	orttest.Library(t)
	m, err := Load(dir, &hub.Files{Name: dir, Dir: dir, ONNX: "onnx/model.onnx"}, o)
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

// load the tiny model, with a store in memory unless there is one.
func load(t testing.TB, o Options) *Model {
	t.Helper()
	if o.Store == nil {
		o.Store = openStore(t, vectors.Options{})
	}
	o.BatchTokens = 1 // text by text: the last bit of a sum may hang on the batch
	return loadFolder(t, orttest.Encoder{Seed: 1}.Folder(t, "tiny"), o)
}

// counted counts the texts that a model reads.
func counted(o Options, texts *atomic.Int64) Options {
	o.Hooks = modelserving.Hooks{Ran: func(_ string, r batch.Run) { texts.Add(int64(r.Pairs)) }}
	return o
}

// randomTexts of words that the tiny model knows.
func randomTexts(r *rand.Rand, n, longest int) []api.Document {
	list := make([]api.Document, n)
	for i := range list {
		list[i].Text = randomWords(r, longest) + " " + serial()
		if r.IntN(4) == 0 {
			list[i].Title = randomWords(r, 3)
		}
	}
	return list
}

var serials atomic.Int64

// serial is a number that no text has yet, in words of the tiny model.
func serial() string {
	var digits []string
	for n := serials.Add(1); n > 0; n /= 6 {
		digits = append(digits, string(rune('a'+n%6)))
	}
	return strings.Join(digits, " ")
}

func randomWords(r *rand.Rand, most int) string {
	words := make([]string, 1+r.IntN(most))
	for i := range words {
		words[i] = orttest.Words[5+r.IntN(len(orttest.Words)-5)]
	}
	return strings.Join(words, " ")
}

func every(req *api.Request) []int {
	list := make([]int, len(req.Documents))
	for i := range list {
		list[i] = i
	}
	return list
}

// scoreAll documents of a request as the engine asks for them: what is known, and the rest.
func scoreAll(ctx context.Context, m *Model, req *api.Request) ([]answer.Score, error) {
	p := m.Open(req)
	list := make([]answer.Score, len(req.Documents))
	found, left := make([]bool, len(list)), []int(nil)
	take := func(some []answer.Score) {
		for _, s := range some {
			list[s.Document], found[s.Document] = s, true
		}
	}
	known, _ := p.Known(ctx, every(req))
	take(known)
	for d, is := range found {
		if !is {
			left = append(left, d)
		}
	}
	if len(left) == 0 {
		return list, nil
	}
	if _, err := p.Tokenize(ctx, left); err != nil {
		return nil, err
	}
	_, err := p.Score(ctx, left, take)
	return list, err
}

func mustScore(t testing.TB, m *Model, req *api.Request) []answer.Score {
	t.Helper()
	list, err := scoreAll(t.Context(), m, req)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// wantSame compares logits bit by bit.
func wantSame(t testing.TB, name string, got, want []answer.Score, known bool) {
	t.Helper()
	for i := range want {
		if got[i].Logit != want[i].Logit || got[i].Truncated != want[i].Truncated {
			t.Fatalf("%s: document %d: %+v, want %+v", name, i, got[i], want[i])
		}
		if want[i].Vector != nil && (!slices.Equal(got[i].Vector, want[i].Vector) || !slices.Equal(got[i].Matches, want[i].Matches)) {
			t.Fatalf("%s: document %d has another vector or other matches", name, i)
		}
		if got[i].Known != known {
			t.Fatalf("%s: document %d: known %v, want %v", name, i, got[i].Known, known)
		}
	}
}

// TestScoresAreEqual: 10,000 pairs have the same score to the last bit whether the
// document was just read or is known from memory, from disk, or after a restart.
func TestScoresAreEqual(t *testing.T) {
	const questions, documents = 100, 100
	r := rand.New(rand.NewPCG(7, 7))
	dir := t.TempDir()
	folder := orttest.Encoder{Seed: 1, Skip: []int32{31, 32}}.Folder(t, "tiny")
	options := vectors.Options{Dir: dir, Memory: 1 << 20}
	want := make([][]answer.Score, questions)
	requests := make([]*api.Request, questions)
	one := modelserving.Options{BatchTokens: 1}
	fresh := loadFolder(t, folder, Options{Options: one}) // which keeps nothing
	for i := range requests {
		requests[i] = &api.Request{Query: randomWords(r, 8), Documents: randomTexts(r, documents, 80)}
		want[i] = mustScore(t, fresh, requests[i])
	}
	t.Run("read and known", func(t *testing.T) {
		store := openStore(t, options)
		m := loadFolder(t, folder, Options{Options: one, Store: store})
		for i, req := range requests {
			wantSame(t, "read", mustScore(t, m, req), want[i], false)
			wantSame(t, "known", mustScore(t, m, req), want[i], true)
		}
		if stat := store.Stat(); stat.Disk.Entries == 0 || stat.MemoryHits == 0 {
			t.Errorf("%+v", stat)
		}
	})
	t.Run("after a restart", func(t *testing.T) {
		store := openStore(t, options)
		m := loadFolder(t, folder, Options{Options: one, Store: store})
		for i, req := range requests {
			wantSame(t, "kept", mustScore(t, m, req), want[i], true)
		}
		if stat := store.Stat(); stat.DiskHits < questions*documents*9/10 {
			t.Errorf("%+v", stat)
		}
	})
}

// TestKept: what of a request is kept and found again, and what is not.
func TestKept(t *testing.T) {
	var texts atomic.Int64
	m := load(t, counted(Options{}, &texts))
	base := func() *api.Request {
		return &api.Request{Query: "how do plants make food", Documents: []api.Document{{Text: "plants turn light into sugar"}, {Title: "opening hours", Text: "the shop closes at six"}}}
	}
	mustScore(t, m, base())
	for _, tt := range []struct {
		name   string
		change func(*api.Request)
		reads  int64 // texts, the query included
	}{
		{"the same", func(*api.Request) {}, 1},
		{"another query", func(r *api.Request) { r.Query = "when" }, 1},
		{"an id, a rank and a score", func(r *api.Request) { r.Documents[0].ID.Text, r.Documents[1].Rank = "x", 7 }, 1},
		{"the title in the text", func(r *api.Request) {
			r.Documents[1] = api.Document{Text: "opening hours the shop closes at six"}
		}, 1},
		{"another text", func(r *api.Request) { r.Documents[0].Text += " ." }, 2},
		{"no cache", func(r *api.Request) { r.NoCache = true }, 3},
		{"a tenant", func(r *api.Request) { r.Tenant = "t" }, 3},
		{"the same tenant", func(r *api.Request) { r.Tenant = "t" }, 1},
		{"a truncation", func(r *api.Request) { r.Truncation = &api.Truncation{MaxDocumentTokens: 3} }, 3},
		{"windows", func(r *api.Request) {
			r.Truncation = &api.Truncation{Windows: &api.Windows{Size: 3, Stride: 1, Count: 2}}
		}, 5},
		{"windows again", func(r *api.Request) {
			r.Truncation = &api.Truncation{Windows: &api.Windows{Size: 3, Stride: 1, Count: 2}}
		}, 1},
		{"the same at last", func(*api.Request) {}, 1},
	} {
		texts.Store(0)
		req := base()
		tt.change(req)
		got := mustScore(t, m, req)
		if n := texts.Load(); n != tt.reads {
			t.Errorf("%s: %d texts were read, want %d", tt.name, n, tt.reads)
		}
		req.NoCache = true
		want := mustScore(t, m, req)
		for i := range want {
			if got[i].Logit != want[i].Logit {
				t.Errorf("%s: document %d: %v kept, %v read", tt.name, i, got[i].Logit, want[i].Logit)
			}
		}
	}
}

// TestNoCacheKeepsNothing of a request that was never seen.
func TestNoCacheKeepsNothing(t *testing.T) {
	store := openStore(t, vectors.Options{})
	m := load(t, Options{Store: store, ReadAhead: 10})
	req := &api.Request{Query: "plants", Documents: []api.Document{{Text: "food"}, {Text: "light"}}, NoCache: true}
	p := m.Open(req)
	mustScore(t, m, req)
	p.(rerank.ReadsAhead).ReadAhead([]int{0, 1})
	if stat := store.Stat(); stat.Memory.Entries != 0 || stat.Misses != 0 || m.AheadStats() != (AheadStats{}) {
		t.Errorf("%+v, %+v", stat, m.AheadStats())
	}
}

// TestOtherModels: what one model keeps is unknown to another, and to the same with
// another longest text.
func TestOtherModels(t *testing.T) {
	store := openStore(t, vectors.Options{Dir: t.TempDir()})
	req := &api.Request{Query: "plants", Documents: []api.Document{{Text: "plants make food"}}}
	folder := orttest.Encoder{Seed: 1}.Folder(t, "tiny")
	for name, tt := range map[string]struct {
		dir string
		o   Options
	}{
		"first":         {folder, Options{}},
		"other weights": {orttest.Encoder{Seed: 2}.Folder(t, "tiny"), Options{}},
		"fewer bits":    {orttest.Encoder{Seed: 1, Bits: 4}.Folder(t, "tiny"), Options{}},
		"words skipped": {orttest.Encoder{Seed: 1, Skip: []int32{9}}.Folder(t, "tiny"), Options{}},
		"shorter":       {folder, Options{Options: modelserving.Options{MaxLength: 20}}},
	} {
		tt.o.Store = store
		m := loadFolder(t, tt.dir, tt.o)
		if s := mustScore(t, m, req)[0]; s.Known {
			t.Errorf("%s: known from another model", name)
		}
		if s := mustScore(t, m, req)[0]; !s.Known {
			t.Errorf("%s: not known", name)
		}
	}
}

// TestDamaged: bytes that are no vectors of this model are read anew.
func TestDamaged(t *testing.T) {
	store := openStore(t, vectors.Options{})
	m := load(t, Options{Store: store})
	req := &api.Request{Query: "plants", Documents: []api.Document{{Text: "plants make food"}}}
	want := mustScore(t, m, req)
	key := m.keys(req.Documents, m.cutter(nil), "")[0]
	good := store.Get(t.Context(), []vectors.Key{key})[0]
	for name, bad := range map[string][]byte{
		"rubbish": []byte("rubbish"), "cut": good[:len(good)-1], "longer": append(append([]byte{}, good...), 1),
		"zeros": make([]byte, len(good)), "short": good[:leastForm-1],
	} {
		store.Put(key, bad)
		wantSame(t, name, mustScore(t, m, req), want, false)
		wantSame(t, name, mustScore(t, m, req), want, true)
		store.Put(key, bad)
		if kept, err := m.Keep(t.Context(), &api.DocumentsRequest{Documents: req.Documents}); err != nil || kept.Read != 1 {
			t.Errorf("%s: kept %+v, error %v", name, kept, err)
		}
	}
	if n := store.Stat().Corrupt; n != 10 {
		t.Errorf("%d damaged values are counted, want 10", n)
	}
}

// TestReadOnce: requests that come together read each document once.
func TestReadOnce(t *testing.T) {
	var texts atomic.Int64
	m := load(t, counted(Options{}, &texts))
	r := rand.New(rand.NewPCG(3, 3))
	documents := make([]api.Document, 50)
	for i := range documents {
		documents[i].Text = fmt.Sprintf("%s %s", randomWords(r, 20), strings.Repeat("a ", i))
	}
	const questions = 20
	var wg sync.WaitGroup
	for range questions {
		wg.Go(func() {
			if _, err := scoreAll(t.Context(), m, &api.Request{Query: "plants", Documents: documents}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := texts.Load(); n != questions+int64(len(documents)) {
		t.Errorf("%d texts were read, want %d queries and %d documents", n, questions, len(documents))
	}
}

// TestRefusals: each names what is at fault.
func TestRefusals(t *testing.T) {
	long := strings.Repeat("plants ", 100)
	whole := &api.Truncation{Strategy: api.DoNotTruncate}
	m := load(t, Options{})
	full := load(t, Options{Options: modelserving.Options{QueueTokens: 20}})
	closed := loadFolder(t, orttest.Encoder{Seed: 1}.Folder(t, "tiny"), Options{Store: openStore(t, vectors.Options{})})
	if err := closed.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		m    *Model
		req  api.Request
		code api.Code
	}{
		{"a long document", m, api.Request{Query: "a", Documents: []api.Document{{Text: long}}, Truncation: whole}, api.TooLong},
		{"a long query", m, api.Request{Query: long, Documents: []api.Document{{Text: "a"}}, Truncation: whole}, api.TooLong},
		{"windows that stand still", m, api.Request{Query: "a", Documents: []api.Document{{Text: long}}, Truncation: &api.Truncation{Windows: &api.Windows{Size: 5, Stride: 5}}}, api.OutOfRange},
		{"more than the queue holds", full, api.Request{Query: "a", Documents: []api.Document{{Text: long}}}, api.DocumentsTooLarge},
		{"closed", closed, api.Request{Query: "a", Documents: []api.Document{{Text: "a"}}}, api.ShuttingDown},
	} {
		var fault *api.Error
		if _, err := scoreAll(t.Context(), tt.m, &tt.req); !errors.As(err, &fault) || fault.Code != tt.code {
			t.Errorf("%s: error %v, want %s", tt.name, err, tt.code)
		}
	}
}

// TestCancelled: a request that goes away leaves the queue, and what others read.
func TestCancelled(t *testing.T) {
	m := load(t, Options{})
	gone := errors.New("gone")
	for range 20 {
		ctx, cancel := context.WithCancelCause(t.Context())
		req := &api.Request{Query: "plants", Documents: randomTexts(rand.New(rand.NewPCG(1, 9)), 50, 60)}
		go cancel(gone)
		if _, err := scoreAll(ctx, m, req); err != nil && !errors.Is(err, gone) {
			t.Errorf("error %v", err)
		}
		mustScore(t, m, req)
		if s := m.Stats(); s.Requests != 0 || s.Tokens != 0 {
			t.Errorf("%+v", s)
		}
	}
}
