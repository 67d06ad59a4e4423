package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// readme is the text that newcomers read first.
const readme = "../../../README.md"

// From nothing but the image's root, as its user and on a file system that is
// read only: ready, the request of the README answered by the model, the page there.
func TestArchiveServes(t *testing.T) {
	img := archive(t)
	file, err := img.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	root, config := unpack(t, img), file.Config
	env := append(slices.Clone(config.Env), "SPLITRANK_ADDR=127.0.0.1:0", "SPLITRANK_MODEL=splitrank-mini")

	begin := time.Now()
	cmd := inside(t, root, env, append(slices.Clone(config.Entrypoint), config.Cmd...)...)
	s := serve(t, cmd)
	if status, text := get(t, s.url+"/readyz"); status != http.StatusOK {
		t.Fatalf("/readyz: %d %s", status, text)
	}
	t.Logf("ready after %s", time.Since(begin).Round(time.Millisecond))

	status, text := post(t, s.url+"/rerank", readmeRequest(t))
	var best []struct {
		ID string `json:"chunk_id"`
	}
	if err := json.Unmarshal([]byte(text), &best); status != http.StatusOK || err != nil || len(best) != 2 || best[0].ID != "07:45" {
		t.Errorf("the request of the README: %d %s", status, text)
	}
	if status, text := post(t, s.url+"/rerank", `{"query":"how do plants make food","documents":["The shop closes at six.","Plants make sugar."]}`); !strings.Contains(text, `"scored_by":"late-interaction"`) {
		t.Errorf("the model did not score: %d %s", status, text)
	}
	if status, text := get(t, s.url+"/"); status != http.StatusOK || !strings.Contains(text, "<html") || !strings.Contains(text, ".js") {
		t.Errorf("the page: %d, %d bytes", status, len(text))
	}
	if said := s.said(); !strings.Contains(said, "keeping vectors in memory") || !strings.Contains(said, "/var/lib/splitrank/vectors") {
		t.Errorf("the root was to be read only, and vectors were kept there:\n%s", s.said())
	}
	wantUser(t, cmd.Process.Pid)

	check := append(slices.Clone(config.Healthcheck.Test[1:]), "--addr", strings.TrimPrefix(s.url, "http://"))
	if out, err := inside(t, root, env, check...).CombinedOutput(); err != nil {
		t.Errorf("the check of its health: %v: %s", err, out)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := s.ended(); err != nil {
		t.Errorf("ended with %v: %s", err, s.said())
	}
	if out, err := inside(t, root, env, check...).CombinedOutput(); err == nil {
		t.Errorf("a server that has ended is healthy: %s", out)
	}
}

// wantUser compares the user that a process really is, where root can see it.
func wantUser(t *testing.T, pid int) {
	if os.Geteuid() != 0 {
		return
	}
	status, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "status"))
	if err != nil {
		t.Skip(err)
	}
	if !regexp.MustCompile(`Uid:\t65532\t65532\t65532\t65532\nGid:\t65532\t65532\t65532\t65532\n`).Match(status) {
		t.Errorf("it does not run as the image's user:\n%s", status)
	}
}

// readmeRequest is the first body that the README has sent to /rerank.
func readmeRequest(t *testing.T) string {
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?s)localhost:8000/rerank [^\n]*-d '(\{.*?\})'`).FindSubmatch(text)
	if m == nil {
		t.Fatal("README.md sends nothing to /rerank any more")
	}
	return string(m[1])
}

// served is a process that serves.
type served struct {
	url   string
	log   chan string
	whole bytes.Buffer
	cmd   *exec.Cmd
}

// serve starts a command and waits until it says where it listens.
func serve(t *testing.T, cmd *exec.Cmd) *served {
	t.Helper()
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	s := &served{cmd: cmd, log: make(chan string, 1000)}
	go s.read(stderr)
	for line := range s.log {
		s.whole.WriteString(line + "\n")
		if m := regexp.MustCompile(`msg=serving .*addr=(\S+)`).FindStringSubmatch(line); m != nil {
			s.url = "http://" + m[1]
			return s
		}
	}
	t.Fatalf("it did not serve: %v\n%s", cmd.Wait(), s.whole.String())
	return nil
}

func (s *served) read(from io.Reader) {
	defer close(s.log)
	for lines := bufio.NewScanner(from); lines.Scan(); {
		s.log <- lines.Text()
	}
}

// said is the log so far.
func (s *served) said() string {
	for {
		select {
		case line, open := <-s.log:
			if !open {
				return s.whole.String()
			}
			s.whole.WriteString(line + "\n")
		default:
			return s.whole.String()
		}
	}
}

// ended waits for the end of its log, and of the process.
func (s *served) ended() error {
	for line := range s.log {
		s.whole.WriteString(line + "\n")
	}
	return s.cmd.Wait()
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	answer, err := http.Get(url)
	return text(t, answer, err)
}

func post(t *testing.T, url, body string) (int, string) {
	t.Helper()
	answer, err := http.Post(url, "application/json", strings.NewReader(body))
	return text(t, answer, err)
}

func text(t *testing.T, answer *http.Response, err error) (int, string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	all, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(all)
}
