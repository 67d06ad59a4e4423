package cli

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// serving runs serve on a free port and returns its URL, and how to end it.
func serving(t *testing.T, args ...string) (url string, end func() (code int, log string)) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	r, w := io.Pipe()
	code := make(chan int, 1)
	go func() {
		code <- Run(append([]string{"serve", "--addr", "127.0.0.1:0"}, args...), &Env{Ctx: ctx, Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: w})
		w.Close()
	}()
	lines := bufio.NewReader(r)
	var log strings.Builder
	for url == "" {
		line, err := lines.ReadString('\n')
		log.WriteString(line)
		if err != nil {
			t.Fatalf("serve ended with code %d:\n%s", <-code, log.String())
		}
		if m := regexp.MustCompile(`(?:url=|"url":")(http://127\.0\.0\.1:\d+)`).FindStringSubmatch(line); m != nil {
			url = m[1]
		}
	}
	rest := make(chan string, 1)
	go func() { b, _ := io.ReadAll(lines); rest <- string(b) }()
	return url, func() (int, string) {
		stop()
		log.WriteString(<-rest)
		return <-code, log.String()
	}
}

func ask(t *testing.T, url, body string, headers ...string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Body.Close()
	b, err := io.ReadAll(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	return w.StatusCode, string(b)
}

const question = `{"query":"מה זה embeddings?","chunks":[{"id":"cat","text":"החתול ישן על השטיח"},{"id":"vec","text":"Embeddings הם ייצוג וקטורי של טקסט"}],"top_k":1}`

func TestServe(t *testing.T) {
	url, end := serving(t)
	if status, body := ask(t, url+"/rerank", question); status != 200 || !strings.HasPrefix(body, `[{"chunk_id":"vec","rerank_score":0.`) {
		t.Errorf("status %d: %s", status, body)
	}
	w, err := http.Get(url + "/")
	if err != nil {
		t.Fatal(err)
	}
	w.Body.Close()
	if w.StatusCode != 200 || !strings.HasPrefix(w.Header.Get("Content-Type"), "text/html") {
		t.Errorf("page: status %d, headers %v", w.StatusCode, w.Header)
	}
	code, log := end()
	if code != 0 || strings.Count(log, "no model is loaded") != 1 || !strings.Contains(log, "shutting down") || strings.Contains(log, "embeddings") {
		t.Errorf("code %d, log:\n%s", code, log)
	}
}

// TestServeFlags: each flag reaches what it is for.
func TestServeFlags(t *testing.T) {
	t.Setenv("SPLITRANK_API_KEYS", "from-the-environment, other")
	t.Setenv("SPLITRANK_PAGE", "false")
	url, end := serving(t, "--model", "none", "--max-documents", "1", "--log-format", "json", "--log-level", "debug")
	if status, _ := ask(t, url+"/rerank", question); status != 401 {
		t.Errorf("without a key: status %d", status)
	}
	for _, key := range []string{"from-the-environment", "other"} {
		if status, body := ask(t, url+"/rerank", question, "Authorization", "Bearer "+key); status != 413 || !strings.Contains(body, "more than 1 entries") {
			t.Errorf("key %q: status %d: %s", key, status, body)
		}
	}
	if status, _ := ask(t, url+"/", ""); status != 404 {
		t.Errorf("page switched off: status %d", status)
	}
	if _, log := end(); !strings.Contains(log, `"level":"DEBUG"`) {
		t.Errorf("log:\n%s", log)
	}
}

func TestServePortTaken(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	var stderr strings.Builder
	code := Run([]string{"serve", "--addr", ln.Addr().String()}, &Env{Ctx: t.Context(), Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: &stderr})
	if code != exitFailure || !strings.Contains(stderr.String(), "address already in use") || strings.Count(stderr.String(), "\n") != 1 {
		t.Errorf("code %d, %s", code, stderr.String())
	}
}

// TestServeEmptyKeys: keys that are set and empty, or misspelt, do not open the server.
func TestServeEmptyKeys(t *testing.T) {
	run := func(args ...string) (int, string) {
		var stderr strings.Builder
		ctx, stop := context.WithCancel(t.Context())
		stop() // one that starts all the same ends at once
		code := Run(append([]string{"serve", "--model", "none", "--addr", "127.0.0.1:0"}, args...), &Env{Ctx: ctx, Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: &stderr})
		return code, stderr.String()
	}
	refused := func(t *testing.T, code int, said, name string) {
		t.Helper()
		if code != exitUsage || !strings.Contains(said, name) || strings.Contains(said, "secret") || strings.Count(said, "\n") != 1 {
			t.Errorf("code %d: %s", code, said)
		}
	}
	for _, value := range []string{"", " ", ",", "secret,", " , ", ",secret", "secret,,secret"} {
		t.Run("variable "+value, func(t *testing.T) {
			t.Setenv("SPLITRANK_API_KEYS", value)
			code, said := run()
			refused(t, code, said, "SPLITRANK_API_KEYS")
		})
		t.Run("flag "+value, func(t *testing.T) {
			code, said := run("--api-keys=" + value)
			refused(t, code, said, "--api-keys")
		})
	}
	t.Run("one of several flags", func(t *testing.T) {
		code, said := run("--api-keys=secret", "--api-keys=")
		refused(t, code, said, "--api-keys")
	})
	t.Run("origins", func(t *testing.T) {
		code, said := run("--cors-origins=https://a.example,")
		refused(t, code, said, "--cors-origins")
	})
	t.Run("misspelt", func(t *testing.T) {
		t.Setenv("SPLITRANK_API_KEY", "secret")
		code, said := run()
		refused(t, code, said, "SPLITRANK_API_KEY is set")
	})
	t.Run("no address", func(t *testing.T) {
		code, said := run("--addr=")
		refused(t, code, said, "--addr")
	})
	t.Run("a key and no origins", func(t *testing.T) {
		t.Setenv("SPLITRANK_CORS_ORIGINS", "")
		if code, said := run("--api-keys=secret"); code != 0 {
			t.Errorf("code %d: %s", code, said)
		}
	})
}

// TestServeOpen warns once where everybody may come, and only there.
func TestServeOpen(t *testing.T) {
	for _, tt := range []struct {
		addr, keys string
		warns      int
	}{
		{"0.0.0.0:80", "", 1}, {"[::]:80", "", 1}, {"192.0.2.1:80", "", 1},
		{"127.0.0.1:80", "", 0}, {"[::1]:80", "", 0}, {"0.0.0.0:80", "secret", 0},
	} {
		t.Run(tt.addr+" "+tt.keys, func(t *testing.T) {
			var log strings.Builder
			addr, err := net.ResolveTCPAddr("tcp", tt.addr)
			if err != nil {
				t.Fatal(err)
			}
			warnOpen(slog.New(slog.NewTextHandler(&log, nil)), addr, len(tt.keys))
			if n := strings.Count(log.String(), "level=WARN"); n != tt.warns || tt.warns == 1 && !strings.Contains(log.String(), "SPLITRANK_API_KEYS") {
				t.Errorf("%d warnings: %s", n, log.String())
			}
		})
	}
	_, end := serving(t, "--model", "none")
	if _, log := end(); !regexp.MustCompile(`msg=serving url=http://127\.0\.0\.1:\d+ addr=127\.0\.0\.1:\d+ keys=0 `).MatchString(log) || strings.Contains(log, "level=WARN") {
		t.Errorf("log: %s", log)
	}
}

func TestTrimmed(t *testing.T) {
	tests := []struct {
		name     string
		in, want []string
	}{
		{"none", nil, nil},
		{"set but empty", []string{""}, nil},
		{"spaces", []string{" a", "b "}, []string{"a", "b"}},
		{"an empty one among others stays, to be refused", []string{"a", " "}, []string{"a", ""}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := trimmed(tt.in); !slices.Equal(got, tt.want) {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestAddress(t *testing.T) {
	tests := []struct {
		ip   string
		want string
	}{
		{"127.0.0.1", "http://127.0.0.1:80"}, {"0.0.0.0", "http://localhost:80"}, {"::", "http://localhost:80"}, {"::1", "http://[::1]:80"},
	}
	for _, tt := range tests {
		if got := address(&net.TCPAddr{IP: net.ParseIP(tt.ip), Port: 80}); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.ip, got, tt.want)
		}
	}
}
