package cli

import (
	"encoding/json"
	"math"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/server/internal/ort/orttest"
)

const (
	firstPage  = "../../../README.md"
	serverPage = "../../README.md"
)

// readmeExample is the README's request, and the answer that it prints: that of the
// built-in model.
func readmeExample(t *testing.T) (request, answer string) {
	t.Helper()
	m := regexp.MustCompile(`(?s)-d '(\{.*?\})'\n(\[\{.*?\])\n`).FindStringSubmatch(readPage(t, firstPage))
	if m == nil {
		t.Fatal("README.md holds no request with its answer")
	}
	return m[1], m[2]
}

// serverExamples are the README's request and its Hebrew variant, the answers of the
// heuristics that the server's page prints, and the model's to the Hebrew one.
func serverExamples(t *testing.T) (requests, words []string, hebrew string) {
	t.Helper()
	page := readPage(t, serverPage)
	request, _ := readmeExample(t)
	question := find(t, page, `\x60("query": ".*?")\x60`)[0]
	answers := find(t, page, "(?s)```json\n(\\[.*?\\])\n```")
	if len(answers) != 3 {
		t.Fatalf("server/README.md prints %d answers, want 3", len(answers))
	}
	requests = []string{request, regexp.MustCompile(`"query": ".*?"`).ReplaceAllString(request, question)}
	return requests, []string{answers[0], answers[2]}, answers[1]
}

// TestReadmeExample: without a model the answers are what the server's page prints.
func TestReadmeExample(t *testing.T) {
	requests, words, _ := serverExamples(t)
	for i, request := range requests {
		if got := answerTo(t, request); got != words[i] {
			t.Errorf("the answer is\n%s\nbut server/README.md says\n%s", got, words[i])
		}
	}
}

// TestReadmeExampleByDefault: the built-in model answers as both pages say. The last
// digits of its scores differ between processors.
func TestReadmeExampleByDefault(t *testing.T) {
	byDefault(t)
	orttest.Library(t)
	request, told := readmeExample(t)
	requests, _, hebrew := serverExamples(t)
	for _, example := range []struct{ page, request, told string }{
		{"README.md", request, told}, {"server/README.md", requests[1], hebrew},
	} {
		if got := answerTo(t, example.request); !slices.EqualFunc(chunksOf(t, example.told), chunksOf(t, got), chunk.near) {
			t.Errorf("the model answers\n%s\nbut %s says\n%s", got, example.page, example.told)
		}
	}
}

// chunk of an answer to chunks.
type chunk struct {
	ID    string  `json:"chunk_id"`
	Score float64 `json:"rerank_score"`
}

func (c chunk) near(d chunk) bool { return c.ID == d.ID && math.Abs(c.Score-d.Score) < 0.005 }

func chunksOf(t *testing.T, answer string) (chunks []chunk) {
	t.Helper()
	if err := json.Unmarshal([]byte(answer), &chunks); err != nil {
		t.Fatal(err)
	}
	return chunks
}

func readPage(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// find answers the first group of every match, of which there must be one.
func find(t *testing.T, text, pattern string) []string {
	t.Helper()
	var out []string
	for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
		out = append(out, m[1])
	}
	if out == nil {
		t.Fatalf("the page holds no %s", pattern)
	}
	return out
}

func answerTo(t *testing.T, request string) string {
	t.Helper()
	code, stdout, stderr := command(t, request, "rerank", "--format", "json")
	if code != exitDone {
		t.Fatalf("code %d: %s", code, stderr)
	}
	return strings.TrimSpace(stdout)
}
