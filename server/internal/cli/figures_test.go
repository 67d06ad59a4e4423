package cli

import (
	"regexp"
	"strings"
	"testing"
)

// TestFiguresOfTheSample: what the page of figures prints of the sample is what is
// measured today, intervals included; only times are a machine's own.
func TestFiguresOfTheSample(t *testing.T) {
	page := readPage(t, "../../../shared/eval/FIGURES.md")
	told := find(t, page, "(?s)--model none` prints.*?```\n(.*?)\n```")[0]
	code, measured, stderr := command(t, "", "eval", "--data", "../../../shared/eval/sample", "--model", "none")
	if code != exitDone {
		t.Fatalf("code %d: %s", code, stderr)
	}
	if got, want := withoutTimes(measured), withoutTimes(told); got != want {
		t.Errorf("measured is\n%s\nbut shared/eval/FIGURES.md says\n%s\nCopy the first one there", got, want)
	}
}

// withoutTimes cuts the last two columns, p50 and p95, and what widths depend on them.
func withoutTimes(table string) string {
	times := regexp.MustCompile(`(?m) +([0-9.]+|p50 ms) +([0-9.]+|p95 ms) *$`)
	return strings.TrimSpace(times.ReplaceAllString(table, ""))
}
