package eval

import (
	"io"
	"strconv"
	"strings"
)

// ReadQrels reads judgements in either of two forms, told apart by the number
// of columns of each line: BEIR's three (query, document, grade; the header is
// skipped) and trec_eval's four (query, iteration, document, grade). A document
// judged twice for a query is an error, as it is for trec_eval.
func ReadQrels(name string, r io.Reader) (Qrels, error) {
	l, err := newLines(name, r)
	if err != nil {
		return nil, err
	}
	qrels := Qrels{}
	for l.next() {
		f := strings.Fields(string(l.line))
		if l.number == 1 && isHeader(f) {
			continue
		}
		if err := addJudgement(qrels, f, l); err != nil {
			return nil, err
		}
	}
	return qrels, l.err()
}

func isHeader(fields []string) bool {
	_, err := wholeNumber(fields[len(fields)-1])
	return err != nil && len(fields) == 3
}

// wholeNumber reads an integer, also as a spreadsheet or a data frame writes it:
// "1.0".
func wholeNumber(s string) (int, error) {
	if whole, zeros, point := strings.Cut(s, "."); point && zeros != "" && strings.Trim(zeros, "0") == "" {
		s = whole
	}
	return strconv.Atoi(s)
}

func addJudgement(qrels Qrels, f []string, l *lines) error {
	if len(f) != 3 && len(f) != 4 {
		return l.failf("want 3 columns (query, document, grade) or 4 (query, 0, document, grade), got %d", len(f))
	}
	query, document := f[0], f[len(f)-2]
	grade, err := wholeNumber(f[len(f)-1])
	if err != nil {
		return l.failf("grade %q is not a whole number", f[len(f)-1])
	}
	if qrels[query] == nil {
		qrels[query] = Grades{}
	}
	if _, twice := qrels[query][document]; twice {
		return l.failf("document %q of query %q is judged twice", document, query)
	}
	qrels[query][document] = grade
	return nil
}
