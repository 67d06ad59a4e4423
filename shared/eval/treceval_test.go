package eval

import (
	"bytes"
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"
)

// trecCase is one ranking for testdata/treceval.py.
type trecCase struct {
	Order    []string `json:"order"`
	Judged   Grades   `json:"judged"`
	MinGrade int      `json:"min_grade"`
}

// TestAgainstTrecEval compares every measure of random rankings with
// trec_eval's own code through PyPI's pytrec_eval (or pytrec_eval-terrier).
// SPLITRANK_PYTHON chooses the interpreter.
func TestAgainstTrecEval(t *testing.T) {
	python := interpreter(t)
	cases := randomCases(500)
	input, err := json.Marshal(cases)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python, "testdata/treceval.py")
	cmd.Stdin, cmd.Stderr = bytes.NewReader(input), os.Stderr
	output, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var theirs []map[string]float64
	if err := json.Unmarshal(output, &theirs); err != nil {
		t.Fatal(err)
	}
	if len(theirs) != len(cases) {
		t.Fatalf("got %d answers for %d cases", len(theirs), len(cases))
	}
	for i, c := range cases {
		ranked := Judge(c.Order, c.Judged, c.MinGrade)
		for _, m := range Measures() {
			want, ok := theirs[i][m.Name]
			if got := m.Of(ranked); !ok || math.Abs(got-want) > 1e-12 {
				t.Errorf("case %d: %s = %v, trec_eval says %v (%+v)", i, m.Name, got, want, c)
			}
		}
	}
}

func interpreter(t *testing.T) string {
	t.Helper()
	python := os.Getenv("SPLITRANK_PYTHON")
	if python == "" {
		python = "python3"
	}
	if out, err := exec.Command(python, "-c", "import pytrec_eval").CombinedOutput(); err != nil {
		t.Skipf("comparing with trec_eval needs pytrec_eval in %s (pip install pytrec_eval-terrier, or set SPLITRANK_PYTHON): %v %s", python, err, lastLine(out))
	}
	return python
}

func lastLine(b []byte) []byte {
	b = bytes.TrimSpace(b)
	return b[bytes.LastIndexByte(b, '\n')+1:]
}

func randomCases(n int) []trecCase {
	random := rand.New(rand.NewPCG(3, 4))
	cases := make([]trecCase, n)
	for i := range cases {
		documents := make([]byte, 1+random.IntN(40))
		for d := range documents {
			documents[d] = byte(random.Uint32())
		}
		documents[0] |= 0x10 // trec_eval leaves out queries without a retrieved
		documents[0] &^= 4   // or without a judged document
		order, judged := unpack(documents)
		for id, grade := range judged {
			judged[id] = max(grade, -1) // trec_eval writes out of bounds below that
		}
		random.Shuffle(len(order), func(a, b int) { order[a], order[b] = order[b], order[a] })
		cases[i] = trecCase{Order: order, Judged: judged, MinGrade: 1 + random.IntN(3)}
	}
	return cases
}
