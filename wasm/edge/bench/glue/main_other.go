//go:build !js

// Command glue runs in a Worker only; see main_js.go.
package main

func main() {}
