package cli

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestHealthcheck(t *testing.T) {
	answering := func(status int) func(t *testing.T) string {
		return func(t *testing.T) string {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodGet || r.URL.Path != "/readyz" {
					t.Errorf("asked %s %s", r.Method, r.URL)
				}
				w.WriteHeader(status)
			}))
			t.Cleanup(server.Close)
			return server.Listener.Addr().String()
		}
	}
	for _, test := range []struct {
		name    string
		addr    func(t *testing.T) string
		timeout string
		code    int
		says    string
	}{
		{"ready", answering(http.StatusOK), "30s", exitDone, "ready"},
		{"drains", answering(http.StatusServiceUnavailable), "30s", exitFailure, "/readyz answers 503"},
		{"nobody there", nobody, "30s", exitFailure, "refused"},
		{"never answers", silent, "50ms", exitFailure, "deadline"},
		{"no port", func(*testing.T) string { return "localhost" }, "3s", exitUsage, `--addr "localhost" is not like`},
		{"any port", func(*testing.T) string { return ":0" }, "3s", exitUsage, `--addr ":0" is not like`},
		{"no time", func(*testing.T) string { return ":8000" }, "0s", exitUsage, "--timeout 0s"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out bytes.Buffer
			code := Run([]string{"healthcheck", "--addr", test.addr(t), "--timeout", test.timeout}, &Env{Ctx: t.Context(), Stdout: &out, Stderr: &out})
			if code != test.code || !strings.Contains(out.String(), test.says) {
				t.Errorf("code %d, %q; want %d, %q", code, out.String(), test.code, test.says)
			}
		})
	}
}

// With --ask the server has to answer, and wants its key for that.
func TestHealthcheckAsks(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/rerank" && (r.Method != http.MethodPost || r.Header.Get("Authorization") != "Bearer secret") {
			w.WriteHeader(http.StatusUnauthorized)
		}
	}))
	t.Cleanup(server.Close)
	key := func(text string) string {
		file := filepath.Join(t.TempDir(), "key")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	for _, test := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"only ready", nil, exitDone, "ready"},
		{"without the key", []string{"--ask"}, exitFailure, "/rerank answers 401"},
		{"with the key", []string{"--ask", "--key-file", key("secret\n")}, exitDone, "ready"},
		{"with another", []string{"--ask", "--key-file", key("guess")}, exitFailure, "/rerank answers 401"},
		{"with an empty file", []string{"--ask", "--key-file", key("\n")}, exitFailure, "holds no key"},
		{"with a list of keys", []string{"--ask", "--key-file", key("web secret\n")}, exitFailure, "or more than one"},
		{"without a file", []string{"--ask", "--key-file", "/does/not/exist"}, exitFailure, "no such file"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out bytes.Buffer
			args := append([]string{"healthcheck", "--timeout", "30s", "--addr", server.Listener.Addr().String()}, test.args...)
			if code := Run(args, &Env{Ctx: t.Context(), Stdout: &out, Stderr: &out}); code != test.code || !strings.Contains(out.String(), test.says) {
				t.Errorf("code %d, %q; want %d, %q", code, out.String(), test.code, test.says)
			}
		})
	}
}

// The variable that tells serve where to listen tells the check where to ask.
func TestHealthcheckReadsTheServersAddress(t *testing.T) {
	addr := nobody(t)
	t.Setenv("SPLITRANK_ADDR", addr)
	var out bytes.Buffer
	Run([]string{"healthcheck"}, &Env{Ctx: t.Context(), Stdout: &out, Stderr: &out})
	if !strings.Contains(out.String(), "http://"+addr+"/readyz") {
		t.Errorf("asked elsewhere than %s: %s", addr, out.String())
	}
}

func TestReachable(t *testing.T) {
	for addr, want := range map[string]string{
		":8000": "127.0.0.1:8000", "0.0.0.0:80": "127.0.0.1:80", "[::]:80": "[::1]:80", "10.1.2.3:80": "10.1.2.3:80", "[fe80::1]:80": "[fe80::1]:80", "localhost:80": "localhost:80",
	} {
		if got := reachable(addr); got != want {
			t.Errorf("%s is reached at %s, want %s", addr, got, want)
		}
	}
}

// nobody listens there any more.
func nobody(t *testing.T) string {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	return server.Listener.Addr().String()
}

// silent takes a request and does not answer it.
func silent(t *testing.T) string {
	ended := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-ended }))
	t.Cleanup(func() { close(ended); server.Close() })
	return server.Listener.Addr().String()
}
