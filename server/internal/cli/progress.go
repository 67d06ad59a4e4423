package cli

import (
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress draws a bar where w is a terminal and nothing anywhere else; a total
// of -1 is not known. clear wipes what is left of it.
func progress(w io.Writer, what string) (step func(done, total int), clear func()) {
	file, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return func(int, int) {}, func() {}
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
