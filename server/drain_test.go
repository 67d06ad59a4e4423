package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/splitrank/splitrank/server/internal/ort/orttest"
)

// started is a server of its own process, and where it listens.
type started struct {
	cmd     *exec.Cmd
	log     *bufio.Reader
	address string
	before  string // the log until it served
}

func start(t testing.TB, args ...string) *started {
	t.Helper()
	return startProgram(t, program(t, append([]string{"serve", "--addr", "127.0.0.1:0"}, args...)...))
}

func startProgram(t testing.TB, cmd *exec.Cmd) *started {
	t.Helper()
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s := &started{cmd: cmd, log: bufio.NewReader(stderr)}
	s.before = await(t, s.log, "msg=serving")
	s.address = regexp.MustCompile(`127\.0\.0\.1:\d+`).FindString(s.before)
	return s
}

func (s *started) signal(t testing.TB, signal syscall.Signal) {
	t.Helper()
	if err := s.cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
}

// ended reads the rest of the log, and waits.
func (s *started) ended(t testing.TB) error {
	t.Helper()
	if _, err := io.Copy(io.Discard, s.log); err != nil {
		t.Fatal(err)
	}
	return s.cmd.Wait()
}

// TestDrain: a request in flight when the signal comes is answered, by the model
// where there is one; those that come later are not let in; the end is clean.
func TestDrain(t *testing.T) {
	t.Run("heuristics", func(t *testing.T) { drain(t, `"scored_by":"heuristic"`, "--model", "none") })
	t.Run("model", func(t *testing.T) {
		orttest.Library(t)
		drain(t, `"scored_by":"cross-encoder"`, "--model", orttest.Model{}.Folder(t, "tiny"))
	})
}

func drain(t *testing.T, want string, args ...string) {
	s := start(t, args...)
	body := `{"query":"how do plants make food","documents":["plants make sugar","the shop closes at six"]}`
	inFlight := half(t, s.address, body)
	s.signal(t, syscall.SIGTERM)
	await(t, s.log, "shutting down")
	refused(t, s.address, body)
	if _, err := io.WriteString(inFlight, body[len(body)/2:]); err != nil {
		t.Fatal(err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(inFlight), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != 200 || !strings.Contains(string(text), want) {
		t.Errorf("in flight: status %d, error %v: %s", answer.StatusCode, err, text)
	}
	if err := s.ended(t); err != nil {
		t.Errorf("ended with %v, want code 0", err)
	}
}

// half sends a request up to the middle of its body, and returns when the server
// has begun to read it, which its 100 Continue tells.
func half(t *testing.T, address, body string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	fmt.Fprintf(c, "POST /rerank HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", len(body))
	head := make([]byte, len("HTTP/1.1 100 Continue\r\n\r\n"))
	if _, err := io.ReadFull(c, head); err != nil || !strings.Contains(string(head), "100 Continue") {
		t.Fatalf("%q, error %v", head, err)
	}
	if _, err := io.WriteString(c, body[:len(body)/2]); err != nil {
		t.Fatal(err)
	}
	return c
}

// refused asks anew until the server is closed to new callers: told so with 503
// while it still listens, or refused by the system.
func refused(t *testing.T, address, body string) {
	t.Helper()
	for {
		answer, err := http.Post("http://"+address+"/rerank", "application/json", strings.NewReader(body))
		if err != nil {
			if !errors.Is(err, syscall.ECONNREFUSED) && !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, io.EOF) {
				t.Fatal(err)
			}
			return
		}
		answer.Body.Close()
		switch answer.StatusCode {
		case http.StatusOK: // it came before the door was shut
		case http.StatusServiceUnavailable:
			return
		default:
			t.Fatalf("status %d", answer.StatusCode)
		}
	}
}

// TestSignalWhileLoading: a model that takes its time, here one whose file is a
// pipe that nobody writes, does not keep the program from stopping.
func TestSignalWhileLoading(t *testing.T) {
	orttest.Library(t)
	dir := orttest.Model{}.Folder(t, "slow")
	pipe := filepath.Join(dir, "tokenizer_config.json")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip(err)
	}
	cmd := program(t, "serve", "--addr", "127.0.0.1:0", "--model", dir)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w, err := os.OpenFile(pipe, os.O_WRONLY, 0) // waits for the program to read
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	log := bufio.NewReader(stderr)
	await(t, log, "stopped before serving")
	if _, err := io.Copy(io.Discard, log); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("ended with %v, want code 0", err)
	}
}
