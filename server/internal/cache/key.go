package cache

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"

	"github.com/splitrank/splitrank/shared/api"
)

// key is a digest of all that a score depends on, each part with its length
// before it, so that no two lists of parts read the same.
type key [sha256.Size]byte

// keysOf the documents of a request, for a model of an identity.
func keysOf(identity string, req *api.Request) []key {
	keys := make([]key, len(req.Documents))
	h := sha256.New()
	for i := range req.Documents {
		h.Reset()
		for _, part := range []string{identity, req.Query, req.Documents[i].Title, req.Documents[i].Text} {
			addPart(h, part)
		}
		h.Sum(keys[i][:0])
	}
	return keys
}

func addPart(h hash.Hash, part string) {
	var length [8]byte
	binary.BigEndian.PutUint64(length[:], uint64(len(part)))
	h.Write(length[:])
	h.Write([]byte(part))
}
