package cli

import (
	"encoding/json"
	"math"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/server/internal/ort/orttest"
)

// readmeExamples are the README's request, its Hebrew variant, and the answers
// that the README prints: those of the heuristics.
func readmeExamples(t *testing.T) (requests, answers []string) {
	t.Helper()
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	request := find(t, readme, `(?s)-d '(\{.*?\n\})'`)[0]
	hebrew := find(t, readme, `\x60("query": ".*?")\x60`)[0]
	answers = find(t, readme, "(?s)```json\n(\\[.*?\\])\n```")
	if len(answers) != 2 {
		t.Fatalf("README.md prints %d answers, want 2", len(answers))
	}
	return []string{request, regexp.MustCompile(`"query": ".*?"`).ReplaceAllString(request, hebrew)}, answers
}

// TestReadmeExample: without a model the answers are what the README prints.
func TestReadmeExample(t *testing.T) {
	requests, answers := readmeExamples(t)
	for i, request := range requests {
		if got := answerTo(t, request); got != answers[i] {
			t.Errorf("the answer is\n%s\nbut README.md says\n%s", got, answers[i])
		}
	}
}

// TestReadmeExampleByDefault: the built-in model finds the same answer, and leaves
// Hebrew alone. Its scores are near those that README.md tells: their last digits
// differ between processors.
func TestReadmeExampleByDefault(t *testing.T) {
	byDefault(t)
	orttest.Library(t)
	requests, answers := readmeExamples(t)
	english := answerTo(t, requests[0])
	if first, _, _ := strings.Cut(answers[0], ","); !strings.HasPrefix(english, first+",") || english == answers[0] {
		t.Errorf("the model answers\n%s\nbut README.md says that the first is %s", english, first)
	}
	if told := readmeScores(t); !slices.EqualFunc(told, scoresOf(t, english), func(a, b float64) bool { return math.Abs(a-b) < 0.005 }) {
		t.Errorf("the model answers\n%s\nbut README.md says %v", english, told)
	}
	if got := answerTo(t, requests[1]); got != answers[1] {
		t.Errorf("in Hebrew the answer is\n%s\nbut README.md says\n%s", got, answers[1])
	}
}

// readmeScores are those of the built-in model that README.md tells in a sentence.
func readmeScores(t *testing.T) (scores []float64) {
	t.Helper()
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range find(t, readme, "\x60 with (0\\.[0-9]{3})") {
		score, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		scores = append(scores, score)
	}
	return scores
}

// scoresOf an answer to chunks.
func scoresOf(t *testing.T, answer string) (scores []float64) {
	t.Helper()
	var chunks []struct {
		Score float64 `json:"rerank_score"`
	}
	if err := json.Unmarshal([]byte(answer), &chunks); err != nil {
		t.Fatal(err)
	}
	for _, c := range chunks {
		scores = append(scores, c.Score)
	}
	return scores
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

func answerTo(t *testing.T, request string) string {
	t.Helper()
	code, stdout, stderr := command(t, request, "rerank", "--format", "json")
	if code != exitDone {
		t.Fatalf("code %d: %s", code, stderr)
	}
	return strings.TrimSpace(stdout)
}
