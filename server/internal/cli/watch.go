package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"

	"github.com/splitrank/splitrank/shared/api"
)

// watcher shows what is known of an answer while it is worked on: as JSON one
// line each, as a table with a title, in a terminal each over the one before.
type watcher struct {
	out   io.Writer
	write func(answered) error // to page
	page  *bytes.Buffer
	table bool
	over  bool // draws over what it has shown
	lines int  // shown last
	shown int  // of this request
}

func (c *rerankCmd) watcher(env *Env) *watcher {
	w := &watcher{out: env.Stdout, page: new(bytes.Buffer)}
	w.over = isTerminal(env.Stdout)
	w.table = c.Format == "table" || c.Format == "auto" && w.over
	w.write = jsonWriter(w.page)
	if w.table {
		w.write = func(a answered) error { return writeTable(w.page, a.request, a.response, terminalWidth(env.Stdout)) }
	}
	return w
}

// show an answer that is not the last.
func (w *watcher) show(req *api.Request, r *api.Response) {
	title := "partial"
	if w.shown++; w.shown == 1 {
		title, w.lines = "heuristic", 0
	}
	_ = w.draw(title, answered{request: req, response: r}) // the last one will fail as well
}

// end makes room for the last answer, which another writes.
func (w *watcher) end() error {
	w.shown = 0
	if !w.table {
		return nil
	}
	err := w.flush("final\n")
	w.lines = 0
	return err
}

func (w *watcher) draw(title string, a answered) error {
	if err := w.write(a); err != nil {
		return err
	}
	if w.table {
		title += "\n"
	} else {
		title = ""
	}
	return w.flush(title)
}

// flush puts a title and the page on what was shown last.
func (w *watcher) flush(title string) error {
	text := title + w.page.String()
	w.page.Reset()
	clear := ""
	if w.table && w.over && w.lines > 0 && w.lines < terminalHeight(w.out) {
		clear = fmt.Sprintf("\x1b[%dA\x1b[J", w.lines) // cursor up, erase below
	}
	w.lines = bytes.Count([]byte(text), []byte("\n"))
	_, err := io.WriteString(w.out, clear+text)
	return err
}

func terminalHeight(w io.Writer) int {
	if file, ok := w.(*os.File); ok {
		if _, height, err := term.GetSize(int(file.Fd())); err == nil {
			return height
		}
	}
	return 0
}
