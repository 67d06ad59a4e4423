package main

import (
	"bufio"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// redis is a redis-server behind a socket.
type redis struct {
	path, socket string
	process      *exec.Cmd
}

// newRedis starts one, or fails where it is not installed.
func newRedis() (*redis, error) {
	path, err := exec.LookPath("redis-server")
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "redis") // the name of a socket must be short
	if err != nil {
		return nil, err
	}
	r := &redis{path: path, socket: filepath.Join(dir, "s")}
	return r, r.start()
}

func (r *redis) start() error {
	r.process = exec.Command(r.path, "--port", "0", "--unixsocket", r.socket, "--save", "", "--dir", filepath.Dir(r.socket))
	out, err := r.process.StdoutPipe()
	if err == nil {
		err = r.process.Start()
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

// kill without a warning.
func (r *redis) kill() {
	_ = r.process.Process.Kill()
	_ = r.process.Wait()
	os.Remove(r.socket)
}

// close it for good.
func (r *redis) close() {
	r.kill()
	os.RemoveAll(filepath.Dir(r.socket))
}

func (r *redis) url() string { return "unix://" + r.socket }
