package cli

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
)

// progress draws a bar where w is a terminal, and elsewhere writes a line now and then,
// so that a log of hours has dozens of them. A total of -1 is not known. clear wipes
// what is left of a bar.
func progress(w io.Writer, what string) (step func(done, total int), clear func()) {
	if !isTerminal(w) {
		return sparse(w, what, time.Now), func() {}
	}
	// A bar that cannot be drawn is no reason to stop measuring.
	bar := progressbar.NewOptions(-1, progressbar.OptionSetWriter(w), progressbar.OptionSetDescription(what),
		progressbar.OptionShowCount(), progressbar.OptionThrottle(100*time.Millisecond))
	step = func(done, total int) {
		if done == 1 {
			bar.ChangeMax(total)
		}
		_ = bar.Set(done)
	}
	return step, func() { _ = bar.Clear() }
}

// Times between the lines of sparse: the first comes where work takes longer than
// firstLine, each further one after twice the time, up to lastLine.
const (
	firstLine = 10 * time.Second
	lastLine  = 5 * time.Minute
)

// sparse writes lines further and further apart.
func sparse(w io.Writer, what string, now func() time.Time) func(done, total int) {
	var mu sync.Mutex
	began, wait := now(), firstLine
	next := began.Add(wait)
	return func(done, total int) {
		mu.Lock()
		defer mu.Unlock()
		if at := now(); at.Before(next) {
			return
		}
		wait = min(2*wait, lastLine)
		next = now().Add(wait)
		fmt.Fprintf(w, "splitrank: %s: %s after %s\n", what, share(done, total), now().Sub(began).Round(time.Second))
	}
}

func share(done, total int) string {
	if total <= 0 {
		return fmt.Sprint(done)
	}
	return fmt.Sprintf("%d of %d (%d %%)", done, total, 100*done/total)
}
