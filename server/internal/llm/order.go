package llm

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"github.com/splitrank/splitrank/shared/api"
)

// shuffled is an order that neither the first stage nor a document's writer
// chooses, and the same for equal requests: by a hash of the query, a round, and
// the id of each document, or its text where it has none.
func shuffled(req *api.Request, docs []shown, round int) []shown {
	type placed struct {
		shown
		hash [sha256.Size]byte
	}
	list := make([]placed, len(docs))
	for i, d := range docs {
		id := req.Documents[d.document].ID.Text
		list[i] = placed{d, sha256.Sum256(fmt.Appendf(nil, "%q %d %q %q", req.Query, round, id, cmp.Or(id, d.text)))}
	}
	slices.SortStableFunc(list, func(a, b placed) int { return slices.Compare(a.hash[:], b.hash[:]) })
	out := make([]shown, len(list))
	for i, p := range list {
		out[i] = p.shown
	}
	return out
}

// Shown is a text as prompts have it, if it is not too long.
func Shown(s string) string { return strings.TrimSpace(clean(s)) }

// showing these results of a request, their texts clean and at most so many bytes.
func showing(req *api.Request, results []api.Result, most int) []shown {
	out := make([]shown, len(results))
	for i, r := range results {
		d := &req.Documents[r.Index]
		title, cutTitle := clip(clean(d.Title), most/4)
		text, cutText := clip(Shown(d.Text), most-len(title))
		out[i] = shown{document: r.Index, title: title, text: text, truncated: cutTitle || cutText}
	}
	return out
}
