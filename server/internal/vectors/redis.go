package vectors

import (
	"crypto/sha256"
	"encoding/base64"
	"time"

	"github.com/splitrank/splitrank/server/internal/rediskv"
)

// MostShared is the longest value in bytes that is shared by Redis.
const MostShared = 512 << 10

// DefaultShared is how long Redis keeps a value.
const DefaultShared = 7 * 24 * time.Hour

// NewRedis makes the level that machines share, for values of a format. The
// prefix is its own; TTL is DefaultShared, and MaxValue holds MostShared, where
// they are 0.
func NewRedis(o rediskv.Options, format string) (*rediskv.Client, error) {
	sum := sha256.Sum256([]byte(format))
	o.Prefix = "splitrank:vectors:1:" + base64.RawURLEncoding.EncodeToString(sum[:6]) + ":"
	if o.TTL == 0 {
		o.TTL = DefaultShared
	}
	if o.MaxValue == 0 {
		o.MaxValue = MostShared + recordHeader
	}
	return rediskv.New(o)
}
