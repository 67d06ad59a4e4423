package vectors

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"

	"github.com/splitrank/splitrank/server/internal/limitedfile"
)

// folderLock keeps other processes out of a folder. The system lets go of it
// when the process dies.
type folderLock struct{ lock *flock.Flock }

// openFolder makes a folder where it is missing, refuses one that others could
// have written to, and locks it.
func openFolder(dir string) (*folderLock, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making a folder for vectors: %w", err)
	}
	if err := checkFolder(dir); err != nil {
		return nil, err
	}
	path := lockPath(dir)
	lock := flock.New(path, flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(0o600))
	held, err := lock.TryLock()
	switch {
	case err != nil:
		return nil, fmt.Errorf("locking the folder of vectors %q: %w", dir, err)
	case !held:
		return nil, fmt.Errorf("the folder of vectors %q is in use by another process%s", dir, commaHolder(path))
	}
	l := &folderLock{lock}
	if err := os.WriteFile(path, fmt.Appendln(nil, os.Getpid()), 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("writing to the folder of vectors: %w", err), l.release())
	}
	return l, nil
}

func checkFolder(dir string) error {
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		return fmt.Errorf("looking at the folder of vectors: %w", err)
	case !info.IsDir():
		return fmt.Errorf("the folder of vectors %q is none", dir)
	case !ownedByUs(info):
		return fmt.Errorf("the folder of vectors %q belongs to another user", dir)
	case writableByOthers(info):
		return fmt.Errorf("the folder of vectors %q can be written to by other users (mode %#o): want 0700", dir, info.Mode().Perm())
	}
	return nil
}

func lockPath(dir string) string { return filepath.Join(dir, "lock") }

// inUse reports that a process holds the lock of a folder, and which.
func inUse(dir string) (held bool, process string) {
	path := lockPath(dir)
	if _, err := os.Stat(path); err != nil {
		return false, ""
	}
	lock := flock.New(path, flock.SetFlag(os.O_RDONLY))
	if ours, err := lock.TryRLock(); err == nil && !ours {
		return true, holder(path)
	}
	_ = lock.Unlock()
	return false, ""
}

// holder is who says that it holds a lock, as far as that can be read.
func holder(path string) string {
	const mostDigits = 20
	b, err := limitedfile.Read(path, mostDigits)
	id := strings.TrimSpace(string(b))
	if err != nil || strings.Trim(id, "0123456789") != "" {
		return ""
	}
	return id
}

func commaHolder(path string) string {
	if id := holder(path); id != "" {
		return ", " + id
	}
	return ""
}

func (l *folderLock) release() error { return l.lock.Unlock() }
