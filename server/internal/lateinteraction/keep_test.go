package lateinteraction

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/splitrank/splitrank/server/internal/modelserving"
	"github.com/splitrank/splitrank/server/internal/ort/orttest"
	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/server/internal/vectors"
	"github.com/splitrank/splitrank/shared/api"
)

// TestKeep: documents are read once, kept where they were to be kept, and found by
// questions.
func TestKeep(t *testing.T) {
	dir := t.TempDir()
	var texts atomic.Int64
	store := openStore(t, vectors.Options{Dir: dir})
	m := load(t, counted(Options{Store: store}, &texts))
	documents := append(randomTexts(rand.New(rand.NewPCG(5, 5)), 300, 30), api.Document{Text: "twice"}, api.Document{Text: "twice"}, api.Document{})
	different := map[string]bool{}
	for _, d := range documents {
		different[digestOfText(d)] = true
	}
	for _, background := range []bool{false, true} {
		kept, err := m.Keep(t.Context(), &api.DocumentsRequest{Documents: documents, Background: background})
		want := api.Kept{Documents: len(documents), Read: len(different), Known: len(documents) - len(different), Bytes: kept.Bytes, OnDisk: true, Model: m.Name()}
		if background {
			want.Known, want.Read = len(documents), 0
		}
		if err != nil || kept != want || kept.Bytes < int64(len(different))*leastForm || texts.Load() != int64(len(different)) {
			t.Errorf("%+v, error %v, %d texts read, want %+v", kept, err, texts.Load(), want)
		}
	}
	for i, s := range mustScore(t, m, &api.Request{Query: "plants", Documents: documents}) {
		if !s.Known {
			t.Fatalf("document %d is not known", i)
		}
	}
	digest := digestOf(&api.Document{Text: "twice"})
	for _, tt := range []struct {
		req  api.DocumentsRequest
		want int
	}{
		{api.DocumentsRequest{Digests: []api.Digest{digest}}, 1},
		{api.DocumentsRequest{Digests: []api.Digest{digest}, Documents: documents[:1]}, 1},
		{api.DocumentsRequest{Documents: documents[1:2], Tenant: "other"}, 0},
		{api.DocumentsRequest{Documents: documents[1:2], Truncation: &api.Truncation{MaxDocumentTokens: 5}}, 0},
	} {
		if n, err := m.Forget(&tt.req); n != tt.want || err != nil {
			t.Errorf("%d forgotten, error %v, want %d of %+v", n, err, tt.want, tt.req)
		}
	}
	if s := mustScore(t, m, &api.Request{Query: "plants", Documents: documents[:2]}); s[0].Known || !s[1].Known {
		t.Errorf("%+v", s)
	}
}

func digestOfText(d api.Document) string {
	digest := digestOf(&d)
	return string(digest[:])
}

// TestKeepErrors: what cannot be kept says why, and what was kept before stays.
func TestKeepErrors(t *testing.T) {
	long := api.Document{Text: strings.Repeat("plants ", 100)}
	one := []api.Document{{Text: "plants"}}
	whole := &api.Truncation{Strategy: api.DoNotTruncate}
	m := load(t, Options{})
	none := loadFolder(t, orttest.Encoder{Seed: 1}.Folder(t, "tiny"), Options{})
	full := load(t, Options{Options: modelserving.Options{QueueTokens: 5}})
	for _, tt := range []struct {
		name  string
		m     *Model
		req   api.DocumentsRequest
		code  api.Code
		field string
	}{
		{"too long", m, api.DocumentsRequest{Documents: append(one, long), Truncation: whole}, api.TooLong, "documents[1].text"},
		{"no store", none, api.DocumentsRequest{Documents: one}, api.KeepsNothing, ""},
		{"more than the queue holds", full, api.DocumentsRequest{Documents: []api.Document{long}}, api.DocumentsTooLarge, "documents"},
	} {
		var fault *api.Error
		if _, err := tt.m.Keep(t.Context(), &tt.req); !errors.As(err, &fault) || fault.Code != tt.code || fault.Field != tt.field {
			t.Errorf("%s: error %v, want %s of %q", tt.name, err, tt.code, tt.field)
		}
	}
	if kept, err := m.Keep(t.Context(), &api.DocumentsRequest{Documents: one}); err != nil || kept.OnDisk || kept.Read != 1 {
		t.Errorf("without a disk: %+v, error %v", kept, err)
	}
	gone := errors.New("gone")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(gone)
	if _, err := m.Keep(ctx, &api.DocumentsRequest{Documents: one}); !errors.Is(err, gone) {
		t.Errorf("cancelled: error %v", err)
	}
}

// waitAhead until nothing waits to be read ahead.
func waitAhead(t *testing.T, m *Model, done int64) AheadStats {
	t.Helper()
	for {
		s := m.AheadStats()
		if s.Read+s.Known+s.Dropped >= done {
			return s
		}
		if t.Context().Err() != nil {
			t.Fatalf("%+v", s)
		}
	}
}

// TestReadAhead: what is left unread is read while nothing else is to do, and known
// then.
func TestReadAhead(t *testing.T) {
	m := load(t, Options{ReadAhead: 3})
	req := &api.Request{Query: "plants", Documents: []api.Document{{Text: "food"}, {Text: "light"}, {Text: strings.Repeat("a", mostAhead+1)}, {Text: "food"}}}
	m.Open(req).(rerank.ReadsAhead).ReadAhead([]int{2, 0, 1})
	if s := waitAhead(t, m, 3); s.Read != 2 || s.Dropped != 1 {
		t.Fatalf("%+v", s)
	}
	m.Open(req).(rerank.ReadsAhead).ReadAhead([]int{3})
	if s := waitAhead(t, m, 4); s.Known != 1 {
		t.Errorf("%+v", s)
	}
	if s := mustScore(t, m, req); !s[0].Known || !s[1].Known || s[2].Known {
		t.Errorf("%+v", s)
	}
}

// TestReadAheadIsOff where nobody asked for it.
func TestReadAheadIsOff(t *testing.T) {
	m := load(t, Options{})
	req := &api.Request{Query: "plants", Documents: []api.Document{{Text: "food"}}}
	m.Open(req).(rerank.ReadsAhead).ReadAhead([]int{0})
	if s := m.AheadStats(); s != (AheadStats{}) || mustScore(t, m, req)[0].Known {
		t.Errorf("%+v", s)
	}
}

// TestReadAheadMakesWay: a question whose document is being read ahead gets its score
// whatever becomes of that, and reading ahead never fails a question.
func TestReadAheadMakesWay(t *testing.T) {
	m := load(t, Options{ReadAhead: 100})
	r := rand.New(rand.NewPCG(8, 8))
	handed := int64(0)
	for range 50 {
		req := &api.Request{Query: randomWords(r, 5), Documents: randomTexts(r, 10, 60)}
		m.Open(req).(rerank.ReadsAhead).ReadAhead(every(req))
		handed += 10
		got := mustScore(t, m, req)
		req.NoCache = true
		for i, want := range mustScore(t, m, req) {
			if got[i].Logit != want.Logit {
				t.Fatalf("document %d: %v, want %v", i, got[i], want)
			}
		}
	}
	if s := waitAhead(t, m, handed); s.Waiting != 0 {
		t.Errorf("%+v", s)
	}
}

// TestReadAheadEnds with the model, whatever still waits.
func TestReadAheadEnds(t *testing.T) {
	m := loadFolder(t, orttest.Encoder{Seed: 1}.Folder(t, "tiny"), Options{Store: openStore(t, vectors.Options{}), ReadAhead: 1000})
	req := &api.Request{Query: "plants", Documents: randomTexts(rand.New(rand.NewPCG(1, 1)), 1000, 60)}
	m.Open(req).(rerank.ReadsAhead).ReadAhead(every(req))
	if err := m.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if s := m.AheadStats(); s.Read+s.Dropped > 1000 {
		t.Errorf("%+v", s)
	}
}
