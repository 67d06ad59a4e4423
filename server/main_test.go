package main

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// asProgram in the environment makes this test binary behave as splitrank.
const asProgram = "SPLITRANK_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(run())
	}
	os.Exit(m.Run())
}

// program is splitrank without a default model; tests that want one say so.
func program(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), asProgram+"=1", "SPLITRANK_MODEL=none", "SPLITRANK_VECTORS=memory") // flags win
	return cmd
}

func TestSignalsEndTheServer(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			s := start(t)
			s.signal(t, signal)
			await(t, s.log, "shutting down")
			if err := s.ended(t); err != nil {
				t.Errorf("ended with %v, want code 0", err)
			}
		})
	}
}

// await reads lines until one holds text, and returns them.
func await(t testing.TB, log *bufio.Reader, text string) string {
	t.Helper()
	read := ""
	for {
		line, err := log.ReadString('\n')
		read += line
		if strings.Contains(line, text) {
			return read
		}
		if err != nil {
			t.Fatalf("no %q in the log: %v", text, err)
		}
	}
}

// A second signal ends it at once, though a drain is going on.
func TestSecondSignalStopsAtOnce(t *testing.T) {
	cmd := program(t, "serve", "--addr", "127.0.0.1:0", "--drain-delay", "1h")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	log := bufio.NewReader(stderr)
	await(t, log, "msg=serving")
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	await(t, log, "shutting down")
	ended := make(chan error, 1)
	go func() { _, _ = io.Copy(io.Discard, log); ended <- cmd.Wait() }()
	for {
		select {
		case err := <-ended:
			if err == nil {
				t.Error("ended with code 0, want it killed by the signal")
			}
			return
		default:
			_ = cmd.Process.Signal(os.Interrupt) // may come before the first one was wholly handled
		}
	}
}
