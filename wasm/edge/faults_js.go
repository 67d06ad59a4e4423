//go:build !splitrank_faults

package main

import "net/http"

// withFaults adds none: see faults_injected_js.go.
func withFaults(h http.Handler) http.Handler { return h }
