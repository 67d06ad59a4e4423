package heuristics_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/heuristics"
)

func TestLimits(t *testing.T) {
	long := strings.Repeat("word ", 1<<24/5) // shared by many documents
	for _, c := range []struct {
		name string
		docs []heuristics.Document
		at   int // index of the document to blame
		says string
	}{
		{"a negative rank", []heuristics.Document{{}, {Rank: -1}}, 1, "rank must be between 0 and 1073741824"},
		{"a rank above the largest", []heuristics.Document{{Rank: heuristics.MaxRank + 1}}, 0, "rank must be"},
		{"too many documents", make([]heuristics.Document, heuristics.MaxDocuments+1), heuristics.MaxDocuments, "1048576"},
		{"too much text", repeat(heuristics.Document{Text: long}, 130), 128, "2147483647 bytes"},
		{"too many titles", repeat(heuristics.Document{Title: long}, 130), 128, "2147483647 bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := heuristics.Rank("bread", c.docs, heuristics.Options{})
			var e *heuristics.DocumentError
			if !errors.As(err, &e) {
				t.Fatalf("error is %v, want a *DocumentError", err)
			}
			if e.Index != c.at || !strings.Contains(e.Problem, c.says) {
				t.Errorf("document %d: %q; want document %d, %q", e.Index, e.Problem, c.at, c.says)
			}
			if !strings.HasPrefix(err.Error(), "heuristics: document ") {
				t.Errorf("error %q does not name the document", err)
			}
		})
	}
}

func repeat(d heuristics.Document, n int) []heuristics.Document {
	out := make([]heuristics.Document, n)
	for i := range out {
		out[i] = d
	}
	return out
}

func TestLargestRankIsServed(t *testing.T) {
	docs := []heuristics.Document{{Text: "a", Rank: heuristics.MaxRank}, {Text: "b", Rank: 1}}
	got, err := heuristics.Rank("", docs, heuristics.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got.Items[0].Index != 1 {
		t.Errorf("document %d is first, want the one of rank 1", got.Items[0].Index)
	}
}

// TestManyDocuments ranks 100,000 and expects the one that answers in front.
func TestManyDocuments(t *testing.T) {
	docs := repeat(heuristics.Document{Text: "rivers and trains"}, 100_000)
	docs[77_777].Text = "the baker's bread"
	got, err := heuristics.Rank("who bakes bread", docs, heuristics.Options{FirstStage: heuristics.Hidden})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Items) != len(docs) || got.Items[0].Index != 77_777 {
		t.Errorf("document %d is first of %d, want 77777 of 100000", got.Items[0].Index, len(got.Items))
	}
}
