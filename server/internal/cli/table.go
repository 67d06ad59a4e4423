package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"

	"github.com/rivo/uniseg"
	"golang.org/x/term"

	"github.com/splitrank/splitrank/shared/api"
)

// widthWithoutTerminal is the width of a table that no terminal limits, in columns.
const widthWithoutTerminal = 120

func terminalWidth(w io.Writer) int {
	if file, ok := w.(*os.File); ok {
		if width, _, err := term.GetSize(int(file.Fd())); err == nil && width > 0 {
			return width
		}
	}
	return widthWithoutTerminal
}

// sheet is how a table is written: no line is wider than width, in columns.
type sheet struct {
	width int
	style style
}

func newSheet(w io.Writer) sheet { return sheet{terminalWidth(w), newStyle(w)} }

// table writes a line for each result, its parts below it where they are known, and
// what happened at the end.
func (s sheet) table(w io.Writer, req *api.Request, r *api.Response) error {
	var b strings.Builder
	ids := s.idWidth(r)
	b.WriteString(s.style.dim(cut(fmt.Sprintf("rank  score   %s  text", padded("id", ids)), s.width)) + "\n")
	for i := range r.Results {
		s.row(&b, req, &r.Results[i], ids)
	}
	for _, line := range wrapped(about(r), s.width) {
		b.WriteString(s.style.dim(line) + "\n")
	}
	if r.Degraded {
		b.WriteString(s.style.yellow("degraded: "+r.Reason) + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// about is what happened, in parts that may stand on lines of their own.
func about(r *api.Response) []string {
	parts := []string{fmt.Sprintf("%d of %d documents", len(r.Results), r.Usage.Documents)}
	if r.Model != api.ModelNone {
		parts = append(parts, "model "+r.Model)
	}
	return append(parts, "scorer "+r.Scorer, "language "+language(r), fmt.Sprintf("%.1f ms", r.Timings.Total))
}

func language(r *api.Response) string {
	if r.Stemmed {
		return r.Language + ", stemmed"
	}
	return r.Language
}

// Columns around the id of a row.
const (
	beforeID   = len("   1  0.1234  ")
	beforeText = 2
)

func (s sheet) row(b *strings.Builder, req *api.Request, r *api.Result, ids int) {
	text := req.Documents[r.Index].Text
	if title := req.Documents[r.Index].Title; title != "" {
		text = title + ": " + text
	}
	score := fmt.Sprintf("%.4f", r.RelevanceScore)
	if r.Logit != nil {
		score = s.style.green(score)
	}
	room := s.width - beforeID - ids - beforeText
	fmt.Fprintf(b, "%4d  %s  %s  %s\n", r.Rank, score, padded(s.label(r), ids), printable(text, room))
	if r.Explanation != nil {
		s.parts(b, r)
	}
}

// parts of a score, down to the one that is shown.
func (s sheet) parts(b *strings.Builder, r *api.Result) {
	line := func(format string, a ...any) {
		b.WriteString(s.style.dim(cut("      "+fmt.Sprintf(format, a...), s.width)) + "\n")
	}
	for _, p := range r.Explanation.Parts {
		line("%+.4f  %s (%.3f × %.3f)", p.Contribution.Float(), p.Signal, p.Raw.Float(), p.Weight.Float())
	}
	line("=%.4f  heuristic score", r.HeuristicScore)
	switch blend := r.Explanation.Blend; {
	case blend != nil:
		for _, t := range blend.Terms {
			line("%+.4f  %s (%.3f × %.3f)", t.Contribution, t.Name, t.Raw, t.Weight)
		}
		line("=%.4f  whose sigmoid is the score", blend.Sum)
	case r.RelevanceScore < r.HeuristicScore:
		line("≤%.4f  the lowest score that the model gave", r.RelevanceScore)
	}
	if r.Explanation.Reason != "" {
		line("%s", r.Explanation.Reason)
	}
}

// longestID of a table in columns: a quarter of a narrow one.
func (s sheet) longestID() int { return min(24, max(s.width/4, 6)) }

// label is the id of a result, or its place in the request.
func (s sheet) label(r *api.Result) string {
	if r.ID.IsZero() {
		return fmt.Sprintf("#%d", r.Index)
	}
	return printable(r.ID.Text, s.longestID())
}

func (s sheet) idWidth(r *api.Response) int {
	width := len("id")
	for i := range r.Results {
		width = max(width, columns(s.label(&r.Results[i])))
	}
	return width
}

// columns that a text takes: wide letters take two, marks none.
func columns(s string) int { return uniseg.StringWidth(s) }

// padded fills a text up with spaces.
func padded(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-columns(s)))
}

// wrapped puts parts between dots on lines that are not wider than width, if one is
// not by itself.
func wrapped(parts []string, width int) (lines []string) {
	line := ""
	for _, part := range parts {
		switch longer := line + " · " + part; {
		case line == "":
			line = part
		case columns(longer) > width:
			lines, line = append(lines, cut(line, width)), part
		default:
			line = longer
		}
	}
	return append(lines, cut(line, width))
}

// printable is the beginning of s on one line, at most width columns, without anything
// that a terminal would obey.
func printable(s string, width int) string {
	var b strings.Builder
	space := false
	for _, r := range s {
		if b.Len() > 16*max(width, 1) { // more than fits, whatever the letters
			break
		}
		if unicode.IsSpace(r) || unicode.IsControl(r) || isBidiControl(r) {
			space = b.Len() > 0
			continue
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	return cut(b.String(), width)
}

// cut a line to width columns, between what people take for letters.
func cut(s string, width int) string {
	if columns(s) <= width {
		return s
	}
	kept, used, state := 0, 0, -1
	for rest := s; rest != ""; {
		var letter string
		var wide int
		letter, rest, wide, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if used+wide >= width {
			break
		}
		kept, used = kept+len(letter), used+wide
	}
	return s[:kept] + "…"
}

// isBidiControl reports marks that could turn the rest of a line around.
func isBidiControl(r rune) bool {
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}
