package vectors

import (
	"crypto/sha256"
	"encoding/base64"

	"github.com/splitrank/splitrank/server/internal/rediskv"
)

// MostShared is the longest value in bytes that is shared by Redis.
const MostShared = 512 << 10

// NewRedis makes the level that machines share, for values of a format. The
// prefix is its own; MaxValue is MostShared where it is 0.
func NewRedis(o rediskv.Options, format string) (*rediskv.Client, error) {
	sum := sha256.Sum256([]byte(format))
	o.Prefix = "splitrank:vectors:1:" + base64.RawURLEncoding.EncodeToString(sum[:6]) + ":"
	if o.MaxValue == 0 {
		o.MaxValue = MostShared + recordHeader
	}
	return rediskv.New(o)
}
