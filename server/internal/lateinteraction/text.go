package lateinteraction

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/splitrank/splitrank/server/internal/colbert"
	"github.com/splitrank/splitrank/server/internal/digest"
	"github.com/splitrank/splitrank/server/internal/modelfiles"
	"github.com/splitrank/splitrank/server/internal/ort"
	"github.com/splitrank/splitrank/server/internal/vectors"
	"github.com/splitrank/splitrank/shared/api"
)

// cutter makes inputs of the encoder out of texts, as a truncation says.
type cutter struct {
	model       *Model
	query       int // most tokens of a query, special ones not counted
	document    int // of a document
	window      int // of one part of it; 0 = a document is read as a whole
	stride      int // tokens that neighbouring windows share
	windows     int // most of a document
	windowScore api.WindowScore
	whole       bool // nothing may be cut
}

var (
	// errTooLong is for a request that forbids truncation.
	errTooLong = errors.New("a text is too long for the model")
	// errStride is for windows that share as many tokens as they have.
	errStride = errors.New("windows share as many tokens as they have")
)

// cutter of requests that ask for a truncation. What they leave out is the model's
// own.
func (m *Model) cutter(asked *api.Truncation) cutter {
	t := m.truncation.With(asked)
	room := m.texts.DocumentRoom()
	c := cutter{model: m, query: m.texts.QueryRoom(), document: room, whole: t.Strategy == api.DoNotTruncate}
	if t.MaxQueryTokens > 0 {
		c.query = min(c.query, t.MaxQueryTokens)
	}
	most := cmp.Or(t.MaxDocumentTokens, 1<<20)
	c.document = min(room, most)
	if w := t.Windows; w != nil {
		c.window, c.stride, c.windows, c.windowScore = min(cmp.Or(w.Size, room), room), w.Stride, cmp.Or(w.Count, api.DefaultWindows), w.Score
		c.document = min(c.window+(c.windows-1)*max(c.window-c.stride, 0), most)
	}
	return c
}

// spelled names all that makes the vectors of a document other ones.
func (c cutter) spelled() string {
	return fmt.Sprintf("%d %d %d %d %v", c.document, c.window, c.stride, c.windows, c.whole)
}

// text is a document or query as the encoder reads it: one part, or one for each
// window.
type text struct {
	parts []ort.Text
	cut   bool
}

func (t text) tokens() (n int) {
	for _, p := range t.parts {
		n += len(p.IDs)
	}
	return n
}

// readQuery makes the input of a query.
func (c cutter) readQuery(query string) (text, error) {
	return c.read(c.model.texts.Query(query, c.query))
}

// read is a text of one part.
func (c cutter) read(t colbert.Text, err error) (text, error) {
	if err == nil && t.Cut && c.whole {
		err = errTooLong
	}
	return text{[]ort.Text{{IDs: t.IDs, Unattended: t.Unattended}}, t.Cut}, err
}

// readDocument makes the inputs of a document.
func (c cutter) readDocument(document string) (text, error) {
	if c.window == 0 {
		return c.read(c.model.texts.Document(document, c.document))
	}
	ids, err := c.model.encoder.Tokenizer().Encode(nil, c.model.texts.DocumentText(document), c.document+1)
	if err != nil {
		return text{}, err
	}
	cut := len(ids) > c.document
	switch {
	case cut && c.whole:
		return text{}, errTooLong
	case len(ids) > c.window && c.stride >= c.window:
		return text{}, errStride
	}
	return text{c.split(ids[:min(len(ids), c.document)]), cut}, nil
}

// split makes windows of ids, each between the special tokens of a text. A document
// without tokens is one window.
func (c cutter) split(ids []int32) (parts []ort.Text) {
	around := c.model.texts.DocumentAround()
	for start := 0; ; start += c.window - c.stride {
		end := min(start+c.window, len(ids))
		part := append([]int32(nil), around.Before...)
		part = append(append(part, ids[start:end]...), around.After...)
		parts = append(parts, ort.Text{IDs: part})
		if end == len(ids) {
			return parts
		}
	}
}

// keys of documents: see RATIONALE: why-vectors-are-kept-by-digest.
func (m *Model) keys(documents []api.Document, c cutter, tenant string) []vectors.Key {
	digests := make([]api.Digest, len(documents))
	for i := range documents {
		digests[i] = digestOf(&documents[i])
	}
	return m.keysOf(digests, c, tenant)
}

func digestOf(d *api.Document) api.Digest {
	return sha256.Sum256([]byte(modelfiles.Text(d.Title, d.Text)))
}

// keysOf documents by their digests.
func (m *Model) keysOf(digests []api.Digest, c cutter, tenant string) []vectors.Key {
	keys := make([]vectors.Key, len(digests))
	h, spelled := sha256.New(), c.spelled()
	for i := range digests {
		h.Reset()
		digest.AddParts(h, m.identity, spelled, tenant, string(digests[i][:]))
		h.Sum(keys[i][:0])
	}
	return keys
}
