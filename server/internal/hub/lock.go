package hub

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// lockPoll is how often a lock that another process holds is tried again.
const lockPoll = 50 * time.Millisecond

// lock keeps others from pulling the same model, in this process or another,
// until unlock. The system lets go of it when a process dies.
func (h *Hub) lock(ctx context.Context, id string, notify func(string)) (unlock func(), err error) {
	return h.lockFile(ctx, id, "splitrank", notify)
}

// lockBlob takes the very lock that huggingface_hub takes around a download,
// so that Python and this program do not write the same blob.
func (h *Hub) lockBlob(ctx context.Context, id string, d Digest, notify func(string)) (unlock func(), err error) {
	return h.lockFile(ctx, id, string(d), notify)
}

func (h *Hub) lockFile(ctx context.Context, id, name string, notify func(string)) (unlock func(), err error) {
	path := filepath.Join(h.config.Cache, ".locks", repoFolder(id), name+".lock")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("locking %q: %w", id, err)
	}
	l := flock.New(path)
	held, err := l.TryLock()
	if err == nil && !held {
		tell(notify, "waiting: somebody else is pulling %s", id)
		held, err = l.TryLockContext(ctx, lockPoll)
	}
	if err != nil || !held {
		return nil, fmt.Errorf("locking %q: %w", id, err)
	}
	return func() { _ = l.Unlock() }, nil
}

// tell calls notify if there is one.
func tell(notify func(string), format string, args ...any) {
	if notify != nil {
		notify(fmt.Sprintf(format, args...))
	}
}
