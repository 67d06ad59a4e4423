package stack

import (
	"runtime"
	"runtime/debug"
	"testing"
)

// TestGrow: the room is on the stack, not in the heap, or nothing would grow.
func TestGrow(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // a collection shrinks stacks
	if n := testing.AllocsPerRun(10, Grow); n != 0 {
		t.Errorf("%v allocations", n)
	}
	before, after := stacks(t, func() {}), stacks(t, Grow)
	if after < before+100*room {
		t.Errorf("stacks of 100 goroutines take %d bytes, and %d where they have grown", before, after)
	}
}

// stacks is what the stacks of 100 goroutines take that have called f and wait.
func stacks(t *testing.T, f func()) uint64 {
	t.Helper()
	var m runtime.MemStats
	called, end := make(chan bool), make(chan bool)
	defer close(end)
	for range 100 {
		go func() {
			f()
			called <- true
			<-end
		}()
	}
	for range 100 {
		<-called
	}
	runtime.ReadMemStats(&m)
	return m.StackInuse
}
