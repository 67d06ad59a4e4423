package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/splitrank/splitrank/shared/api"
)

// notes keeps the texts of documents, as a model keeps vectors.
type notes struct {
	mu      sync.Mutex
	texts   map[api.Digest]bool
	blocked chan struct{} // Keep waits for it; nil = it does not
	began   chan struct{} // Keep tells that it waits; nil = nobody
	after   int           // documents that are kept before it waits
}

func newNotes() *notes { return &notes{texts: map[api.Digest]bool{}} }

func (n *notes) CheckKeeps(req *api.DocumentsRequest) error {
	if req.Model == "cross" {
		return &api.Error{Code: api.KeepsNothing, Field: "model", Message: "keeps nothing"}
	}
	return nil
}

func digestOf(tenant string, d api.Document) api.Digest {
	return sha256.Sum256([]byte(tenant + d.Title + d.Text))
}

func (n *notes) Keep(ctx context.Context, req *api.DocumentsRequest) (api.Kept, error) {
	k := api.Kept{Documents: len(req.Documents), Model: "notes", OnDisk: true}
	for i, d := range req.Documents {
		if n.blocked != nil && i == n.after {
			if n.began != nil {
				n.began <- struct{}{}
			}
			select {
			case <-n.blocked:
			case <-ctx.Done():
				return k, context.Cause(ctx)
			}
		}
		n.mu.Lock()
		digest := digestOf(req.Tenant, d)
		if n.texts[digest] {
			k.Known++
		} else {
			k.Read++
		}
		n.texts[digest] = true
		n.mu.Unlock()
	}
	return k, nil
}

func (n *notes) Forget(req *api.DocumentsRequest) (deleted int, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	digests := req.Digests
	for _, d := range req.Documents {
		digests = append(digests, digestOf(req.Tenant, d))
	}
	for _, digest := range digests {
		if n.texts[digest] {
			deleted++
			delete(n.texts, digest)
		}
	}
	return deleted, nil
}

func newDocumentsServer(t *testing.T, n *notes, change func(*Config)) *Server {
	t.Helper()
	return newServer(t, func(c *Config) {
		c.Documents = n
		if change != nil {
			change(c)
		}
	})
}

// TestDocuments: what is kept, known and forgotten, in the words of the document.
func TestDocuments(t *testing.T) {
	s := newDocumentsServer(t, newNotes(), nil)
	hash := sha256.Sum256([]byte("b"))
	for _, tt := range []struct{ method, body, want string }{
		{"POST", `{"documents":["a",{"text":"b","id":3,"more":[]},"a"]}`, `{"documents":3,"known":1,"read":2,"bytes":0,"on_disk":true,"model":"notes"}`},
		{"POST", `{"documents":["a","c"],"truncation":null,"model":null,"async":null}`, `{"documents":2,"known":1,"read":1,"bytes":0,"on_disk":true,"model":"notes"}`},
		{"DELETE", `{"documents":["a","nobody knows",{"digest":"` + hex.EncodeToString(hash[:]) + `"}]}`, `{"deleted":2}`},
		{"DELETE", `{"documents":["a",{"title":"c","text":""}]}`, `{"deleted":1}`},
		{"POST", `{"documents":["b"]}`, `{"documents":1,"known":0,"read":1,"bytes":0,"on_disk":true,"model":"notes"}`},
	} {
		w := do(s, tt.method, "/documents", tt.body, "Content-Type", "application/json")
		if got := strings.TrimSpace(w.Body.String()); w.Code != 200 || got != tt.want {
			t.Errorf("%s %s: status %d: %s, want %s", tt.method, tt.body, w.Code, got, tt.want)
		}
		conforms(t, tt.method, "/documents", tt.body, w)
	}
}

// TestDocumentsRefused: each with its code, and the field that is at fault.
func TestDocumentsRefused(t *testing.T) {
	limits := func(c *Config) { c.Limits = api.Limits{Documents: 2, TextBytes: 10, TotalBytes: 15} }
	for _, tt := range []struct {
		method, body string
		code         api.Code
		field        string
	}{
		{"POST", `[]`, api.WrongType, ""},
		{"POST", `{"documents":[]}`, api.NoDocuments, "documents"},
		{"POST", `{}`, api.NoDocuments, "documents"},
		{"POST", `{"documents":null}`, api.WrongType, "documents"},
		{"POST", `{"documents":"a"}`, api.WrongType, "documents"},
		{"POST", `{"documents":[1]}`, api.WrongType, "documents[0]"},
		{"POST", `{"documents":[{}]}`, api.MissingField, "documents[0].text"},
		{"POST", `{"documents":[{"digest":"` + strings.Repeat("0", 64) + `"}]}`, api.MissingField, "documents[0].text"},
		{"POST", `{"documents":["a","b","c"]}`, api.TooManyDocuments, "documents"},
		{"POST", `{"documents":["12345678901"]}`, api.TooLong, "documents[0].text"},
		{"POST", `{"documents":["1234567890","1234567890"]}`, api.DocumentsTooLarge, "documents"},
		{"POST", `{"documents":["a"],"query":"q"}`, api.UnknownField, "query"},
		{"POST", `{"documents":["a"],"async":"yes"}`, api.WrongType, "async"},
		{"POST", `{"documents":["a"],"truncation":{"strategy":"x"}}`, api.UnknownTruncation, "truncation.strategy"},
		{"POST", `{"documents":["a"],"model":"cross"}`, api.KeepsNothing, "model"},
		{"POST", `{"documents":["a"`, api.MalformedJSON, "documents"},
		{"POST", `{"documents":["\ud800"]}`, api.InvalidUTF8, "documents[0]"},
		{"DELETE", `{"documents":[]}`, api.NoDocuments, "documents"},
		{"DELETE", `{"documents":[{}]}`, api.MissingField, "documents[0].text"},
		{"DELETE", `{"documents":[{"digest":"abc"}]}`, api.OutOfRange, "documents[0].digest"},
		{"DELETE", `{"documents":[{"digest":"` + strings.Repeat("x", 64) + `"}]}`, api.OutOfRange, "documents[0].digest"},
		{"DELETE", `{"documents":[{"digest":"` + strings.Repeat("0", 66) + `"}]}`, api.OutOfRange, "documents[0].digest"},
		{"DELETE", `{"documents":[{"digest":7}]}`, api.WrongType, "documents[0].digest"},
		{"DELETE", `{"documents":[{"digest":"` + strings.Repeat("0", 64) + `","text":"a"}]}`, api.ConflictingFields, "documents[0].digest"},
		{"DELETE", `{"documents":["a"],"async":true}`, api.UnknownField, "async"},
	} {
		w := do(newDocumentsServer(t, newNotes(), limits), tt.method, "/documents", tt.body, "Content-Type", "application/json")
		wantFault(t, tt.method+" "+tt.body, w.Code, w.Body.Bytes(), tt.code, tt.field)
	}
	for name, tt := range map[string]struct {
		s       *Server
		headers []string
		code    api.Code
	}{
		"no model":  {newServer(t, nil), nil, api.NoModel},
		"no store":  {newDocumentsServer(t, newNotes(), nil), []string{"Cache-Control", "no-store"}, api.KeepsNothing},
		"no key":    {newDocumentsServer(t, newNotes(), func(c *Config) { c.APIKeys = []string{"k"} }), nil, api.Unauthorized},
		"busy":      {busy(t), nil, api.Overloaded},
		"no memory": {newDocumentsServer(t, newNotes(), func(c *Config) { c.InFlightBytes, c.Limits.BodyBytes = 20, 20 }), nil, api.DocumentsTooLarge},
	} {
		w := post(tt.s, "/documents", `{"documents":["a"]}`, tt.headers...)
		wantFault(t, name, w.Code, w.Body.Bytes(), tt.code, "-")
	}
}

// busy has no place left.
func busy(t *testing.T) *Server {
	s := newDocumentsServer(t, newNotes(), func(c *Config) { c.InFlight = 1 })
	s.places.TryAcquire(1)
	return s
}

func wantFault(t *testing.T, name string, status int, body []byte, code api.Code, field string) {
	t.Helper()
	fault, err := api.DecodeError(body)
	if err != nil || status != code.Status() || fault.Code != code || field != "-" && fault.Field != field {
		t.Errorf("%s: status %d: %s, want %s of %q", name, status, body, code, field)
	}
}

// TestDocumentsTooSlow: who waits in vain is told what was kept.
func TestDocumentsTooSlow(t *testing.T) {
	n := newNotes()
	n.blocked, n.after = make(chan struct{}), 2
	s := newDocumentsServer(t, n, func(c *Config) { c.RequestTimeout = 10 * time.Millisecond })
	w := post(s, "/documents", `{"documents":["a","b","c"]}`)
	if w.Code != 429 || !strings.Contains(w.Body.String(), "2 of 3 documents are kept") || w.Header().Get("Retry-After") == "" {
		t.Errorf("status %d, %v: %s", w.Code, w.Header(), w.Body)
	}
}

// TestDocumentsGone: nothing is read for a caller who hung up.
func TestDocumentsGone(t *testing.T) {
	n := newNotes()
	n.blocked, n.began = make(chan struct{}), make(chan struct{}, 1)
	s := newDocumentsServer(t, n, nil)
	ctx, hangUp := context.WithCancel(t.Context())
	go func() { <-n.began; hangUp() }()
	r := httptest.NewRequestWithContext(ctx, "POST", "/documents", strings.NewReader(`{"documents":["a"]}`))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	if w.Code != statusGone || len(n.texts) != 0 {
		t.Errorf("status %d, %d texts kept", w.Code, len(n.texts))
	}
}

// TestBackground: accepted at once, read in order, refused beyond the bound, and given
// up when the server ends.
func TestBackground(t *testing.T) {
	n := newNotes()
	n.blocked, n.began = make(chan struct{}), make(chan struct{}, 10)
	s := newDocumentsServer(t, n, nil)
	for _, headers := range [][]string{{"Prefer", "return=minimal, Respond-Async; x"}, {}} {
		body := `{"documents":["a","b"]}`
		if len(headers) == 0 {
			body = `{"documents":["b","c"],"async":true}`
		}
		if w := post(s, "/documents", body, headers...); w.Code != 202 {
			t.Errorf("status %d: %s", w.Code, w.Body)
		} else {
			conforms(t, "POST", "/documents", body, w)
		}
	}
	if got := s.background.stats(); got.Waiting != 4 {
		t.Errorf("%+v", got)
	}
	close(n.blocked)
	s.background.done.Wait()
	if got := s.background.stats(); got != (BackgroundStats{Read: 4}) || len(n.texts) != 3 {
		t.Errorf("%+v, %d texts", got, len(n.texts))
	}

	n.blocked = make(chan struct{})
	large := `{"documents":["` + strings.Repeat("x", 1<<20) + `"],"async":true}`
	refused := 0
	for range 70 {
		if w := post(s, "/documents", large); w.Code == 429 && w.Header().Get("Retry-After") != "" {
			refused++
		}
	}
	if refused < 6 || refused > 10 {
		t.Errorf("%d MiB were refused", refused)
	}
	if n := s.background.close(); n != int64(70-refused) {
		t.Errorf("%d documents were given up, of %d", n, 70-refused)
	}
	if w := post(s, "/documents", large); w.Code != http.StatusServiceUnavailable {
		t.Errorf("status %d after the end", w.Code)
	}
}

// TestDocumentsOfTenants: no key learns from another's what is known.
func TestDocumentsOfTenants(t *testing.T) {
	s := newDocumentsServer(t, newNotes(), func(c *Config) { c.APIKeys, c.TenantByKey = []string{"one", "two"}, true })
	for _, key := range []string{"one", "two"} {
		w := post(s, "/documents", `{"documents":["a"]}`, "Authorization", "Bearer "+key)
		if !strings.Contains(w.Body.String(), `"read":1`) {
			t.Errorf("key %s: %s", key, w.Body)
		}
	}
}

// TestVectorsMetrics: every figure of the store, and none where there is no store.
func TestVectorsMetrics(t *testing.T) {
	state := VectorsState{
		Memory: VectorsLevel{1, 2, 3, 4}, Disk: VectorsLevel{5, 6, 7, 8}, MemoryHits: 9, DiskHits: 10, RedisHits: 11, Joined: 12, Misses: 13,
		Corrupt: 14, Foreign: 15, Dropped: 16, Ahead: AheadState{17, 18, 19, 20}, Redis: &RedisState{21, 22, true},
	}
	got := do(newServer(t, func(c *Config) { c.Vectors = func() VectorsState { return state } }), "GET", "/metrics", "").Body.String()
	for _, want := range []string{
		`entries{level="memory"} 1`, `bytes{level="memory"} 2`, `limit_bytes{level="memory"} 3`, `evictions_total{level="memory"} 4`,
		`entries{level="disk"} 5`, `bytes{level="disk"} 6`, `limit_bytes{level="disk"} 7`, `evictions_total{level="disk"} 8`,
		`hits_total{level="memory"} 9`, `hits_total{level="disk"} 10`, `hits_total{level="redis"} 11`, `joined_total 12`, `misses_total 13`,
		`corrupt_total 14`, `foreign_files_total 15`, `dropped_total 16`, `ahead_waiting 17`, `ahead_read_total 18`, `ahead_known_total 19`,
		`ahead_dropped_total 20`, `redis_errors_total 21`, `redis_dropped_total 22`, `redis_away 1`, `background_waiting 0`,
	} {
		if !strings.Contains(got, vectorsPrefix+want+"\n") {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	if got := do(newServer(t, nil), "GET", "/metrics", "").Body.String(); strings.Contains(got, vectorsPrefix) {
		t.Error("figures of no store")
	}
}
