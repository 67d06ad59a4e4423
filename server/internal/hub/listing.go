package hub

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/go-json-experiment/json"
)

// maxListing bounds the answer about a model: names of files, mostly.
const maxListing = 16 << 20

// listing is what a hub has of a model at one commit.
type listing struct {
	Commit string    `json:"sha"`
	Files  []sibling `json:"siblings"`
}

type sibling struct {
	Name string `json:"rfilename"`
}

func (l listing) names() []string {
	names := make([]string, len(l.Files))
	for i, f := range l.Files {
		names[i] = f.Name
	}
	return names
}

// list resolves a revision (branch, tag or commit) and lists its files.
func (h *Hub) list(ctx context.Context, id, revision string, notify func(string)) (listing, error) {
	var found listing
	what := fmt.Sprintf("%q at revision %q", id, revision)
	// A revision is one part of the address: the slash of refs/pr/1 is escaped.
	address := h.address("api", "models", id, "revision") + "/" + url.PathEscape(revision)
	err := h.retry(ctx, h.newRetryPolicy(), notify, func() error {
		return h.get(ctx, address, nil, func(resp *http.Response, body io.Reader) (err error) {
			if err = h.checkStatus(resp, what); err != nil {
				return err
			}
			found, err = readListing(body, what)
			return err
		})
	})
	return found, err
}

func readListing(body io.Reader, what string) (listing, error) {
	text, err := io.ReadAll(io.LimitReader(body, maxListing))
	if err != nil {
		return listing{}, &temporary{err: fmt.Errorf("reading what the hub says of %s: %w", what, err)}
	}
	var l listing
	if err := json.Unmarshal(text, &l); err != nil {
		return listing{}, fmt.Errorf("reading what the hub says of %s: %w", what, err)
	}
	return l, l.validate(what)
}

// validate refuses a commit and names that could not become paths. A hub that
// lists one such file is not trusted with the others.
func (l listing) validate(what string) error {
	if !commitShape.MatchString(l.Commit) {
		return fmt.Errorf("reading what the hub says of %s: %w: commit %q", what, ErrUnsafe, l.Commit)
	}
	for _, name := range l.names() {
		if err := safePath(name); err != nil {
			return fmt.Errorf("reading what the hub says of %s: %w", what, err)
		}
	}
	return nil
}
