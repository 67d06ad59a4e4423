//go:build !js

// Command edge is the gateway as a Cloudflare Worker; see main_js.go. This half
// lets the rest of the package be built and tested natively.
package main

func main() {
	panic("wasm/edge runs in Cloudflare Workers only: build it with GOOS=js GOARCH=wasm, or run make edge")
}
