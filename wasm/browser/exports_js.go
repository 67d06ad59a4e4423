// Command browser is the scorer as WebAssembly for JavaScript. It exports
// functions that compute and nothing else: it touches neither the page nor the
// network, and what crosses the border is one frame in and one frame out.
//
// A caller reserves room with alloc, writes a request frame there, calls run
// and reads out_len bytes at out_ptr. Calls do not overlap: JavaScript has one
// thread. Memory may grow in alloc and run, so a view on it is made after
// each. See web/src/instance.ts.
package main

//lint:file-ignore U1000 the exports are called by JavaScript

import (
	"unsafe"

	"github.com/splitrank/splitrank/wasm/internal/stack"
)

// live is the one session of this instance.
var live session

func main() {
	live.stemmers = stemmers()
	select {} // an instance serves until it is dropped
}

// alloc returns the address of room for a request of n bytes, 0 if there is
// none.
//
//go:wasmexport alloc
func alloc(n uint32) (p unsafe.Pointer) {
	defer func() { _ = recover() }()
	return unsafe.Pointer(unsafe.SliceData(live.reserve(n)))
}

// run answers the request of n bytes at alloc's address.
//
//go:wasmexport run_frame
func run(n uint32) uint32 {
	stack.Grow()
	return uint32(live.run(n))
}

// describe answers with the scorer's name and no items.
//
//go:wasmexport describe
func describe() uint32 { return uint32(live.describe()) }

// outPtr is the address of the last answer.
//
//go:wasmexport out_ptr
func outPtr() unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(live.out)) }

// outLen is the size of the last answer in bytes.
//
//go:wasmexport out_len
func outLen() uint32 { return uint32(len(live.out)) }
