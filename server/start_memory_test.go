//go:build !race

// The race detector's own memory would be counted too: the program is the test.

package main

import "testing"

// maxPeakMB bounds the memory of a server with the built-in model, to its first
// answer.
const maxPeakMB = 250

// TestStartMemory: the model that everybody gets by default is a small one.
func TestStartMemory(t *testing.T) {
	if _, peakMB := firstAnswer(t); peakMB > maxPeakMB {
		t.Errorf("the peak is %.0f MB, want at most %d", peakMB, maxPeakMB)
	}
}
