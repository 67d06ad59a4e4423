// Package stack spares a goroutine of a Wasm program the growing of its stack.
package stack

// room is what ranking takes of a stack, in bytes.
const room = 14 << 10

// Grow makes room on the stack of a goroutine that has just begun. A stack begins
// with 2 KiB and doubles whenever it is full. Each time all frames on it are
// adjusted, which takes long in Wasm; now there are none.
// See RATIONALE: why-stacks-grow-at-once.
//
//go:noinline
func Grow() { use(new([room]byte)) }

// use makes the array a part of Grow's frame.
//
//go:noinline
func use(*[room]byte) {}
