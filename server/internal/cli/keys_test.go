//go:build unix

package cli

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/splitrank/splitrank/server/internal/ort/orttest"
)

func writeKeys(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path+".new", []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

// TestKeysFile: keys by name and by hash, and revoked by SIGHUP; a file that
// cannot be read changes nothing.
func TestKeysFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys")
	writeKeys(t, path, "# who may call\nfront secret-one\nsha256:"+fmt.Sprintf("%x", sha256.Sum256([]byte("secret-two")))+"\n")
	url, end := serving(t, "--model", "none", "--api-keys-file", path, "--api-keys", "secret-three")
	status := func(key string) int {
		s, _ := ask(t, url+"/rerank", question, "Authorization", "Bearer "+key)
		return s
	}
	for key, want := range map[string]int{"secret-one": 200, "secret-two": 200, "secret-three": 200, "secret-four": 401} {
		if got := status(key); got != want {
			t.Errorf("%s: status %d", key, got)
		}
	}
	signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP) // one that comes after the server's end ends nobody
	hangUp := func() {
		if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
	}
	writeKeys(t, path, "secret-four\n")
	hangUp()
	for status("secret-one") == 200 { // the signal is on its way
		runtime.Gosched()
	}
	for key, want := range map[string]int{"secret-two": 401, "secret-three": 200, "secret-four": 200} {
		if got := status(key); got != want {
			t.Errorf("%s after it was revoked: status %d", key, got)
		}
	}
	writeKeys(t, path, "")
	hangUp()
	code, log := end()
	if code != 0 || strings.Contains(log, "secret") || !strings.Contains(log, "API keys were read again") || !strings.Contains(log, "keys=3") {
		t.Errorf("code %d, log %s", code, log)
	}
}

func TestKeysFileRefused(t *testing.T) {
	for name, content := range map[string]string{"empty": "", "comments": "# none\n", "three words": "a b c", "half a hash": "sha256:12"} {
		path := filepath.Join(t.TempDir(), "keys")
		writeKeys(t, path, content)
		code, _, stderr := command(t, "", "serve", "--model", "none", "--addr", "127.0.0.1:0", "--api-keys-file", path)
		if code != exitFailure || !strings.Contains(stderr, path) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%s: code %d: %s", name, code, stderr)
		}
	}
	for _, args := range [][]string{{"--trusted-proxies", "all"}, {"--trusted-proxies", ""}, {"--trusted-proxies", "10.0.0.0/8,"}} {
		if code, _, stderr := command(t, "", append([]string{"serve", "--model", "none", "--addr", "127.0.0.1:0"}, args...)...); code != exitUsage || !strings.Contains(stderr, "--trusted-proxies") {
			t.Errorf("%q: code %d: %s", args, code, stderr)
		}
	}
	for name, args := range filesNamedByNothing(t, "api-keys-file") {
		if code, _, stderr := command(t, "", append([]string{"serve", "--model", "none", "--addr", "127.0.0.1:0"}, args...)...); code != exitUsage || !strings.Contains(stderr, "--api-keys-file") {
			t.Errorf("%s: code %d: %s", name, code, stderr)
		}
	}
	t.Setenv("SPLITRANK_API_KEYS_FILE", "")
	if code, _, stderr := command(t, "", "serve", "--model", "none", "--addr", "127.0.0.1:0"); code != exitUsage || !strings.Contains(stderr, "SPLITRANK_API_KEYS_FILE is set and empty") {
		t.Errorf("code %d: %s", code, stderr)
	}
}

// filesNamedByNothing are the ways to set a file and name none.
func filesNamedByNothing(t *testing.T, flag string) map[string][]string {
	t.Helper()
	ways := map[string][]string{"nothing": {"--" + flag + "="}, "an empty word": {"--" + flag, ""}, "a blank": {"--" + flag, "  "}}
	for name, value := range map[string]string{"an empty setting": `""`, "a blank setting": `" "`} {
		path := filepath.Join(t.TempDir(), "settings.yaml")
		writeKeys(t, path, flag+": "+value+"\n")
		ways[name] = []string{"--config", path}
	}
	return ways
}

// TestCacheByKey: usage.cached tells a caller of what he has asked, and not of
// what others have.
func TestCacheByKey(t *testing.T) {
	orttest.Library(t)
	dir := orttest.Model{}.Folder(t, "one")
	for _, tt := range []struct {
		flag   string
		cached int // of what the other has asked
	}{{"--cache-by-key=false", 3}, {"--cache-by-key", 0}} {
		url, end := serving(t, "--model", dir, "--api-keys", "one,two", tt.flag)
		for i, step := range []struct {
			key    string
			cached int
		}{{"one", 0}, {"one", 3}, {"two", tt.cached}, {"two", 3}} {
			_, text := ask(t, url+"/rerank", body(""), "Authorization", "Bearer "+step.key)
			if a := decode(t, text); a.Usage.Cached != step.cached || a.Degraded {
				t.Errorf("%s, %d: %s", tt.flag, i, text)
			}
		}
		end()
	}
}
