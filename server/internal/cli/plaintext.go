package cli

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/api"
)

// plainRequest is one request of --query and files of plain text.
func (c *rerankCmd) plainRequest(env *Env) (*api.Request, error) {
	r := &api.Request{Query: *c.Query, TopK: c.TopK, Pipeline: api.Pipeline(c.Pipeline), FirstStage: heuristics.Hidden} // the order of a file is none of relevance
	files := c.Files
	if len(files) == 0 {
		if isTerminal(env.Stdin) {
			return nil, errors.New("nothing to re-rank: name files, or pipe a text in")
		}
		files = []string{"-"}
	}
	seen := map[string]bool{}
	for _, name := range files {
		if seen[name] {
			return nil, fmt.Errorf("%s is named twice", name)
		}
		seen[name] = true
		documents, err := c.documentsOf(env, name, len(files) > 1)
		if err != nil {
			return nil, err
		}
		r.Documents = append(r.Documents, documents...)
	}
	if len(r.Documents) == 0 {
		return nil, errors.New("nothing to re-rank: the files hold no text")
	}
	return r, plainly(r.Validate(c.limits()), len(r.Documents), c.By)
}

// plainly says in the words of the command line which limit was met.
func plainly(err error, documents int, by string) error {
	var fault *api.Error
	if errors.As(err, &fault) && fault.Code == api.TooManyDocuments {
		return fmt.Errorf("the files hold %d documents (--by %s): raise --max-documents, or cut them less finely", documents, by)
	}
	return err
}

// documentsOf a file, each with an id that says where it stands.
func (c *rerankCmd) documentsOf(env *Env, name string, named bool) ([]api.Document, error) {
	text, err := c.textOf(env, name)
	if err != nil {
		return nil, err
	}
	if bytes.IndexByte(text, 0) >= 0 {
		return nil, fmt.Errorf("reading %s: it holds zero bytes and is no text", name)
	}
	text = bytes.ToValidUTF8(bytes.TrimPrefix(text, []byte(byteOrderMark)), []byte("\uFFFD"))
	var documents []api.Document
	for _, p := range passages(string(text), c.By) {
		id := fmt.Sprint(p.line)
		if named {
			id = filepath.ToSlash(name) + ":" + id
		}
		if c.By == byFile {
			id = filepath.ToSlash(name)
		}
		documents = append(documents, api.Document{ID: api.ID{Text: id}, Text: p.text})
	}
	return documents, nil
}

// textOf a file, - is standard input, no longer than all texts may be.
func (c *rerankCmd) textOf(env *Env, name string) ([]byte, error) {
	in := io.Reader(env.Stdin)
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		in = file
	}
	text, err := io.ReadAll(io.LimitReader(in, int64(c.MaxTotalBytes)+1))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	if len(text) > c.MaxTotalBytes {
		return nil, fmt.Errorf("reading %s: it is longer than %d bytes (--max-total-bytes)", name, c.MaxTotalBytes)
	}
	return text, nil
}

// What a document of plain text is.
const (
	byLine      = "line"
	byParagraph = "paragraph"
	byFile      = "file"
)

// passage of a text, and the line that it begins at, from 1.
type passage struct {
	line int
	text string
}

// passages of a text that are not blank.
func passages(text, by string) (list []passage) {
	if by == byFile {
		if strings.TrimSpace(text) == "" {
			return nil
		}
		return []passage{{1, text}}
	}
	var open *passage
	lines := bufio.NewScanner(strings.NewReader(text))
	lines.Buffer(nil, len(text)+1)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSuffix(lines.Text(), "\r")
		switch {
		case strings.TrimSpace(line) == "":
			open = nil
		case open != nil && by == byParagraph:
			open.text += "\n" + line
		default:
			list = append(list, passage{n, line})
			open = &list[len(list)-1]
		}
	}
	return list
}
