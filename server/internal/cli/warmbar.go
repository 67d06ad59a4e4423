package cli

import (
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"
)

// warmBar draws how much of a file is read, how fast, and how long the rest takes,
// where it is on a terminal.
type warmBar struct {
	bar   *progressbar.ProgressBar // nil = nothing is drawn
	began time.Time
	read  int64 // bytes of the file
}

func newWarmBar(w io.Writer, in *documentsFile) *warmBar {
	b := &warmBar{began: time.Now()}
	if isTerminal(w) {
		b.bar = progressbar.NewOptions64(in.size, progressbar.OptionSetWriter(w), progressbar.OptionSetDescription("reading"),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionSetPredictTime(true))
	}
	return b
}

// counting what is read of a file.
func (b *warmBar) counting(r io.Reader) io.Reader {
	return readerFunc(func(p []byte) (int, error) {
		n, err := r.Read(p)
		b.read += int64(n)
		return n, err
	})
}

// readerFunc is an io.Reader.
type readerFunc func(p []byte) (int, error)

// Read implements io.Reader.
func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// show that so many documents are done.
func (b *warmBar) show(documents int) {
	if b.bar == nil {
		return
	}
	rate := float64(documents) / time.Since(b.began).Seconds()
	b.bar.Describe(fmt.Sprintf("%d documents, %.0f/s", documents, rate))
	_ = b.bar.Set64(b.read) // a bar that cannot be drawn is no reason to stop
}

func (b *warmBar) clear() {
	if b.bar != nil {
		_ = b.bar.Clear()
	}
}
