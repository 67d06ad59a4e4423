// Package redistest runs a real redis-server for tests and measurements.
package redistest

import (
	"bufio"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Server is a redis-server behind a socket in a folder of its own, which saves
// nothing. It belongs to one goroutine.
type Server struct {
	path, socket string
	process      *exec.Cmd
}

// New starts one. The error wraps exec.ErrNotFound where none is installed.
func New() (*Server, error) {
	path, err := exec.LookPath("redis-server")
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "redis") // the name of a socket must be short
	if err != nil {
		return nil, err
	}
	s := &Server{path: path, socket: filepath.Join(dir, "s")}
	return s, s.Start()
}

// ForTest starts one that ends with the test, or skips the test where none is installed.
func ForTest(t testing.TB) *Server {
	t.Helper()
	s, err := New()
	if errors.Is(err, exec.ErrNotFound) {
		t.Skip("redis-server is not installed (Debian package redis-server)")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// Start starts it again after Kill, at the same address, and waits until it
// answers.
func (s *Server) Start() error {
	s.process = exec.Command(s.path, "--port", "0", "--unixsocket", s.socket, "--save", "", "--dir", filepath.Dir(s.socket))
	out, err := s.process.StdoutPipe()
	if err == nil {
		err = s.process.Start()
	}
	if err != nil {
		return err
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if strings.Contains(strings.ToLower(lines.Text()), "ready to accept connections") {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return nil
		}
	}
	return errors.New("redis-server ended before it was ready")
}

// Kill ends it without a warning.
func (s *Server) Kill() {
	_ = s.process.Process.Kill()
	_ = s.process.Wait()
	os.Remove(s.socket)
}

// Close ends it for good.
func (s *Server) Close() {
	s.Kill()
	os.RemoveAll(filepath.Dir(s.socket))
}

// URL as clients take it.
func (s *Server) URL() string { return "unix://" + s.socket }
