//go:build !race

// The race detector's own memory would be counted too: the program is the test.

package main

import "testing"

// maxPeakMB bounds the memory of a server with both built-in models, to its first
// answer.
const maxPeakMB = 350

// TestStartMemory: the models that everybody gets by default are small ones.
func TestStartMemory(t *testing.T) {
	if _, peakMB := firstAnswer(t); peakMB > maxPeakMB {
		t.Errorf("the peak is %.0f MB, want at most %d", peakMB, maxPeakMB)
	}
}
