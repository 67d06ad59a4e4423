package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"

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

// writeTable writes a line for each result, its parts below it where they are
// known, and what happened at the end.
func writeTable(w io.Writer, req *api.Request, r *api.Response, width int) error {
	var b strings.Builder
	ids := idWidth(r)
	fmt.Fprintf(&b, "rank  score   %-*s  text\n", ids, "id")
	for i := range r.Results {
		writeRow(&b, req, &r.Results[i], ids, width)
	}
	fmt.Fprintf(&b, "%d of %d documents · %sscorer %s · language %s · %.1f ms\n",
		len(r.Results), r.Usage.Documents, scoredBy(r), r.Scorer, language(r), r.Timings.Total)
	if r.Degraded {
		fmt.Fprintf(&b, "degraded: %s\n", r.Reason)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// scoredBy names the model that took part, "" for none.
func scoredBy(r *api.Response) string {
	if r.Model == api.ModelNone {
		return ""
	}
	return "model " + r.Model + " · "
}

func language(r *api.Response) string {
	if r.Stemmed {
		return r.Language + ", stemmed"
	}
	return r.Language
}

func writeRow(b *strings.Builder, req *api.Request, r *api.Result, ids, width int) {
	const beforeID, beforeText = 14, 2
	id := label(r)
	pad := strings.Repeat(" ", max(0, ids-utf8.RuneCountInString(id)))
	text := req.Documents[r.Index].Text
	if title := req.Documents[r.Index].Title; title != "" {
		text = title + ": " + text
	}
	fmt.Fprintf(b, "%4d  %.4f  %s%s  %s\n", r.Rank, r.RelevanceScore, id, pad, printable(text, width-beforeID-ids-beforeText))
	if r.Explanation != nil {
		writeParts(b, r.Explanation)
	}
}

func writeParts(b *strings.Builder, e *api.Explanation) {
	for _, p := range e.Parts {
		fmt.Fprintf(b, "      %+.4f  %s (%.3f × %.3f)\n", p.Contribution.Float(), p.Signal, p.Raw.Float(), p.Weight.Float())
	}
	if e.Reason != "" {
		fmt.Fprintf(b, "      %s\n", e.Reason)
	}
}

// label is the id of a result, or its place in the request.
func label(r *api.Result) string {
	const longest = 24
	if r.ID.IsZero() {
		return fmt.Sprintf("#%d", r.Index)
	}
	return printable(r.ID.Text, longest)
}

func idWidth(r *api.Response) int {
	width := len("id")
	for i := range r.Results {
		width = max(width, utf8.RuneCountInString(label(&r.Results[i])))
	}
	return width
}

// printable is the beginning of s on one line, at most width runes, without
// anything that a terminal would obey.
func printable(s string, width int) string {
	const least = 20
	width = max(width, least)
	var b strings.Builder
	n, space := 0, false
	for _, r := range s {
		if unicode.IsSpace(r) || unicode.IsControl(r) || isBidiControl(r) {
			space = n > 0
			continue
		}
		if n+1 >= width {
			b.WriteRune('…')
			break
		}
		if space {
			b.WriteByte(' ')
			n++
		}
		b.WriteRune(r)
		n, space = n+1, false
	}
	return b.String()
}

// isBidiControl reports marks that could turn the rest of a line around.
func isBidiControl(r rune) bool {
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}
