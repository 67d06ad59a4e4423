//go:build unix

package limitedfile

import (
	"errors"
	"path/filepath"
	"syscall"
	"testing"
)

// TestPipe: nobody writes into it, and nobody waits.
func TestPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	if _, err := Read(path, 100); !errors.Is(err, ErrKind) {
		t.Errorf("error %v", err)
	}
}
