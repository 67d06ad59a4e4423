package heuristics_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/heuristics/stem/all"
	"github.com/splitrank/splitrank/shared/golden"
)

// vectorFile holds the golden vectors that every build must reproduce: this
// test natively, under js/wasm and for arm64, and web/test in the browser's
// Wasm. One JSON object a line, the shape of vector; scores are integers,
// 65536 = 1; texts that are not UTF-8 stand in base64.
const vectorFile = "testdata/vectors.jsonl.gz"

type vector struct {
	Name      string           `json:"name"`
	Languages []string         `json:"languages"` // exactly these stemmers
	Query     string           `json:"query,omitempty"`
	QueryB64  string           `json:"query_b64,omitempty"`
	Documents []vectorDocument `json:"documents"`
	Options   vectorOptions    `json:"options"`
	Budget    *vectorBudget    `json:"budget,omitempty"` // present: a trim
	WantRaw   json.RawMessage  `json:"want"`
	// Version of the formula that gave want.
	Version string `json:"version"`
}

type vectorDocument struct {
	Title   string `json:"title,omitempty"`
	Text    string `json:"text,omitempty"`
	TextB64 string `json:"text_b64,omitempty"`
	Rank    int    `json:"rank,omitempty"`
}

type vectorOptions struct {
	Language   string  `json:"language,omitempty"`
	FirstStage string  `json:"first_stage,omitempty"`
	Diversity  float64 `json:"diversity,omitempty"`
	Explain    bool    `json:"explain,omitempty"`
	Matches    bool    `json:"matches,omitempty"`
}

type vectorBudget struct {
	Documents int `json:"documents,omitempty"`
}

type vectorWant struct {
	Language string       `json:"language"`
	Stemmed  bool         `json:"stemmed"`
	Trust    int64        `json:"trust"`
	Items    []vectorItem `json:"items"`
}

type vectorItem struct {
	Index       int      `json:"index"`
	Score       int64    `json:"score"`
	Kept        *bool    `json:"kept,omitempty"`
	Reason      string   `json:"reason,omitempty"`
	Explanation [][4]any `json:"explanation,omitempty"`
	Matches     [][2]int `json:"matches,omitempty"`
}

// TestVectors compares this build's answers with the golden ones. With -update it
// writes them anew.
func TestVectors(t *testing.T) {
	stored, made := readVectors(t), makeVectors(t)
	cases, changed := compared(t, stored)
	switch {
	case *update && mayUpdate(stored, changed):
		writeVectors(t, made)
	case changed > 0:
		golden.Cases(t, todo(stored), cases)
	default:
		golden.Cases(t, "make golden", []golden.Case{{Name: "what the vectors are", Want: titles(stored), Got: titles(made)}})
	}
}

// mayUpdate reports whether answers may be written anew: those of a version of
// the formula never change. Caches, calibration files and whoever compares two
// programs go by its name. New vectors may come at any time.
func mayUpdate(stored []vector, changed int) bool {
	return changed == 0 || stored[0].Version != heuristics.Version
}

func todo(stored []vector) string {
	if stored[0].Version != heuristics.Version {
		return "make golden"
	}
	return "raise heuristics.Version, then make golden; if " + heuristics.Version +
		" was never committed it may stay: restore heuristics/" + vectorFile + " first"
}

func TestMayUpdate(t *testing.T) {
	released, older := []vector{{Version: heuristics.Version}}, []vector{{Version: "h0"}}
	for _, c := range []struct {
		name    string
		stored  []vector
		changed int
		want    bool
	}{
		{"no file yet", nil, 0, true},
		{"nothing changed, as when vectors are added", released, 0, true},
		{"answers of this version changed", released, 1, false},
		{"answers of an older version changed", older, 1, true},
	} {
		if got := mayUpdate(c.stored, c.changed); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	if says := todo(released); !strings.HasPrefix(says, "raise heuristics.Version, then make golden") {
		t.Errorf("under the same version a failure says %q", says)
	}
}

// compared are the golden answers beside this build's, and how many differ.
func compared(t *testing.T, vectors []vector) (cases []golden.Case, changed int) {
	for _, v := range vectors {
		c := golden.Case{Name: v.Name, Want: string(v.WantRaw), Got: string(answer(t, v))}
		if c.Want != c.Got {
			changed++
			c.Want, c.Got = string(golden.JSON(t, []byte(c.Want))), string(golden.JSON(t, []byte(c.Got)))
		}
		cases = append(cases, c)
	}
	return cases, changed
}

// titles tell vectors apart, and by which version they were answered.
func titles(vectors []vector) string {
	var b strings.Builder
	for _, v := range vectors {
		fmt.Fprintln(&b, v.Version, v.Name, v.Languages)
	}
	return b.String()
}

// answer ranks a vector and writes the result as JSON.
func answer(t *testing.T, v vector) []byte {
	t.Helper()
	o := heuristics.Options{
		Language: v.Options.Language, Diversity: v.Options.Diversity,
		Explain: v.Options.Explain, Matches: v.Options.Matches, Stemmers: stemmersOf(v.Languages),
	}
	if v.Options.FirstStage == "hidden" {
		o.FirstStage = heuristics.Hidden
	}
	var docs []heuristics.Document
	for _, d := range v.Documents {
		docs = append(docs, heuristics.Document{Title: d.Title, Text: bytesOr(t, d.TextB64, d.Text), Rank: d.Rank})
	}
	query := bytesOr(t, v.QueryB64, v.Query)
	var ranking heuristics.Ranking
	var err error
	if v.Budget != nil {
		ranking, err = heuristics.Trim(query, docs, o, heuristics.Budget{Documents: v.Budget.Documents})
	} else {
		ranking, err = heuristics.Rank(query, docs, o)
	}
	if err != nil {
		t.Fatalf("%s: %v", v.Name, err)
	}
	out, err := json.Marshal(wantOf(ranking, v))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func stemmersOf(languages []string) []heuristics.Stemmer {
	return slices.DeleteFunc(all.Stemmers(), func(s heuristics.Stemmer) bool { return !slices.Contains(languages, s.Language) })
}

func bytesOr(t *testing.T, b64, text string) string {
	t.Helper()
	if b64 == "" {
		return text
	}
	b, err := base64.StdEncoding.DecodeString(b64)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func wantOf(r heuristics.Ranking, v vector) vectorWant {
	w := vectorWant{r.Language, r.Stemmed, int64(r.Trust), []vectorItem{}}
	for _, it := range r.Items {
		item := vectorItem{Index: it.Index, Score: int64(it.Score), Reason: string(it.Reason)}
		if v.Budget != nil {
			item.Kept = &it.Kept
		}
		for _, p := range it.Explanation {
			item.Explanation = append(item.Explanation, [4]any{p.Signal, p.Raw, p.Weight, p.Contribution})
		}
		for _, m := range it.Matches {
			item.Matches = append(item.Matches, [2]int{m.Start, m.End})
		}
		w.Items = append(w.Items, item)
	}
	return w
}

func readVectors(t *testing.T) []vector {
	t.Helper()
	f, err := os.Open(vectorFile)
	if *update && errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		t.Fatalf("%v; make golden writes it", err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var out []vector
	for dec := json.NewDecoder(z); ; {
		var v vector
		if err := dec.Decode(&v); err == io.EOF {
			return out
		} else if err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
}

func writeVectors(t *testing.T, vectors []vector) {
	t.Helper()
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	enc := json.NewEncoder(z)
	enc.SetEscapeHTML(false)
	for _, v := range vectors {
		v.WantRaw = answer(t, v)
		if err := enc.Encode(v); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	golden.Write(t, vectorFile, b.Bytes())
}

var (
	onlyEnglish = []string{"en"}
	everyOne    = []string{"en", "es", "fr", "hu", "no", "ru", "sv"}
)

// makeVectors generates the inputs from the texts and fixed seeds.
func makeVectors(t *testing.T) []vector {
	rng := rand.New(rand.NewPCG(7, 11))
	var out []vector
	for round := range 12 {
		for _, l := range languageTexts {
			for _, q := range l.queries {
				v := vector{Name: fmt.Sprintf("%s %d %s", l.code, round, q), Languages: onlyEnglish, Query: q}
				if slices.Contains(everyOne, l.code) && round%3 != 0 {
					v.Languages = everyOne
				}
				v.Documents = mixDocuments(rng, l, 3+rng.IntN(8))
				vary(rng, &v, round, l.code)
				out = append(out, v)
			}
		}
	}
	out = append(append(out, makeUgly(rng)...), makeUninformed()...)
	for i := range out {
		out[i].Version = heuristics.Version
	}
	return out
}

// makeUninformed trims where scores are no ground to choose on.
func makeUninformed() []vector {
	question, passages := fbi()
	var docs, ranked []vectorDocument
	for i, d := range passages {
		docs = append(docs, vectorDocument{Text: d.Text})
		ranked = append(ranked, vectorDocument{Text: d.Text, Rank: len(passages) - i})
	}
	var out []vector
	for _, languages := range [][]string{onlyEnglish, everyOne} {
		four, explain := &vectorBudget{Documents: 4}, vectorOptions{Explain: true}
		hidden, diverse := vectorOptions{FirstStage: "hidden"}, vectorOptions{Diversity: 0.5}
		out = append(out,
			vector{Name: "trim: another script", Languages: languages, Query: question, Documents: docs, Options: explain, Budget: four},
			vector{Name: "trim: another script, by rank", Languages: languages, Query: question, Documents: ranked, Budget: four},
			vector{Name: "trim: another script, hidden", Languages: languages, Query: question, Documents: ranked, Options: hidden, Budget: four},
			vector{Name: "trim: another script, diverse", Languages: languages, Query: question, Documents: docs, Options: diverse, Budget: four},
			vector{Name: "trim: another script, adaptive", Languages: languages, Query: question, Documents: docs, Budget: &vectorBudget{}},
			vector{Name: "trim: no word occurs", Languages: languages, Query: "quantum", Documents: ranked, Options: explain, Budget: four},
			vector{Name: "trim: a word occurs", Languages: languages, Query: "what is the FBI", Documents: docs, Options: explain, Budget: four},
		)
	}
	return out
}

// mixDocuments cuts pieces out of the language's text, and some out of the
// next language's.
func mixDocuments(rng *rand.Rand, l languageText, n int) []vectorDocument {
	docs := make([]vectorDocument, n)
	for i := range docs {
		source := l.text
		if rng.IntN(6) == 0 {
			source = languageTexts[rng.IntN(len(languageTexts))].text
		}
		docs[i].Text = piece(rng, source) + " " + piece(rng, source)
		if rng.IntN(4) == 0 {
			docs[i].Title = piece(rng, source)
		}
	}
	return docs
}

// piece is a random stretch of a text, cut between runes.
func piece(rng *rand.Rand, text string) string {
	runes := []rune(text)
	from := rng.IntN(len(runes))
	return string(runes[from:min(len(runes), from+10+rng.IntN(120))])
}

// vary spreads the options over the vectors.
func vary(rng *rand.Rand, v *vector, round int, code string) {
	v.Options.Explain = round%2 == 0
	v.Options.Matches = round%3 == 0
	if round%4 == 1 {
		v.Options.FirstStage = "hidden"
	}
	if round%6 == 5 {
		v.Options.Diversity = float64(1+rng.IntN(4)) / 4
	}
	if round%5 == 2 && slices.Contains(v.Languages, code) {
		v.Options.Language = code
	}
	if round%4 == 3 {
		v.Budget = &vectorBudget{Documents: rng.IntN(6)}
	}
	if round%7 == 4 {
		for i, r := range rng.Perm(len(v.Documents)) {
			v.Documents[i].Rank = (r + 1) * (i % 3)
		}
	}
}

// makeUgly uses every ugly text as a query and as a document.
func makeUgly(rng *rand.Rand) []vector {
	names := slices.Sorted(maps.Keys(uglyTexts))
	var docs []vectorDocument
	for _, name := range names {
		docs = append(docs, documentOf(uglyTexts[name]))
	}
	docs = append(docs, mixDocuments(rng, languageTexts[0], 4)...)
	out := []vector{
		{Name: "no documents", Languages: onlyEnglish, Query: "bread", Documents: []vectorDocument{}},
		{Name: "one document", Languages: onlyEnglish, Query: "bread", Documents: docs[:1]},
		{Name: "a megabyte", Languages: onlyEnglish, Query: "river train", Documents: append([]vectorDocument{
			{Text: strings.Repeat("the river and its trains, again ", 32768)},
			{Text: strings.Repeat("x", 1<<20)},
		}, docs...)},
	}
	for _, name := range append(names, "") {
		v := vector{Name: "ugly query " + name, Languages: onlyEnglish, Documents: docs}
		v.Options.Explain, v.Options.Matches = true, true
		if v.Query = uglyTexts[name]; name == "" {
			v.Name, v.Query = "ugly documents", "bread river train לחם"
		}
		if !utf8.ValidString(v.Query) {
			v.QueryB64, v.Query = base64.StdEncoding.EncodeToString([]byte(v.Query)), ""
		}
		out = append(out, v)
	}
	return out
}

func documentOf(text string) vectorDocument {
	if utf8.ValidString(text) {
		return vectorDocument{Text: text}
	}
	return vectorDocument{TextB64: base64.StdEncoding.EncodeToString([]byte(text))}
}
