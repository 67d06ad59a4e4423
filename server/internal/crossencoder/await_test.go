package crossencoder

import "runtime"

// await waits until other goroutines have made something true.
func await(so func() bool) {
	for !so() {
		runtime.Gosched()
	}
}
