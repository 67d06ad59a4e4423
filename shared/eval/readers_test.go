package eval

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadRunOrder(t *testing.T) {
	tests := []struct {
		name, run string
		want      []string
	}{
		{"score decides, not the line", "q Q0 a 2 1 t\nq Q0 b 1 3 t\nq Q0 c 3 2 t", []string{"b", "c", "a"}},
		{"score decides, not the rank", "q Q0 a 1 1 t\nq Q0 b 2 3 t", []string{"b", "a"}},
		{"equal scores keep their rank", "q Q0 a 2 1 t\nq Q0 b 1 1 t\nq Q0 c 3 1 t", []string{"b", "a", "c"}},
		{"equal ranks too: highest id first", "q Q0 a 0 1 t\nq Q0 c 0 1 t\nq Q0 b 0 1 t", []string{"c", "b", "a"}},
		{"negative and exponent", "q Q0 a 1 -1e-3 t\nq Q0 b 2 -2 t\nq Q0 c 3 1e2 t", []string{"c", "a", "b"}},
		{"ranks of a frame", "q Q0 a 2.0 1 t\nq Q0 b 1.0 1 t", []string{"b", "a"}},
		{"byte order mark", "\ufeffq Q0 a 1 2 t\nq Q0 b 2 1 t", []string{"a", "b"}},
		{"tabs, carriage returns, blank lines", "q\tQ0\ta\t1\t2\tt\r\n\r\nq Q0 b 2 1 t\r\n", []string{"a", "b"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			run, err := ReadRun("r", strings.NewReader(test.run))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, hit := range run["q"] {
				got = append(got, hit.ID)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReadQrels(t *testing.T) {
	want := Qrels{"q1": {"a": 1, "b": 0}, "q2": {"a": -1}}
	for name, text := range map[string]string{
		"BEIR with a header":    "query-id\tcorpus-id\tscore\nq1\ta\t1\nq1\tb\t0\nq2\ta\t-1\n",
		"BEIR without a header": "q1\ta\t1\nq1\tb\t0\nq2\ta\t-1",
		"TREC":                  "q1 0 a 1\nq1 0 b 0\nq2 0 a -1\n",
		"grades of a frame":     "query-id\tcorpus-id\tscore\nq1\ta\t1.0\nq1\tb\t0.00\nq2\ta\t-1.0\n",
		"byte order mark":       "\ufeffquery-id\tcorpus-id\tscore\nq1\ta\t1\nq1\tb\t0\nq2\ta\t-1\n",
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ReadQrels("q", strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

const twoPassages = `{"_id": "a", "title": "T", "text": "first", "metadata": {"url": "x"}}
{"_id": "b", "text": "second"}
`

func TestReadCorpus(t *testing.T) {
	all := map[string]Passage{"a": {ID: "a", Title: "T", Text: "first"}, "b": {ID: "b", Text: "second"}}
	tests := []struct {
		name   string
		reader io.Reader
		wanted func(string) bool
		want   map[string]Passage
	}{
		{"plain", strings.NewReader(twoPassages), nil, all},
		{"gzipped", zipped(t, twoPassages), nil, all},
		{"only what is wanted", strings.NewReader(twoPassages), func(id string) bool { return id == "b" }, map[string]Passage{"b": all["b"]}},
		{"invalid UTF-8 is replaced", strings.NewReader("{\"_id\": \"a\", \"text\": \"x\xffy\"}"), nil, map[string]Passage{"a": {ID: "a", Text: "x\ufffdy"}}},
		{"empty", strings.NewReader(""), nil, map[string]Passage{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := ReadCorpus("c", test.reader, test.wanted)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReadCases(t *testing.T) {
	text := `{"query": "one", "relevant_chunks": ["a"], "candidates": ["b", {"id": "a", "text": "", "title": "T", "start": 3}]}
{"id": "x", "query": "two", "relevant_chunks": ["a", "b"], "note": "no candidates"}`
	got, err := ReadCases("c", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	want := []Case{
		{ID: "1", Query: "one", Relevant: []string{"a"}, Candidates: []Candidate{
			{Passage: Passage{ID: "b"}}, {Passage: Passage{ID: "a", Title: "T"}, Inline: true},
		}},
		{ID: "x", Query: "two", Relevant: []string{"a", "b"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(Grades{"a": 1, "b": 1}, got[1].Grades()); diff != "" {
		t.Error(diff)
	}
}

func TestReadersNameFileAndLine(t *testing.T) {
	run := func(s string) error { _, err := ReadRun("f", strings.NewReader(s)); return err }
	qrels := func(s string) error { _, err := ReadQrels("f", strings.NewReader(s)); return err }
	corpus := func(s string) error { _, err := ReadCorpus("f", strings.NewReader(s), nil); return err }
	queries := func(s string) error { _, err := ReadQueries("f", strings.NewReader(s)); return err }
	cases := func(s string) error { _, err := ReadCases("f", strings.NewReader(s)); return err }
	tests := []struct {
		name string
		read func(string) error
		text string
		want string // all of these parts
	}{
		{"run: columns", run, "q Q0 a 1 2 t\n\nq Q0 b\n", "f:3|6 columns|got 3"},
		{"run: score", run, "q Q0 a 1 high t", `f:1|score "high"`},
		{"run: NaN", run, "q Q0 a 1 NaN t", `f:1|score "NaN"|finite`},
		{"run: infinite", run, "q Q0 a 1 -Inf t", `f:1|finite`},
		{"run: rank", run, "q Q0 a first 2 t", `f:1|rank "first"`},
		{"run: twice", run, "q Q0 a 1 2 t\nq Q0 a 2 1 t", `f:2|"a"|"q"|twice`},
		{"qrels: columns", qrels, "query-id\tcorpus-id\tscore\nq\ta", "f:2|3 columns|got 2"},
		{"qrels: grade", qrels, "q 0 a 1\nq 0 b high", `f:2|grade "high"`},
		{"qrels: fractional grade", qrels, "q 0 a 0.5", `f:1|grade "0.5"`},
		{"qrels: twice", qrels, "q\ta\t1\nq\ta\t2", `f:2|"a"|twice`},
		{"corpus: JSON", corpus, twoPassages + "{", "f:3"},
		{"corpus: no id", corpus, `{"id": "a", "text": "x"}`, `f:1|"_id"`},
		{"corpus: wrong type", corpus, `{"_id": "a", "text": 3}`, "f:1|/text"},
		{"corpus: twice", corpus, twoPassages + twoPassages, `f:3|"a"|twice`},
		{"corpus: long line", corpus, twoPassages + strings.Repeat("x", MaxLine+1), "f:3|longer than"},
		{"queries: twice", queries, `{"_id": "1", "text": "x"}` + "\n" + `{"_id": "1", "text": "y"}`, `f:2|"1"|twice`},
		{"cases: no query", cases, `{"relevant_chunks": ["a"]}`, `f:1|"query"`},
		{"cases: nothing relevant", cases, `{"query": "x", "relevant_chunks": []}`, `f:1|"relevant_chunks"`},
		{"cases: candidate without text", cases, `{"query": "x", "relevant_chunks": ["a"], "candidates": [{"id": "a"}]}`, `f:1|"a"|"text"`},
		{"cases: candidate without id", cases, `{"query": "x", "relevant_chunks": ["a"], "candidates": [{"text": "a"}]}`, `f:1|"id"`},
		{"cases: candidate twice", cases, `{"query": "x", "relevant_chunks": ["a"], "candidates": ["a", "a"]}`, `f:1|"a"|twice`},
		{"cases: candidate is a fraction", cases, `{"query": "x", "relevant_chunks": ["a"], "candidates": [7.5]}`, `f:1|7.5`},
		{"cases: candidate is true", cases, `{"query": "x", "relevant_chunks": ["a"], "candidates": [true]}`, `f:1`},
		{"corpus: id with an exponent", corpus, `{"_id": 1e3, "text": "t"}`, `f:1|1e3`},
		{"qrels: grade is a fraction", qrels, "q d 1\nq e 1.5", `f:2|1.5`},
		{"run: rank is a fraction", run, "q Q0 d 1.5 1 t", `f:1|rank "1.5"`},
		{"broken gzip", corpus, "\x1f\x8b\x08rest", "f"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := test.read(test.text)
			if err == nil {
				t.Fatal("no error")
			}
			for _, part := range strings.Split(test.want, "|") {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("error %q does not name %q", err, part)
				}
			}
		})
	}
}

func TestReadTruncatedGzip(t *testing.T) {
	whole, err := io.ReadAll(zipped(t, strings.Repeat(twoPassages, 1)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ReadCorpus("c.gz", bytes.NewReader(whole[:len(whole)-9]), nil); err == nil || !strings.Contains(err.Error(), "c.gz:") {
		t.Errorf("got %v, want an error that names c.gz and a line", err)
	}
}

// FuzzReaders holds that no input makes a reader panic and that what it
// accepts is in order.
func FuzzReaders(f *testing.F) {
	f.Add([]byte(twoPassages))
	f.Add([]byte("q Q0 a 1 2 t\nq Q0 b 2 1 t"))
	f.Add([]byte("query-id\tcorpus-id\tscore\nq\ta\t1"))
	f.Add([]byte(`{"query": "x", "relevant_chunks": ["a"], "candidates": ["a", {"id": "b", "text": "t"}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		run, err := ReadRun("f", bytes.NewReader(b))
		if err == nil {
			for q, hits := range run {
				for i := 1; i < len(hits); i++ {
					if byRunOrder(hits[i-1], hits[i]) >= 0 {
						t.Fatalf("query %q: %v is not before %v", q, hits[i-1], hits[i])
					}
				}
			}
		}
		_, _ = ReadQrels("f", bytes.NewReader(b))
		_, _ = ReadQueries("f", bytes.NewReader(b))
		_, _ = ReadCorpus("f", bytes.NewReader(b), nil)
		_, _ = ReadCases("f", bytes.NewReader(b))
	})
}

func zipped(t *testing.T, s string) io.Reader {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, s); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return &b
}

// TestIntegerIDs: an integer is the id that its digits spell.
func TestIntegerIDs(t *testing.T) {
	corpus, err := ReadCorpus("c", strings.NewReader("\ufeff"+`{"_id": 7, "text": "a"}`), nil)
	if diff := cmp.Diff(map[string]Passage{"7": {ID: "7", Text: "a"}}, corpus); err != nil || diff != "" {
		t.Error(err, diff)
	}
	queries, err := ReadQueries("q", strings.NewReader(`{"_id": 12345678901234567890, "text": "b"}`))
	if diff := cmp.Diff([]Query{{ID: "12345678901234567890", Text: "b"}}, queries); err != nil || diff != "" {
		t.Error(err, diff)
	}
	cases, err := ReadCases("k", strings.NewReader(`{"id": -3, "query": "c", "relevant_chunks": [1, "2"], "candidates": [1, {"id": 2, "text": "d"}]}`))
	want := []Case{{ID: "-3", Query: "c", Relevant: []string{"1", "2"}, Candidates: []Candidate{
		{Passage: Passage{ID: "1"}}, {Passage: Passage{ID: "2", Text: "d"}, Inline: true},
	}}}
	if diff := cmp.Diff(want, cases); err != nil || diff != "" {
		t.Error(err, diff)
	}
	if _, err := ReadCorpus("c", strings.NewReader(`{"_id": 7, "text": "a"}`+"\n"+`{"_id": "7", "text": "b"}`), nil); err == nil {
		t.Error(`7 and "7" are two documents`)
	}
}
