package eval

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Hit is a retrieved document.
type Hit struct {
	ID    string
	Score float64
	// Rank as the retriever gave it; it decides between equal scores.
	Rank int
}

// Run is what a retriever answered: query id to hits, best first.
type Run map[string][]Hit

// ReadRun reads a TREC run, six columns: query, Q0, document, rank, score, tag.
//
// As for trec_eval the score decides, highest first, whatever the rank says.
// Equal scores keep the retriever's rank, and only where that is equal too
// come by document id, highest first. trec_eval goes straight to the document
// id; but a candidate's rank is what a re-ranker is given, and an order that
// the retriever never made would be a wrong baseline.
func ReadRun(name string, r io.Reader) (Run, error) {
	l, err := newLines(name, r)
	if err != nil {
		return nil, err
	}
	run, seen := Run{}, map[[2]string]bool{}
	for l.next() {
		query, hit, err := parseHit(string(l.line))
		if err != nil {
			return nil, l.fail(err)
		}
		key := [2]string{query, hit.ID}
		if seen[key] {
			return nil, l.failf("document %q of query %q is there twice", hit.ID, query)
		}
		seen[key] = true
		run[query] = append(run[query], hit)
	}
	for _, hits := range run {
		slices.SortFunc(hits, byRunOrder)
	}
	return run, l.err()
}

func parseHit(line string) (query string, hit Hit, err error) {
	f := strings.Fields(line)
	if len(f) != 6 {
		return "", Hit{}, fmt.Errorf("want 6 columns (query, Q0, document, rank, score, tag), got %d", len(f))
	}
	rank, err := wholeNumber(f[3])
	if err != nil {
		return "", Hit{}, fmt.Errorf("rank %q is not a whole number", f[3])
	}
	score, err := strconv.ParseFloat(f[4], 64)
	if err != nil || math.IsNaN(score) || math.IsInf(score, 0) {
		return "", Hit{}, fmt.Errorf("score %q is not a finite number", f[4])
	}
	return f[0], Hit{ID: f[2], Score: score, Rank: rank}, nil
}

// byRunOrder is by score, then by rank: see RATIONALE: why-equal-scores-keep-their-rank.
func byRunOrder(a, b Hit) int {
	return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Rank, b.Rank), cmp.Compare(b.ID, a.ID))
}
