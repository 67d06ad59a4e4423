package cli

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestReadmeExample answers the README's request and its Hebrew variant, and
// compares with what the README prints.
func TestReadmeExample(t *testing.T) {
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	request := find(t, readme, `(?s)-d '(\{.*?\n\})'`)[0]
	hebrew := find(t, readme, `\x60("query": ".*?")\x60`)[0]
	want := find(t, readme, "(?s)```json\n(\\[.*?\\])\n```")
	if len(want) != 2 {
		t.Fatalf("README.md prints %d answers, want 2", len(want))
	}
	compareAnswer(t, request, want[0])
	compareAnswer(t, regexp.MustCompile(`"query": ".*?"`).ReplaceAllString(request, hebrew), want[1])
}

// find answers the first group of every match, of which there must be one.
func find(t *testing.T, text []byte, pattern string) []string {
	t.Helper()
	var out []string
	for _, m := range regexp.MustCompile(pattern).FindAllSubmatch(text, -1) {
		out = append(out, string(m[1]))
	}
	if out == nil {
		t.Fatalf("README.md holds no %s", pattern)
	}
	return out
}

func compareAnswer(t *testing.T, request, want string) {
	t.Helper()
	var out, errs bytes.Buffer
	env := &Env{Ctx: t.Context(), Stdin: strings.NewReader(request), Stdout: &out, Stderr: &errs}
	if code := Run([]string{"rerank", "--format", "json"}, env); code != exitDone {
		t.Fatalf("code %d: %s", code, &errs)
	}
	if got := strings.TrimSpace(out.String()); got != want {
		t.Errorf("the answer is\n%s\nbut README.md says\n%s", got, want)
	}
}
