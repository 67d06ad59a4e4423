//go:build unix

package cli

import (
	"os"
	"os/signal"
	"syscall"
)

// onHangup calls do for every SIGHUP, one at a time, until stop is called.
func onHangup(do func()) (stop func()) {
	signals, done := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(signals, syscall.SIGHUP)
	go func() {
		for {
			select {
			case <-signals:
				do()
			case <-done:
				return
			}
		}
	}()
	return func() { signal.Stop(signals); close(done) }
}

// outliveReaders lets a server go on whose log goes through a pipe that nobody
// reads any more: the Go runtime would end it with SIGPIPE.
func outliveReaders() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }
