package cli

import (
	"strings"
	"testing"
	"time"
)

// TestSparseProgress: a log of an hour has a few lines, the first soon, and short work
// has none.
func TestSparseProgress(t *testing.T) {
	var b strings.Builder
	now := time.Unix(0, 0)
	step := sparse(&b, "answering", func() time.Time { return now })
	for i := range 9 {
		now = now.Add(time.Second)
		step(i, 100)
	}
	if b.Len() > 0 {
		t.Errorf("short work says %q", b.String())
	}
	for i := range 3600 {
		now = now.Add(time.Second)
		step(i, 3600)
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	if len(lines) < 10 || len(lines) > 25 || !strings.HasPrefix(lines[0], "splitrank: answering: 0 of 3600 (0 %) after 10s") {
		t.Errorf("%d lines:\n%s", len(lines), b.String())
	}
	b.Reset()
	now = now.Add(time.Hour)
	if step(7, -1); !strings.Contains(b.String(), "answering: 7 after") {
		t.Errorf("%q", b.String())
	}
}
