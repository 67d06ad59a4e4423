//go:build linux

package faults

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// binary is the program, built once.
var binary struct {
	sync.Once
	path string
	err  error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if binary.path != "" {
		os.RemoveAll(filepath.Dir(binary.path))
	}
	os.Exit(code)
}

func built(t *testing.T) string {
	t.Helper()
	binary.Do(func() {
		var dir string
		if dir, binary.err = os.MkdirTemp("", "faults"); binary.err != nil {
			return
		}
		binary.path = filepath.Join(dir, "splitrank")
		c := exec.Command("go", "build", "-buildvcs=false", "-o", binary.path, "./server")
		c.Dir = "../../.."
		if out, err := c.CombinedOutput(); err != nil {
			binary.err = fmt.Errorf("%w: %s", err, out)
		}
	})
	if binary.err != nil {
		t.Fatal(binary.err)
	}
	return binary.path
}

// program is a server at work.
type program struct {
	t       *testing.T
	process *exec.Cmd
	log     *logged
	addr    string
	ended   chan struct{} // closed when it has
}

// logged is what a program has written so far.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
	at   chan string // the address, once
}

var address = regexp.MustCompile(`url=http://(\S+)`)

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text.Write(p)
	if m := address.FindSubmatch(l.text.Bytes()); m != nil {
		select {
		case l.at <- string(m[1]):
		default:
		}
	}
	return len(p), nil
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// start runs serve, with variables NAME=VALUE before the flags, until the test ends.
func start(t *testing.T, args ...string) *program {
	t.Helper()
	return startBy(t, []string{built(t)}, args...)
}

// startBy runs it by a command, such as a shell that sets limits.
func startBy(t *testing.T, command []string, args ...string) *program {
	t.Helper()
	env := os.Environ()
	for len(args) > 0 && regexp.MustCompile(`^[A-Z_]+=`).MatchString(args[0]) {
		env, args = append(env, args[0]), args[1:]
	}
	if !slices.Contains(args, "--model") {
		args = append([]string{"--model", "none"}, args...)
	}
	all := append(append(command[1:len(command):len(command)], "serve", "--addr", "127.0.0.1:0"), args...)
	p := &program{t: t, process: exec.Command(command[0], all...), log: &logged{at: make(chan string, 1)}, ended: make(chan struct{})}
	p.process.Env, p.process.Stderr, p.process.Stdout = env, p.log, p.log
	p.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // so that what a shell has started ends with it
	if err := p.process.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { _ = p.process.Wait(); close(p.ended) }()
	t.Cleanup(func() { _ = syscall.Kill(-p.process.Process.Pid, syscall.SIGKILL); <-p.ended })
	select {
	case p.addr = <-p.log.at:
	case <-p.ended:
		t.Fatalf("it ended: %s", p.log)
	}
	return p
}

// memory in bytes, VmRSS now or VmHWM at most so far.
func (p *program) memory(which string) int64 {
	p.t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.process.Process.Pid))
	if err != nil {
		p.t.Fatalf("it ended: %v: %s", err, p.log)
	}
	m := regexp.MustCompile(which + `:\s+(\d+) kB`).FindSubmatch(status)
	n, err := strconv.ParseInt(string(m[1]), 10, 64)
	if err != nil {
		p.t.Fatal(err)
	}
	return n << 10
}

const small = `{"query":"quick fox","documents":["the quick brown fox","lazy dog"]}`

// client uses a connection for each request and waits for no more than any may take.
func client() *http.Client {
	return &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
}

// ask posts a request and returns the status, 0 where there was no answer.
func (p *program) ask(body string) int {
	w, err := client().Post("http://"+p.addr+"/rerank", "application/json", strings.NewReader(body))
	if err != nil {
		return 0
	}
	defer w.Body.Close()
	_, _ = io.Copy(io.Discard, w.Body)
	return w.StatusCode
}

// served wants an honest request to be answered: at once, or after it was told
// to try again.
func (p *program) served(body string) {
	p.t.Helper()
	for range 30 {
		switch status := p.ask(body); status {
		case 200:
			return
		case 429, 503, 0:
			time.Sleep(100 * time.Millisecond)
		default:
			p.t.Fatalf("status %d", status)
		}
	}
	p.t.Errorf("an honest request was not answered: %s", p.log)
}

// open sends the beginning of something, and reads nothing.
func (p *program) open(text string) net.Conn {
	c, err := net.Dial("tcp", p.addr)
	if err != nil {
		p.t.Log(err) // as it may be where there is no room
		return nil
	}
	p.t.Cleanup(func() { c.Close() })
	_ = c.SetWriteDeadline(time.Now().Add(5 * time.Second))
	_, _ = io.WriteString(c, text)
	return c
}

// request as it stands on the wire.
func request(path, accept, body string, length int) string {
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\nAccept: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", path, accept, length, body)
}

// signal and wait for the end; it returns the exit code.
func (p *program) end(s syscall.Signal) int {
	p.t.Helper()
	if err := p.process.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
	select {
	case <-p.ended:
	case <-time.After(20 * time.Second):
		p.t.Fatalf("it goes on after %v: %s", s, p.log)
	}
	return p.process.ProcessState.ExitCode()
}
