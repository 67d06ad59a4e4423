package cache

import (
	"encoding/binary"
	"math"

	"github.com/splitrank/splitrank/server/internal/digest"
)

// prefix of the names in Redis, with the version of what they hold.
const prefix = "splitrank:1:"

// key of a pair: what its score is remembered by.
type key = digest.Pair

// encoded is the length of a score in Redis: the logit's bits, big-endian, and
// a byte that is 1 where the document was truncated.
const encoded = 9

func (s score) encode() []byte {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, encoded), math.Float64bits(s.logit))
	if s.truncated {
		return append(b, 1)
	}
	return append(b, 0)
}

// decode returns nil for what no score was encoded as.
func decode(text *string) *score {
	if text == nil {
		return nil
	}
	b := *text
	if len(b) != encoded || b[encoded-1] > 1 {
		return nil
	}
	s := score{math.Float64frombits(binary.BigEndian.Uint64([]byte(b))), b[encoded-1] == 1}
	if math.IsNaN(s.logit) || math.IsInf(s.logit, 0) {
		return nil
	}
	return &s
}
