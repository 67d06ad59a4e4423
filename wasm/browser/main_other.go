//go:build !js

// Command browser is WebAssembly for JavaScript; see exports_js.go. This half
// lets the rest of the package be built and tested natively.
package main

func main() { panic("wasm/browser runs in JavaScript only: build it with GOOS=js GOARCH=wasm") }
