package crosslingual_test

import (
	"bytes"
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/splitrank/splitrank/shared/eval"
	"github.com/splitrank/splitrank/shared/golden"
)

const (
	corpusFile = "../sample/corpus.jsonl"
	runFile    = "run.unranked.trec"
	depth      = 100 // candidates per question, at most
)

var update = flag.Bool("update", false, "rewrite "+runFile)

// collection is the folder as a reader of BEIR folders sees it.
type collection struct {
	corpus  map[string]eval.Passage
	queries []eval.Query // in file order
	qrels   eval.Qrels
}

func readCollection(t *testing.T) collection {
	t.Helper()
	var c collection
	var errs [3]error
	c.corpus, errs[0] = eval.ReadCorpus(corpusFile, bytes.NewReader(readFile(t, corpusFile)), nil)
	c.queries, errs[1] = eval.ReadQueries("queries.jsonl", bytes.NewReader(readFile(t, "queries.jsonl")))
	c.qrels, errs[2] = eval.ReadQrels("test.tsv", bytes.NewReader(readFile(t, "qrels/test.tsv")))
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !norm.NFC.IsNormal(text) {
		t.Errorf("%s is not in normalization form C", path)
	}
	return text
}

// isHebrew says whether most letters are Hebrew.
func isHebrew(text string) bool {
	hebrew, other := 0, 0
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Hebrew, r):
			hebrew++
		case unicode.IsLetter(r):
			other++
		}
	}
	return hebrew > other
}

// TestAnswersAreInTheOtherLanguage: each question has an answer by itself, and all of
// its answers are in the language that it is not in.
func TestAnswersAreInTheOtherLanguage(t *testing.T) {
	c := readCollection(t)
	if len(c.queries) < 60 || len(c.qrels) != len(c.queries) {
		t.Errorf("%d questions, %d of them judged", len(c.queries), len(c.qrels))
	}
	for _, query := range c.queries {
		best := 0
		for id, grade := range c.qrels[query.ID] {
			passage, known := c.corpus[id]
			if !known || grade < 1 || grade > 3 || isHebrew(passage.Text) == isHebrew(query.Text) {
				t.Errorf("%s: passage %s, known %v, grade %d, %q", query.ID, id, known, grade, passage.Text)
			}
			best = max(best, grade)
		}
		if best != 3 {
			t.Errorf("%s %q: best grade %d, want 3", query.ID, query.Text, best)
		}
	}
}

// TestRunFollowsFromTheTexts: the candidates are derived data.
func TestRunFollowsFromTheTexts(t *testing.T) {
	c := readCollection(t)
	golden.File(t, *update, runFile, c.run())
}

// run has the passages of the other language in no order. Where these are more than
// depth, those that answer none of the questions are left out, the same for all.
func (c collection) run() []byte {
	var out bytes.Buffer
	pools := map[bool][]string{true: c.pool(true), false: c.pool(false)}
	for _, query := range c.queries {
		ids := slices.Clone(pools[!isHebrew(query.Text)])
		slices.SortFunc(ids, func(a, b string) int { return strings.Compare(shuffled(query.ID, a), shuffled(query.ID, b)) })
		for i, id := range ids {
			fmt.Fprintf(&out, "%s Q0 %s %d %d unranked\n", query.ID, id, i+1, len(ids)-i)
		}
	}
	return out.Bytes()
}

// pool of the passages of a language.
func (c collection) pool(hebrew bool) (ids []string) {
	answers := map[string]bool{}
	for _, grades := range c.qrels {
		for id := range grades {
			answers[id] = true
		}
	}
	var rest []string
	for id, passage := range c.corpus {
		switch {
		case isHebrew(passage.Text) != hebrew:
		case answers[id]:
			ids = append(ids, id)
		default:
			rest = append(rest, id)
		}
	}
	slices.Sort(rest)
	return append(ids, rest[:min(len(rest), depth-len(ids))]...)
}

func shuffled(query, id string) string {
	return fmt.Sprintf("%x", sha256.Sum256([]byte(query+" "+id)))
}

// TestReadmeFigures: README's table is made of these rows.
func TestReadmeFigures(t *testing.T) {
	c := readCollection(t)
	run, err := eval.ReadRun(runFile, bytes.NewReader(readFile(t, runFile)))
	if err != nil {
		t.Fatal(err)
	}
	readme := string(readFile(t, "README.md"))
	for _, part := range []struct {
		name string
		has  func(text string) bool
	}{
		{"Hebrew, answered in English", isHebrew},
		{"English, answered in Hebrew", func(text string) bool { return !isHebrew(text) }},
		{"all", func(string) bool { return true }},
	} {
		if row := c.tableRow(part.name, part.has, run); !strings.Contains(readme, row) {
			t.Errorf("README.md lacks the row\n%s", row)
		}
	}
}

func (c collection) tableRow(name string, has func(text string) bool, run eval.Run) string {
	questions, judgements := 0, 0
	var candidates, ndcg []float64
	for _, query := range c.queries {
		if !has(query.Text) {
			continue
		}
		var order []string
		for _, hit := range run[query.ID] {
			order = append(order, hit.ID)
		}
		questions, judgements = questions+1, judgements+len(c.qrels[query.ID])
		candidates = append(candidates, float64(len(order)))
		ndcg = append(ndcg, eval.Judge(order, c.qrels[query.ID], 1).NDCG(10))
	}
	return fmt.Sprintf("| %s | %d | %d | %.0f | %.3f |", name, questions, judgements, eval.Mean(candidates), eval.Mean(ndcg))
}
