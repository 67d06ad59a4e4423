//go:build !unix

package cli

// onHangup does nothing: there is no SIGHUP here.
func onHangup(func()) (stop func()) { return func() {} }

// outliveReaders has nothing to do here.
func outliveReaders() {}
