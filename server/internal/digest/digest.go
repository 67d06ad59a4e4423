// Package digest names things by what they are made of.
package digest

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"

	"github.com/splitrank/splitrank/shared/api"
)

// Pair is a digest of all that a score depends on:
// see RATIONALE: why-scores-are-kept-by-digest.
type Pair [sha256.Size]byte

// Pairs of the documents of a request, for a model of an identity.
func Pairs(identity string, req *api.Request) []Pair {
	list := make([]Pair, len(req.Documents))
	h := sha256.New()
	for i := range req.Documents {
		h.Reset()
		AddParts(h, identity, req.Query, req.Documents[i].Title, req.Documents[i].Text)
		h.Sum(list[i][:0])
	}
	return list
}

// AddParts adds texts, each with its length in eight bytes, big end first,
// before it, so that no two lists of texts read the same.
func AddParts(h hash.Hash, parts ...string) {
	var length [8]byte
	for _, part := range parts {
		binary.BigEndian.PutUint64(length[:], uint64(len(part)))
		h.Write(length[:])
		h.Write([]byte(part))
	}
}
