package sample_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/splitrank/splitrank/shared/eval"
	"golang.org/x/text/unicode/norm"
)

// collection is the folder as a reader of BEIR folders sees it.
type collection struct {
	corpus  map[string]eval.Passage
	queries []eval.Query // in file order
	qrels   eval.Qrels
}

// readCollection fails on what the readers refuse: malformed lines, missing
// ids, ids or judgements that are there twice.
func readCollection(t *testing.T) collection {
	t.Helper()
	var c collection
	var errs [3]error
	c.corpus, errs[0] = eval.ReadCorpus("corpus.jsonl", bytes.NewReader(readFile(t, "corpus.jsonl")), nil)
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
	return text
}

func TestEveryQuestionIsAnswered(t *testing.T) {
	c := readCollection(t)
	for _, query := range c.queries {
		best := 0
		for _, grade := range c.qrels[query.ID] {
			best = max(best, grade)
		}
		if best < 3 {
			t.Errorf("%s %q: best grade %d, want a passage of grade 3", query.ID, query.Text, best)
		}
	}
}

func TestJudgementsNameWhatExists(t *testing.T) {
	c := readCollection(t)
	asked := map[string]bool{}
	for _, query := range c.queries {
		asked[query.ID] = true
	}
	for query, grades := range c.qrels {
		if !asked[query] {
			t.Errorf("judged query %q does not exist", query)
		}
		for passage, grade := range grades {
			if _, ok := c.corpus[passage]; !ok {
				t.Errorf("%s: judged passage %q does not exist", query, passage)
			}
			if grade < 1 || grade > 3 {
				t.Errorf("%s %s: grade %d, want 1 to 3", query, passage, grade)
			}
		}
	}
}

// A passage is judged in the language of the question, unless only the other
// language has an answer: README says so, and how often.
// See RATIONALE: why-an-answer-in-another-language-rarely-counts.
func TestLanguageOfAnswers(t *testing.T) {
	c := readCollection(t)
	var mixed []string
	for _, query := range c.queries {
		other := 0
		for passage := range c.qrels[query.ID] {
			if isHebrew(c.corpus[passage].Text) != isHebrew(query.Text) {
				other++
			}
		}
		if other > 0 {
			mixed = append(mixed, query.ID)
		}
		if other > 0 && other < len(c.qrels[query.ID]) {
			t.Errorf("%s has answers in both languages", query.ID)
		}
	}
	if got := strings.Join(mixed, " "); got != "q58 q59 q60" {
		t.Errorf("questions answered in the other language: %s, README names q58 q59 q60", got)
	}
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

func TestPassagesAreDistinct(t *testing.T) {
	seen := map[string]string{}
	for id, passage := range readCollection(t).corpus {
		if passage.Text == "" {
			t.Errorf("%s is empty", id)
		}
		if other, twice := seen[passage.Text]; twice {
			t.Errorf("%s and %s have the same text", id, other)
		}
		seen[passage.Text] = id
	}
}

// The readers mend invalid UTF-8, so the bytes themselves are looked at.
func TestFilesAreNormalizedUnicode(t *testing.T) {
	for _, path := range []string{"corpus.jsonl", "queries.jsonl", "qrels/test.tsv", "README.md"} {
		switch text := readFile(t, path); {
		case !utf8.Valid(text):
			t.Errorf("%s is not valid UTF-8", path)
		case !norm.NFC.IsNormal(text):
			t.Errorf("%s is not in normalization form C", path)
		}
	}
}

// A clone pays for this folder whether it measures anything or not.
func TestFolderStaysSmall(t *testing.T) {
	const limit = 250_000 // bytes
	var size int64
	err := filepath.WalkDir(".", func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err == nil {
			size += info.Size()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if size > limit {
		t.Errorf("the folder has %d bytes, want at most %d", size, limit)
	}
}
