package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/splitrank/splitrank/heuristics/stem/all"
	"github.com/splitrank/splitrank/wasm/internal/gateway"
)

// settings reads the variables and secrets of a Worker, by name; "" = not set.
// What only JavaScript needs is checked in settings.mjs, which also settles what
// both go by.
func settings(getenv func(string) string) (gateway.Config, error) {
	n := numbers{getenv: getenv}
	c := gateway.Config{
		Stemmers:     all.Stemmers(), // those of the server: the scorer is the same
		APIKeys:      list(getenv("SPLITRANK_API_KEYS")),
		CORSOrigins:  list(getenv("SPLITRANK_CORS_ORIGINS")),
		CacheVersion: getenv("SPLITRANK_CACHE_VERSION"),
	}
	n.read("SPLITRANK_MAX_BODY_BYTES", &c.Limits.BodyBytes)
	n.read("SPLITRANK_MAX_DOCUMENTS", &c.Limits.Documents)
	n.read("SPLITRANK_MAX_TEXT_BYTES", &c.Limits.TextBytes)
	n.read("SPLITRANK_MAX_TOTAL_BYTES", &c.Limits.TotalBytes)
	n.read("SPLITRANK_MAX_QUERY_BYTES", &c.Limits.QueryBytes)
	n.read("SPLITRANK_MAX_BATCH_REQUESTS", &c.Limits.BatchRequests)
	n.read("SPLITRANK_ORIGIN_DOCUMENTS", &c.Keep)
	return c, n.err
}

// list of comma-separated words; empty ones do not count.
func list(s string) (out []string) {
	for word := range strings.SplitSeq(s, ",") {
		if word = strings.TrimSpace(word); word != "" {
			out = append(out, word)
		}
	}
	return out
}

// numbers reads settings that are counts and keeps the first error.
type numbers struct {
	getenv func(string) string
	err    error
}

func (n *numbers) read(name string, into *int) {
	value := n.getenv(name)
	if value == "" || n.err != nil {
		return
	}
	count, err := strconv.Atoi(value)
	if err != nil || count < 1 {
		n.err = fmt.Errorf("reading setting %s: %q is no number above 0", name, value)
		return
	}
	*into = count
}
