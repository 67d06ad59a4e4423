//go:build linux

package faults

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMachine: it serves whatever it lacks.
func TestMachine(t *testing.T) {
	garbage := filepath.Join(t.TempDir(), "library")
	if err := os.WriteFile(garbage, []byte("no library"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, args := range map[string][]string{
		"no home":                {"HOME="},
		"a home that is none":    {"HOME=/nowhere"},
		"no temporary folder":    {"TMPDIR=/nowhere"},
		"a garbage library":      {"SPLITRANK_ORT_LIB=" + garbage},
		"a library that is gone": {"SPLITRANK_ORT_LIB=/nowhere"},
		"one processor":          {"GOMAXPROCS=1"},
		"a Redis that is gone":   {"SPLITRANK_CACHE_REDIS=redis://127.0.0.1:1"},
	} {
		t.Run(name, func(t *testing.T) {
			p := start(t, args...)
			p.served(small)
			if code := p.end(syscall.SIGTERM); code != 0 {
				t.Errorf("exit code %d: %s", code, p.log)
			}
		})
	}
}

// TestLogDiskFull: a log that cannot be written ends nothing.
func TestLogDiskFull(t *testing.T) {
	c := exec.Command("/bin/sh", "-c", `exec "$@" 2>/dev/full`, "sh", built(t), "serve", "--model", "none", "--addr", "127.0.0.1:0")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Process.Kill(); _ = c.Wait() }()
	p := &program{t: t, addr: listening(t, c.Process.Pid), log: new(logged)}
	for range 5 {
		p.served(small)
	}
}

// listening is the address that a process listens on, as soon as it does.
func listening(t *testing.T, pid int) string {
	t.Helper()
	socket := regexp.MustCompile(`^socket:\[(\d+)\]$`)
	row := regexp.MustCompile(`(?m)^ *\d+: 0100007F:([0-9A-F]{4}) 00000000:0000 0A \S+ \S+ \S+ +\d+ +\d+ (\d+) `)
	for range 2000 {
		own := map[string]bool{}
		links, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
		for _, link := range links {
			if to, err := os.Readlink(link); err == nil && socket.MatchString(to) {
				own[socket.FindStringSubmatch(to)[1]] = true
			}
		}
		table, err := os.ReadFile("/proc/net/tcp")
		if err != nil {
			t.Skip(err)
		}
		for _, m := range row.FindAllStringSubmatch(string(table), -1) {
			if own[m[2]] {
				port, _ := strconv.ParseUint(m[1], 16, 16)
				return fmt.Sprintf("127.0.0.1:%d", port)
			}
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatal("it does not listen")
	return ""
}

// TestLogReaderGone: nor does one that nobody reads any more.
func TestLogReaderGone(t *testing.T) {
	p := startBy(t, []string{"/bin/sh", "-c", `"$@" 2>&1 | head -n 2`, "sh", built(t)})
	for range 5 {
		p.served(small)
	}
}

// TestKilled: what is killed can be started again at once, at the same address.
func TestKilled(t *testing.T) {
	p := start(t)
	p.open(request("/rerank", "*/*", "{", 1000))
	p.served(small)
	p.end(syscall.SIGKILL)
	again := exec.Command(built(t), "serve", "--model", "none", "--addr", p.addr)
	again.Stderr = p.log
	if err := again.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = again.Process.Kill(); _ = again.Wait() }()
	p.served(small)
}

// TestSignals: the first ends it in good order, the second at once.
func TestSignals(t *testing.T) {
	t.Run("interrupt", func(t *testing.T) {
		if code := start(t).end(syscall.SIGINT); code != 0 {
			t.Errorf("exit code %d", code)
		}
	})
	t.Run("a second one", func(t *testing.T) {
		p := start(t, "--drain-delay", "1h")
		if err := p.process.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		for !strings.Contains(p.log.String(), "shutting down") {
			time.Sleep(time.Millisecond)
		}
		p.end(syscall.SIGTERM)
	})
	t.Run("a window that changes", func(t *testing.T) {
		p := start(t)
		_ = p.process.Process.Signal(syscall.SIGWINCH)
		_ = p.process.Process.Signal(syscall.SIGPIPE)
		p.served(small)
	})
}

// TestRefusedStart: what cannot be meant ends at once, with one line and without
// a trace of what was in it.
func TestRefusedStart(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip(err)
	}
	for name, args := range map[string][]string{
		"empty keys":          {"SPLITRANK_API_KEYS="},
		"a misspelt variable": {"SPLITRANK_API_KEY=secret"},
		"keys in a pipe":      {"--api-keys-file", pipe},
		"keys in a device":    {"--api-keys-file", "/dev/zero"},
		"keys in a folder":    {"--api-keys-file", "/"},
		"a calibration pipe":  {"--calibration", pipe},
		"an endless one":      {"--calibration", "/dev/zero"},
		"a port that is none": {"--addr", "127.0.0.1:99999"},
		"no memory":           {"--max-in-flight-bytes", "0"},
		"no connections":      {"--max-connections", "0"},
		"a folder above":      {"--model", "../../etc"},
	} {
		t.Run(name, func(t *testing.T) {
			env := os.Environ()
			if strings.HasPrefix(args[0], "SPLITRANK_") {
				env, args = append(env, args[0]), args[1:]
			}
			c := exec.Command(built(t), append([]string{"serve", "--addr", "127.0.0.1:0"}, args...)...)
			if len(args) == 0 || args[0] != "--model" {
				c.Args = append(c.Args, "--model", "none")
			}
			c.Env = env
			var out strings.Builder
			c.Stderr = &out
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			end := time.AfterFunc(20*time.Second, func() { _ = c.Process.Kill() })
			defer end.Stop()
			_ = c.Wait()
			if code := c.ProcessState.ExitCode(); code != 1 && code != 2 || strings.Contains(out.String(), "secret") || !strings.Contains(out.String(), "splitrank: ") {
				t.Errorf("exit code %d: %s", code, out.String())
			}
		})
	}
}
