package cli

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/shared/api"
)

// screen is a terminal as far as the watcher uses one: lines, moving up, erasing
// below, colours. What scrolls out of its top cannot be reached again.
type screen struct {
	height int
	lines  []string // all that were ever written
	row    int      // of the cursor
}

var sequence = regexp.MustCompile(`\x1b\[(\d*)(?:;\d+)?([A-Za-z])`)

func (s *screen) Write(p []byte) (int, error) {
	text := string(p)
	for text != "" {
		at := sequence.FindStringSubmatchIndex(text)
		if at == nil {
			s.print(text)
			break
		}
		s.print(text[:at[0]])
		n, _ := strconv.Atoi(text[at[2]:at[3]])
		switch text[at[4]:at[5]] {
		case "A":
			s.row = max(s.row-n, len(s.lines)-s.height, 0)
		case "J":
			s.lines = append(s.lines[:s.row], "")
		}
		text = text[at[1]:]
	}
	return len(p), nil
}

func (s *screen) print(text string) {
	for _, c := range strings.ReplaceAll(text, "\r", "") {
		for len(s.lines) <= s.row {
			s.lines = append(s.lines, "")
		}
		if c == '\n' {
			s.row++
			continue
		}
		s.lines[s.row] += string(c)
	}
}

func (s *screen) text() string { return strings.Join(s.lines, "\n") }

// TestWatchDrawsInPlace: after the last answer a terminal shows that one alone,
// however long the texts and however many the documents.
func TestWatchDrawsInPlace(t *testing.T) {
	for _, tt := range []struct {
		name                     string
		documents, width, height int
	}{
		{"few documents", 3, 80, 24}, {"a narrow terminal", 3, 30, 24}, {"more than the terminal holds", 60, 80, 24}, {"a low terminal", 10, 80, 7},
	} {
		t.Run(tt.name, func(t *testing.T) {
			req := &api.Request{}
			for i := range tt.documents {
				req.Documents = append(req.Documents, api.Document{Text: fmt.Sprint(i, " ", strings.Repeat("long 東京 ", 30))})
			}
			s := &screen{height: tt.height}
			sheet := sheet{width: tt.width, style: style{on: true}}
			w := &watcher{out: s, sheet: sheet, table: true, over: true, height: tt.height}
			for range 5 {
				w.show(req, response(req))
				if longest := w.lines; longest >= tt.height && tt.height > 6 {
					t.Fatalf("%d lines on a terminal of %d", longest, tt.height)
				}
			}
			if err := w.end(); err != nil {
				t.Fatal(err)
			}
			if err := sheet.table(s, req, response(req)); err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(s.text(), "rank  score"); n != 1 && tt.height > 6 {
				t.Errorf("%d tables are left:\n%s", n, s.text())
			}
			for _, line := range s.lines {
				if columns(line) > tt.width {
					t.Errorf("%d columns: %s", columns(line), line)
				}
			}
		})
	}
}

func response(req *api.Request) *api.Response {
	r := &api.Response{Model: "m", Scorer: "h1", Language: "en", Usage: api.Usage{Documents: len(req.Documents)}}
	for i := range req.Documents {
		r.Results = append(r.Results, api.Result{Index: i, Rank: i + 1})
	}
	return r
}

// TestStaged: each line of JSON says how far it is, in every shape.
func TestStaged(t *testing.T) {
	for line, want := range map[string]string{
		"{\"results\":[]}\n": "{\"stage\":\"partial\",\"results\":[]}\n",
		"[{\"x\":1}]\n":      "{\"stage\":\"partial\",\"answer\":[{\"x\":1}]}\n",
	} {
		if got := string(staged(stagePartial, []byte(line))); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
