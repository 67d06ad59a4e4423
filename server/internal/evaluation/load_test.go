package evaluation

import (
	"bytes"
	"compress/gzip"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/splitrank/splitrank/shared/eval"
)

// files makes a folder of files for a test.
func files(t *testing.T, contents map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range contents {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const (
	corpusText = `{"_id": "a", "title": "T", "text": "alpha"}
{"_id": "b", "text": "beta"}
{"_id": "c", "text": "gamma"}
`
	queriesText = `{"_id": "1", "text": "first"}
{"_id": "2", "text": "second"}
{"_id": "3", "text": "nobody judged"}
{"_id": "4", "text": "nothing found"}
`
	qrelsText = "query-id\tcorpus-id\tscore\n1\ta\t1\n2\tc\t2\n2\ta\t1\n4\ta\t1\n9\ta\t1\n"
	runText   = "1 Q0 b 1 3 x\n1 Q0 a 2 2 x\n1 Q0 c 3 1 x\n2 Q0 c 1 9 x\n2 Q0 b 2 8 x\n3 Q0 a 1 1 x\n"
)

func beir() map[string]string {
	return map[string]string{
		"corpus.jsonl": corpusText, "queries.jsonl": queriesText, "qrels/test.tsv": qrelsText, "run.x.trec": runText,
	}
}

// ids of the candidates by query.
func ids(c *Collection) map[string]string {
	m := map[string]string{}
	for _, q := range c.Queries {
		var list []string
		for _, p := range q.Candidates {
			list = append(list, p.ID)
		}
		m[q.ID] = strings.Join(list, " ")
	}
	return m
}

func TestLoadFolder(t *testing.T) {
	dir := files(t, beir())
	c, err := Load(Source{Data: dir})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"1": "b a c", "2": "c b"}, ids(c)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(LeftOut{Unjudged: 1, Unretrieved: 1}, c.LeftOut); diff != "" {
		t.Error(diff)
	}
	if got, want := c.Title(), filepath.Base(dir)+" x"; got != want {
		t.Errorf("title %q, want %q", got, want)
	}
	want := Query{
		ID: "2", Text: "second", Grades: eval.Grades{"c": 2, "a": 1},
		Candidates: []eval.Passage{{ID: "c", Text: "gamma"}, {ID: "b", Text: "beta"}},
	}
	if diff := cmp.Diff(want, c.Queries[1]); diff != "" {
		t.Error(diff)
	}
}

func TestLoadComplete(t *testing.T) {
	c, err := Load(Source{Data: files(t, beir()), Complete: true})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"1": "b a c", "2": "c b", "4": ""}, ids(c)); diff != "" {
		t.Error(diff)
	}
	r, err := Evaluate(context.Background(), c, mustParse(t, "first-stage", "heuristic"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	// By hand: 1/2, 1 and 0 over three queries.
	if got := r.Pipelines[0].Metrics["mrr@10"]; got != 0.5 || r.LeftOut != (LeftOut{Unjudged: 1}) {
		t.Errorf("mrr@10 = %v, left out %+v, want 0.5 and one unjudged", got, r.LeftOut)
	}
}

func TestLoadDepth(t *testing.T) {
	all := beir()
	all["corpus.jsonl"] = strings.Replace(all["corpus.jsonl"], `"c"`, `"elsewhere"`, 1)
	all["run.x.trec"] = "1 Q0 b 1 3 x\n1 Q0 a 2 2 x\n1 Q0 c 3 1 x\n"
	c, err := Load(Source{Data: files(t, all), Depth: 2}) // c, in third place, need not be in the corpus
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"1": "b a"}, ids(c)); diff != "" {
		t.Error(diff)
	}
}

func TestLoadFromElsewhere(t *testing.T) {
	dir := files(t, map[string]string{
		"queries.jsonl": queriesText, "qrels/dev.tsv": qrelsText, "other/c.jsonl": corpusText, "other/r": runText,
		"other/q": "1 0 c 3\n",
	})
	c, err := Load(Source{Data: dir, Split: "dev", Corpus: dir + "/other/c.jsonl", Run: dir + "/other/r"})
	if err != nil || len(c.Queries) != 2 {
		t.Fatalf("got %v, %v, want two queries", c, err)
	}
	c, err = Load(Source{Data: dir, Qrels: dir + "/other/q", Corpus: dir + "/other/c.jsonl", Run: dir + "/other/r"})
	if err != nil || len(c.Queries) != 1 || c.Queries[0].Grades["c"] != 3 {
		t.Fatalf("got %v, %v, want query 1 with c of grade 3", c, err)
	}
}

func TestLoadErrors(t *testing.T) {
	tests := []struct {
		name   string
		change func(map[string]string)
		want   string
	}{
		{"no run", func(m map[string]string) { delete(m, "run.x.trec") }, "no run.*.trec|--run"},
		{"two runs", func(m map[string]string) { m["run.y.trec"] = runText }, "run.x.trec|run.y.trec|--run"},
		{"no corpus", func(m map[string]string) { delete(m, "corpus.jsonl") }, "corpus.jsonl"},
		{"no judgements", func(m map[string]string) { delete(m, "qrels/test.tsv") }, "test.tsv"},
		{"no queries", func(m map[string]string) { delete(m, "queries.jsonl") }, "queries.jsonl"},
		{"unknown document", func(m map[string]string) { m["run.x.trec"] += "1 Q0 zz 9 0 x\n" }, `"zz"|"1"|run.x.trec|not in the corpus`},
		{"bad line", func(m map[string]string) { m["run.x.trec"] += "1 Q0\n" }, "run.x.trec:7"},
		{"nothing to measure", func(m map[string]string) { m["run.x.trec"] = "3 Q0 a 1 1 x\n" }, "no query with judgements and candidates|1 unjudged|3 without"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			all := beir()
			test.change(all)
			_, err := Load(Source{Data: files(t, all)})
			wantError(t, err, test.want)
		})
	}
}

// wantError holds that an error names every one of the parts.
func wantError(t *testing.T, err error, parts string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	for _, part := range strings.Split(parts, "|") {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q does not name %q", err, part)
		}
	}
}

func TestLoadCases(t *testing.T) {
	const inline = `{"query": "q", "relevant_chunks": ["a"], "candidates": [{"id": "b", "text": "own"}, {"id": "a", "text": ""}]}`
	const byID = `{"id": "1", "query": "q", "relevant_chunks": ["a"], "candidates": ["b", {"id": "a", "text": "own"}]}`
	const bare = `{"id": "1", "query": "q", "relevant_chunks": ["a"]}`
	tests := []struct {
		name  string
		files map[string]string
		run   bool
		want  map[string]string
	}{
		{"inline candidates need no corpus", map[string]string{"cases.jsonl": inline}, false, map[string]string{"1": "b a"}},
		{"ids are looked up beside the file", map[string]string{"cases.jsonl": byID, "corpus.jsonl": corpusText}, false, map[string]string{"1": "b a"}},
		{"a run names them", map[string]string{"cases.jsonl": bare, "corpus.jsonl": corpusText, "run": runText}, true, map[string]string{"1": "b a c"}},
		{"one without candidates is left out", map[string]string{"cases.jsonl": inline + "\n" + `{"query": "r", "relevant_chunks": ["a"]}`}, false, map[string]string{"1": "b a"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := files(t, test.files)
			source := Source{Data: filepath.Join(dir, "cases.jsonl")}
			if test.run {
				source.Run = filepath.Join(dir, "run")
			}
			c, err := Load(source)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, ids(c)); diff != "" {
				t.Error(diff)
			}
			if c.Title() != "cases.jsonl" {
				t.Errorf("title %q", c.Title())
			}
		})
	}
}

func TestLoadCasesErrors(t *testing.T) {
	bare := `{"query": "q", "relevant_chunks": ["a"]}`
	byID := `{"query": "q", "relevant_chunks": ["a"], "candidates": ["zz"]}`
	for name, test := range map[string]struct {
		files map[string]string
		want  string
	}{
		"no candidates": {map[string]string{"cases.jsonl": bare}, "no query|1 without candidates"},
		"no corpus":     {map[string]string{"cases.jsonl": byID}, "corpus.jsonl"},
		"not in corpus": {map[string]string{"cases.jsonl": byID, "corpus.jsonl": corpusText}, `"zz"|not in the corpus`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Load(Source{Data: filepath.Join(files(t, test.files), "cases.jsonl")})
			wantError(t, err, test.want)
		})
	}
}

// TestGzippedJudgements: like the other files, the judgements of a folder may
// be gzipped.
func TestGzippedJudgements(t *testing.T) {
	tree := beir()
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	if _, err := z.Write([]byte(qrelsText)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	delete(tree, "qrels/test.tsv")
	tree["qrels/test.tsv.gz"] = zipped.String()
	got, err := Source{Data: files(t, tree)}.readQrels()
	if err != nil || got["2"]["c"] != 2 {
		t.Errorf("judgements %v, error %v", got, err)
	}
}
