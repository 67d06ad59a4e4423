package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/splitrank/splitrank/shared/api"
)

// watcher shows what is known of an answer while it is worked on: as JSON one line
// each, as a table with a title, in a terminal each over the one before.
type watcher struct {
	out    io.Writer
	sheet  sheet
	table  bool
	over   bool // draws over what it has shown
	height int  // of the terminal; what is drawn over must fit it
	lines  int  // shown last
	shown  int  // of this request
}

func (c *rerankCmd) watcher(env *Env) *watcher {
	over := isTerminal(env.Stdout)
	return &watcher{out: env.Stdout, sheet: newSheet(env.Stdout), over: over, height: terminalHeight(env.Stdout), table: c.isTable(env)}
}

// show an answer that is not the last.
func (w *watcher) show(req *api.Request, r *api.Response) {
	stage := stagePartial
	if w.shown++; w.shown == 1 {
		stage, w.lines = stageHeuristic, 0
	}
	a := answered{request: req, response: r}
	if w.table {
		_ = w.draw(stage, a) // the last one will fail as well
		return
	}
	var b bytes.Buffer
	_ = jsonWriter(&b)(a)
	_, _ = w.out.Write(staged(stage, b.Bytes()))
}

// end makes room for the last answer, which another writes.
func (w *watcher) end() error {
	w.shown = 0
	if !w.table {
		return nil
	}
	text := w.erasure()
	if !w.over {
		text = stageFinal + "\n"
	}
	w.lines = 0
	_, err := io.WriteString(w.out, text)
	return err
}

// draw a table over the one before, as much of it as the terminal holds.
func (w *watcher) draw(stage string, a answered) error {
	var b strings.Builder
	b.WriteString(w.sheet.style.bold(stage) + "\n")
	if err := w.sheet.table(&b, a.request, a.response); err != nil {
		return err
	}
	text := w.fitting(b.String())
	clear := w.erasure()
	w.lines = strings.Count(text, "\n")
	_, err := io.WriteString(w.out, clear+text)
	return err
}

// fitting leaves out the middle of what is higher than the terminal: what has left
// its top can not be drawn over.
func (w *watcher) fitting(text string) string {
	lines := strings.SplitAfter(strings.TrimSuffix(text, "\n"), "\n")
	lines[len(lines)-1] += "\n"
	room := w.height - 2 // the cursor's line, and the one that says so
	if !w.over || len(lines) < w.height || room < 4 {
		return text
	}
	last := 2
	left := len(lines) - room
	more := fmt.Sprintf("… %d more lines\n", left)
	return strings.Join(lines[:room-last], "") + w.sheet.style.dim(more) + strings.Join(lines[len(lines)-last:], "")
}

// erasure takes back what was drawn last.
func (w *watcher) erasure() string {
	if !w.over || w.lines == 0 {
		return ""
	}
	return fmt.Sprintf("\x1b[%dA\r\x1b[J", w.lines) // cursor up, to the left, erase below
}

func terminalHeight(w io.Writer) int {
	if file, ok := w.(*os.File); ok {
		if _, height, err := term.GetSize(int(file.Fd())); err == nil {
			return height
		}
	}
	return 0
}
