package sample_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/splitrank/splitrank/shared/eval"
)

const (
	runFile = "run.bm25.trec"
	depth   = 100 // candidates per query
)

var update = flag.Bool("update", false, "rewrite "+runFile)

// The run is derived data: it has to follow from the texts beside it.
func TestRunFollowsFromTheTexts(t *testing.T) {
	c := readCollection(t)
	want := trecRun(newBM25(c.corpus), c.queries)
	if *update {
		if err := os.WriteFile(runFile, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got := readFile(t, runFile)
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s is stale, run go test -update (-made from the texts +file):\n%s", runFile, diff)
	}
}

// trecRun writes the six columns query, Q0, document, rank, score, tag.
func trecRun(first *bm25, queries []eval.Query) []byte {
	var out bytes.Buffer
	for _, query := range queries {
		for i, hit := range first.search(query.Text, depth) {
			fmt.Fprintf(&out, "%s Q0 %s %d %.4f bm25\n", query.ID, hit.ID, i+1, hit.Score)
		}
	}
	return out.Bytes()
}
