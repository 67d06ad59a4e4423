package evaluation

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/splitrank/splitrank/shared/eval"
)

// summaryOf measures collections with three pipelines and takes the latencies,
// which no golden file can know, out again.
func summaryOf(t *testing.T, collections ...*Collection) *Summary {
	t.Helper()
	pipelines := append(mustParse(t, "first-stage", "retriever@2"), pipelineOf("<reversed>", reversed))
	var reports []*Report
	for _, c := range collections {
		r, err := Evaluate(context.Background(), c, pipelines, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for i := range r.Pipelines {
			r.Pipelines[i].Latency = Latency{P50: float64(i), P95: float64(i) + 0.5}
			r.Pipelines[i].millis = []float64{float64(i), float64(i) + 0.5}
		}
		reports = append(reports, r)
	}
	s, err := Summarize(reports)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func one(t *testing.T) *Summary {
	c := collection(3)
	c.LeftOut = LeftOut{Unjudged: 2, Unretrieved: 1}
	return summaryOf(t, c)
}

func two(t *testing.T) *Summary {
	other := collection(2)
	other.Name, other.Run, other.MinGrade = "another collection", "", 2
	other.Queries[0].Grades = eval.Grades{"d0": 3}
	return summaryOf(t, collection(3), other)
}

// curved is a curve over budgets, with a query that loses.
func curved(t *testing.T) *Summary {
	c := &Collection{Name: "curve", Run: "r", MinGrade: 1, Depth: 100}
	for i, text := range []string{"text 2 7 19", "<b>text</b> 1 & 12", "טקסט 3"} {
		c.Queries = append(c.Queries, Query{ID: fmt.Sprint("q", i), Text: text, Candidates: passages(30), Grades: eval.Grades{fmt.Sprint("d", i): 2, "d7": 1, "d19": 1}})
	}
	c.Queries[1].Candidates[1].Text += strings.Repeat(" <script>", 90)
	names := []string{"first-stage", "retriever@10", "trim@10", "trim", "heuristic", "cross-encoder", "cross-encoder@10", "cross-encoder@20", "cascade@10", "cascade@20", "cascade@auto", "cascade@20~0.5"}
	r, err := Evaluate(t.Context(), c, withModel(t, new(atomic.Int64), names...), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range r.Pipelines {
		r.Pipelines[i].Latency = Latency{P50: float64(i), P95: float64(2 * i)}
		r.Pipelines[i].millis = []float64{float64(i) / 2, float64(i), float64(2 * i)}
	}
	s, err := Summarize([]*Report{r})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestOutputs(t *testing.T) {
	tests := []struct {
		golden  string
		summary func(*testing.T) *Summary
		write   func(io.Writer, *Summary) error
	}{
		{"one.txt", one, WriteTable},
		{"two.txt", two, WriteTable},
		{"one.json", one, WriteJSON},
		{"two.json", two, WriteJSON},
		{"one.html", one, WriteHTML},
		{"two.html", two, WriteHTML},
		{"curve.txt", curved, WriteTable},
		{"curve.json", curved, WriteJSON},
		{"curve.html", curved, WriteHTML},
	}
	for _, test := range tests {
		t.Run(test.golden, func(t *testing.T) {
			var b bytes.Buffer
			if err := test.write(&b, test.summary(t)); err != nil {
				t.Fatal(err)
			}
			goldenFile(t, test.golden, b.Bytes())
		})
	}
}

// The page has to work from a disk without a network.
func TestHTMLNeedsNothingElse(t *testing.T) {
	var b bytes.Buffer
	for _, summary := range []*Summary{two(t), curved(t)} {
		if err := WriteHTML(&b, summary); err != nil {
			t.Fatal(err)
		}
	}
	page := b.String()
	if found := regexp.MustCompile(`(?i)<script|\bsrc=|\bhref=|url\(|@import|https?:`).FindString(page); found != "" {
		t.Errorf("the page refers to something: %q", found)
	}
	if strings.Contains(page, "<reversed>") || !strings.Contains(page, "&lt;reversed&gt;") {
		t.Error("a name is not escaped")
	}
	if strings.Contains(page, "ZgotmplZ") || !strings.Contains(page, "width:25.00%") && !strings.Contains(page, "width:30.66%") {
		t.Error("a bar has no width")
	}
	if !strings.Contains(page, "light-dark(") {
		t.Error("the page does not follow the dark setting")
	}
}

// failing refuses to be written to.
type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestWritersReportFailure(t *testing.T) {
	for name, write := range map[string]func(io.Writer, *Summary) error{"table": WriteTable, "json": WriteJSON, "html": WriteHTML} {
		if err := write(failing{}, two(t)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
