package hub

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"github.com/gofrs/flock"

	"github.com/splitrank/splitrank/server/internal/hub/hubtest"
)

// childCache tells TestPullInAnotherProcess that it is the other process.
const childCache = "SPLITRANK_TEST_CHILD_CACHE"

// child runs TestPullInAnotherProcess of this program on a cache.
func child(t *testing.T, cache string, env ...string) *exec.Cmd {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestPullInAnotherProcess$")
	c.Env = append(os.Environ(), append(env, childCache+"="+cache)...)
	return c
}

func run(t *testing.T, c *exec.Cmd) {
	t.Helper()
	if said, err := c.CombinedOutput(); err != nil {
		t.Errorf("the other process: %v\n%s", err, said)
	}
}

// TestPullInAnotherProcess is what child runs; by itself it has nothing to do.
func TestPullInAnotherProcess(t *testing.T) {
	cache := os.Getenv(childCache)
	if cache == "" {
		return // the other tests are the ones that run it
	}
	h, err := New(Config{Cache: cache, Endpoint: os.Getenv("HF_ENDPOINT"), Tries: 1})
	if err != nil {
		t.Fatal(err)
	}
	mustPull(t, h, miniLM, PullOptions{})
}

// Many pulls at once, in this process and in others, fetch every file once
// and leave one whole model.
func TestPullsAtOnceFetchOnce(t *testing.T) {
	server := hubtest.New(t)
	files := hubtest.Model(size, "")
	server.Put(miniLM, files)
	h := newHub(t, server)
	var all sync.WaitGroup
	for range 4 {
		same := another(t, h)
		all.Go(func() {
			if _, err := same.Pull(t.Context(), miniLM, PullOptions{}); err != nil {
				t.Error(err)
			}
		})
	}
	for range 2 {
		c := child(t, h.config.Cache, "HF_ENDPOINT="+server.URL)
		all.Go(func() { run(t, c) })
	}
	all.Wait()
	if n := gets(server.Requests(), "/lfs/"); n != 1 {
		t.Errorf("fetched the model %d times", n)
	}
	m, _, err := h.Verify(t.Context(), miniLM)
	if err != nil {
		t.Fatal(err)
	}
	hasFiles(t, m, files, "config.json", "onnx/model.onnx")
}

// TestPullAfterKill: a pull that is killed at any place leaves nothing under a final
// name that is not whole, and the next one goes on where it was.
func TestPullAfterKill(t *testing.T) {
	for _, sent := range []int{0, 1, 100_000, size - 1} {
		t.Run(fmt.Sprint(sent), func(t *testing.T) {
			server := hubtest.New(t)
			files := hubtest.Model(size, "")
			server.Put(miniLM, files)
			h := newHub(t, server)
			reached := make(chan struct{})
			server.Fault(1, network, func(next http.Handler) http.Handler {
				return hubtest.Hang(sent)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					close(reached)
					next.ServeHTTP(w, r)
				}))
			})
			c := child(t, h.config.Cache, "HF_ENDPOINT="+server.URL)
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			<-reached
			for sent > 0 && partSize(t, h.config.Cache) < int64(sent) { // what was sent is on its way to the disk
				runtime.Gosched()
			}
			if err := c.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = c.Wait()
			if _, _, err := h.Verify(t.Context(), miniLM); err == nil {
				t.Error("a model that was cut off counts as whole")
			}
			m := mustPull(t, h, miniLM, PullOptions{})
			hasFiles(t, m, files, "config.json", "onnx/model.onnx")
			if got := ranges(server.Requests()); sent > 0 && got[len(got)-1] != fmt.Sprintf("bytes=%d-", sent) {
				t.Errorf("asked for %q after %d bytes were there", got, sent)
			}
		})
	}
}

// partSize is how much of a download is on the disk.
func partSize(t *testing.T, cache string) (n int64) {
	t.Helper()
	parts, err := filepath.Glob(filepath.Join(cache, "*", "blobs", "*"+partSuffix))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range parts {
		if info, err := os.Stat(path); err == nil {
			n = max(n, info.Size())
		}
	}
	return n
}

// huggingface_hub locks a blob while it downloads: nobody writes it meanwhile.
func TestPullWaitsForTheLockOfOtherTools(t *testing.T) {
	server := hubtest.New(t)
	files := hubtest.Model(size, "")
	server.Put(miniLM, files)
	h := newHub(t, server)
	locks := filepath.Join(h.config.Cache, ".locks", repoFolder(miniLM))
	if err := os.MkdirAll(locks, 0o755); err != nil {
		t.Fatal(err)
	}
	theirs := flock.New(filepath.Join(locks, sum(files["onnx/model.onnx"])+".lock"))
	if err := theirs.Lock(); err != nil {
		t.Fatal(err)
	}
	before, waited := 0, 0
	mustPull(t, h, miniLM, PullOptions{Notify: func(line string) {
		waited++
		before = gets(server.Requests(), "/lfs/")
		if want := "waiting: somebody else is pulling " + miniLM; line != want {
			t.Errorf("said %q, want %q", line, want)
		}
		if err := theirs.Unlock(); err != nil {
			t.Error(err)
		}
	}})
	if after := gets(server.Requests(), "/lfs/"); waited != 1 || before != 0 || after != 1 {
		t.Errorf("waited %d times, fetched %d before the lock was free and %d after", waited, before, after)
	}
}

func TestPullStopsWaitingWhenInterrupted(t *testing.T) {
	server := hubtest.New(t)
	h := newHub(t, server)
	unlock, err := h.lock(t.Context(), miniLM, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	ctx, interrupt := context.WithCancel(t.Context())
	_, err = h.Pull(ctx, miniLM, PullOptions{Notify: func(string) { interrupt() }})
	if !errors.Is(err, ctx.Err()) || server.Requests() != nil {
		t.Errorf("got %v", err)
	}
}

// A name that only the proxy knows shows that the proxy is asked.
func TestPullGoesThroughTheProxy(t *testing.T) {
	server := hubtest.New(t)
	server.Put(miniLM, hubtest.Model(100, ""))
	asked := make(chan string, 100)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.URL.Host
		r.URL.Host, r.RequestURI = "", ""
		http.Redirect(w, r, server.URL+r.URL.EscapedPath(), http.StatusTemporaryRedirect)
	}))
	defer proxy.Close()
	c := child(t, filepath.Join(t.TempDir(), "hub"), "HF_ENDPOINT=http://hub.invalid", "HTTP_PROXY="+proxy.URL, "http_proxy=", "NO_PROXY=", "no_proxy=")
	run(t, c)
	if len(asked) == 0 || <-asked != "hub.invalid" {
		t.Error("the proxy was not asked for hub.invalid")
	}
}
