package sample_test

import (
	"bytes"
	"flag"
	"fmt"
	"testing"

	"github.com/splitrank/splitrank/shared/eval"
	"github.com/splitrank/splitrank/shared/golden"
)

const (
	runFile = "run.bm25.trec"
	depth   = 100 // candidates per query
)

var update = flag.Bool("update", false, "rewrite "+runFile)

// The run is derived data: it has to follow from the texts beside it.
func TestRunFollowsFromTheTexts(t *testing.T) {
	c := readCollection(t)
	golden.File(t, *update, runFile, trecRun(newBM25(c.corpus), c.queries))
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
