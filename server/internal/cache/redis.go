package cache

import "github.com/splitrank/splitrank/server/internal/rediskv"

// NewRedis makes the second level of a Cache. It holds digests and logits, no
// texts. Prefix and default TTL are the cache's own.
func NewRedis(o rediskv.Options) (*rediskv.Client, error) {
	o.Prefix = prefix
	if o.TTL == 0 {
		o.TTL = DefaultTTL
	}
	return rediskv.New(o)
}
