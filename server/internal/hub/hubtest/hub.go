// Package hubtest serves models as a Hugging Face hub does, on this machine,
// and fails in the ways that hubs fail. It is for tests.
package hubtest

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Hub has an API and a content network, which is another host and hands out
// the large files.
type Hub struct {
	// URL is the endpoint.
	URL string
	// Token that models of Private want. Set it before the first request.
	Token string
	// Private models exist only for those who have the token.
	Private map[string]bool
	// Mirror hands out the large files itself, as some mirrors do.
	Mirror bool

	network string // the content network's URL

	mu       sync.Mutex
	models   map[string]*model
	renamed  map[string]string
	faults   []*fault
	requests []string
}

type model struct {
	refs    map[string]string            // branch to commit
	commits map[string]map[string][]byte // commit to files
}

type fault struct {
	left int
	in   string
	with func(http.Handler) http.Handler
}

// New starts a hub without models, which ends with the test.
func New(t testing.TB) *Hub {
	h := &Hub{models: map[string]*model{}, renamed: map[string]string{}, Private: map[string]bool{}}
	network := httptest.NewServer(h.watched(http.HandlerFunc(h.serveNetwork)))
	api := httptest.NewServer(h.watched(http.HandlerFunc(h.serveHub)))
	t.Cleanup(network.Close)
	t.Cleanup(api.Close)
	h.URL, h.network = api.URL, network.URL
	return h
}

// commit that a branch stands for, or the commit itself.
func (m *model) commit(revision string) string {
	if commit := m.refs[revision]; commit != "" {
		return commit
	}
	return revision
}

// Put sets what the main branch of a model holds and returns the commit.
func (h *Hub) Put(id string, files map[string][]byte) (commit string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	m := h.models[id]
	if m == nil {
		m = &model{refs: map[string]string{}, commits: map[string]map[string][]byte{}}
		h.models[id] = m
	}
	all := sha1.New()
	for _, name := range sorted(files) {
		fmt.Fprintf(all, "%s %x\n", name, sha256.Sum256(files[name]))
	}
	commit = fmt.Sprintf("%x", all.Sum(nil))
	m.commits[commit], m.refs["main"] = files, commit
	return commit
}

// Rename lets a model go by a new name; the old one redirects.
func (h *Hub) Rename(from, to string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.renamed[from], h.models[to] = to, h.models[from]
	delete(h.models, from)
}

// Fault wraps the next times requests whose "METHOD /path" contains in. Those
// of the content network have a path that begins with /lfs/.
func (h *Hub) Fault(times int, in string, with func(http.Handler) http.Handler) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.faults = append(h.faults, &fault{left: times, in: in, with: with})
}

// Requests that were made since the last call, as "METHOD /path range".
func (h *Hub) Requests() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	made := h.requests
	h.requests = nil
	return made
}

func (h *Hub) watched(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler := next
		if f := h.note(r); f != nil {
			handler = f.with(next)
		}
		handler.ServeHTTP(w, r)
	})
}

func (h *Hub) note(r *http.Request) *fault {
	h.mu.Lock()
	defer h.mu.Unlock()
	line := r.Method + " " + r.URL.Path
	h.requests = append(h.requests, strings.TrimSpace(line+" "+r.Header.Get("Range")))
	i := slices.IndexFunc(h.faults, func(f *fault) bool { return f.left > 0 && strings.Contains(line, f.in) })
	if i < 0 {
		return nil
	}
	h.faults[i].left--
	return h.faults[i]
}

// serveHub knows /api/models/ID/revision/REV, /ID/resolve/COMMIT/PATH and the
// place that it redirects small files to.
func (h *Hub) serveHub(w http.ResponseWriter, r *http.Request) {
	if rest, ok := strings.CutPrefix(r.URL.EscapedPath(), "/api/models/"); ok {
		id, revision, _ := strings.Cut(rest, "/revision/")
		h.serveListing(w, r, id, strings.ReplaceAll(revision, "%2F", "/"))
		return
	}
	path, cached := strings.CutPrefix(r.URL.Path, "/api/resolve-cache")
	id, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/resolve/")
	revision, name, _ := strings.Cut(rest, "/")
	m := h.admit(w, r, id)
	if m == nil {
		return
	}
	commit := m.commit(revision)
	content, ok := m.commits[commit][name]
	switch {
	case m.commits[commit] == nil:
		refuse(w, http.StatusNotFound, "RevisionNotFound")
	case !ok:
		refuse(w, http.StatusNotFound, "EntryNotFound")
	case large(name) && !h.Mirror:
		h.sendToNetwork(w, id, commit, name, content)
	case name == "config.json" || cached || h.Mirror: // as older hubs do, or after the redirect
		w.Header().Set("X-Repo-Commit", commit)
		w.Header().Set("ETag", tag(name, content))
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
	default:
		w.Header().Set("X-Repo-Commit", commit)
		w.Header().Set("Location", "/api/resolve-cache"+r.URL.Path)
		w.WriteHeader(http.StatusTemporaryRedirect)
	}
}

func (h *Hub) serveListing(w http.ResponseWriter, r *http.Request, id, revision string) {
	m := h.admit(w, r, id)
	if m == nil {
		return
	}
	commit := m.commit(revision)
	files := m.commits[commit]
	if files == nil {
		refuse(w, http.StatusNotFound, "RevisionNotFound")
		return
	}
	type sibling struct {
		Name string `json:"rfilename"`
	}
	siblings := []sibling{{".gitattributes"}, {"README.md"}, {"openvino/openvino_model.bin"}}
	for _, name := range sorted(files) {
		siblings = append(siblings, sibling{name})
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"id": id, "sha": commit, "private": h.Private[id], "siblings": siblings})
}

// admit answers for models that are not there, not for this caller, or elsewhere now.
func (h *Hub) admit(w http.ResponseWriter, r *http.Request, id string) *model {
	h.mu.Lock()
	defer h.mu.Unlock()
	if to := h.renamed[id]; to != "" {
		w.Header().Set("Location", strings.Replace(r.URL.Path, id, to, 1))
		w.WriteHeader(http.StatusTemporaryRedirect)
		return nil
	}
	authorized := r.Header.Get("Authorization") == "Bearer "+h.Token
	switch m := h.models[id]; {
	case (m == nil || h.Private[id]) && !authorized:
		refuse(w, http.StatusUnauthorized, "RepoNotFound")
	case m == nil:
		refuse(w, http.StatusNotFound, "RepoNotFound")
	default:
		return m
	}
	return nil
}

func refuse(w http.ResponseWriter, status int, code string) {
	w.Header().Set("X-Error-Code", code)
	w.WriteHeader(status)
}

const signature = "Signature=secret"

func (h *Hub) sendToNetwork(w http.ResponseWriter, id, commit, name string, content []byte) {
	w.Header().Set("X-Repo-Commit", commit)
	w.Header().Set("X-Linked-ETag", tag(name, content))
	w.Header().Set("X-Linked-Size", fmt.Sprint(len(content)))
	w.Header().Set("Location", h.network+"/lfs/"+id+"/"+commit+"/"+name+"?"+signature)
	w.WriteHeader(http.StatusFound)
}

// serveNetwork refuses a token, as storage behind signed addresses does, and
// tags contents in a way of its own.
func (h *Hub) serveNetwork(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "" || r.URL.RawQuery != signature {
		http.Error(w, "only one way to sign in is allowed", http.StatusBadRequest)
		return
	}
	parts := strings.SplitN(strings.TrimPrefix(r.URL.Path, "/lfs/"), "/", 4)
	h.mu.Lock()
	content := h.models[parts[0]+"/"+parts[1]].commits[parts[2]][parts[3]]
	h.mu.Unlock()
	w.Header().Set("ETag", `"of-the-network"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
}

func large(name string) bool { return strings.HasSuffix(name, ".onnx") }

// tag is the digest by which the hub knows a content.
func tag(name string, content []byte) string {
	if large(name) {
		return fmt.Sprintf(`"%x"`, sha256.Sum256(content))
	}
	return fmt.Sprintf(`"%x"`, gitBlob(content))
}

func gitBlob(content []byte) [sha1.Size]byte {
	return sha1.Sum(append(fmt.Appendf(nil, "blob %d\x00", len(content)), content...))
}

func sorted(files map[string][]byte) []string {
	var names []string
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
