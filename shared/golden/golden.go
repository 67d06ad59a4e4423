// Package golden compares what tests make with the files beside them, and says
// in the first line of a failure how much changed and what to do if that is
// meant. It is for tests only.
package golden

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/rogpeppe/go-internal/diff"
)

const (
	// shown differences of a failure; the others are counted.
	shown = 3
	// lineLimit and hunkLimit cut lines of so many bytes and differences of so
	// many lines.
	lineLimit = 200
	hunkLimit = 12
)

// Case is one of many answers that a golden file holds.
type Case struct{ Name, Want, Got string }

// File compares got with the file at path, or writes it there with update.
func File(t testing.TB, update bool, path string, got []byte) {
	t.Helper()
	if update {
		Write(t, path, got)
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; make golden writes it", err)
	}
	if hunks := differences(string(want), string(got)); len(hunks) > 0 {
		t.Errorf("%s differs in %s; if that is meant: make golden (-golden +made now)\n%s", path, counted(len(hunks), "place"), some(hunks))
	}
}

// Write writes a golden file and the folder it lies in.
func Write(t testing.TB, path string, got []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, got, 0o644); err != nil {
		t.Fatal(err)
	}
}

// Cases reports those cases whose answer changed: how many first, and what to do
// about it, then the first difference of three of them. It returns how many.
func Cases(t testing.TB, todo string, cases []Case) int {
	t.Helper()
	var changed []string
	for _, c := range cases {
		if hunks := differences(c.Want, c.Got); len(hunks) > 0 {
			changed = append(changed, c.Name+":\n"+hunks[0])
		}
	}
	if len(changed) > 0 {
		t.Errorf("%d of %s changed; if that is meant: %s (-golden +made now)\n%s", len(changed), counted(len(cases), "case"), todo, some(changed))
	}
	return len(changed)
}

// JSON spreads one line of JSON over many.
func JSON(t testing.TB, line []byte) []byte {
	t.Helper()
	if bytes.ContainsRune(line, '\n') {
		t.Errorf("the answer is not one line: %q", line)
	}
	pretty, err := jsontext.AppendFormat(nil, line, jsontext.Multiline(true), jsontext.WithIndent("  "))
	if err != nil {
		t.Fatalf("the answer is no JSON: %v\n%s", err, line)
	}
	return append(pretty, '\n')
}

// NoStrays reports files of a folder of goldens that no test compares.
func NoStrays(t testing.TB, folder string, compared map[string]bool) {
	t.Helper()
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !compared[f.Name()] {
			t.Errorf("no test makes %s; remove it", filepath.Join(folder, f.Name()))
		}
	}
}

// differences are the hunks of a unified diff.
func differences(want, got string) []string {
	_, hunks, _ := strings.Cut(string(diff.Diff("golden", []byte(want), "now", []byte(got))), "\n@@")
	if hunks == "" {
		return nil
	}
	return strings.Split(hunks, "\n@@")
}

func some(differences []string) string {
	var b strings.Builder
	for _, d := range differences[:min(shown, len(differences))] {
		lines := strings.Split(strings.TrimSuffix(d, "\n"), "\n")
		for _, line := range lines[:min(hunkLimit, len(lines))] {
			b.WriteString("  " + line[:min(lineLimit, len(line))] + "\n")
		}
		if cut := len(lines) - hunkLimit; cut > 0 {
			fmt.Fprintf(&b, "  … %s\n", counted(cut, "more line"))
		}
	}
	if rest := len(differences) - shown; rest > 0 {
		fmt.Fprintf(&b, "… and %d more\n", rest)
	}
	return b.String()
}

func counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}
