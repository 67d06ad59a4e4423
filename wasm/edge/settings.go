package main

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/splitrank/splitrank/heuristics/stem/all"
	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/wire"
	"github.com/splitrank/splitrank/wasm/internal/gateway"
)

// settings reads the variables and secrets of a Worker, by name.
// What only JavaScript needs is checked in settings.mjs, which also settles what
// both go by.
func settings(lookup func(name string) (value string, ok bool)) (gateway.Config, error) {
	getenv := func(name string) string { value, _ := lookup(name); return value }
	n := numbers{getenv: getenv}
	c := gateway.Config{
		Stemmers:     all.Stemmers(), // those of the server: the scorer is the same
		CacheVersion: getenv("SPLITRANK_CACHE_VERSION"),
	}
	n.read("SPLITRANK_MAX_BODY_BYTES", &c.Limits.BodyBytes)
	n.read("SPLITRANK_MAX_DOCUMENTS", &c.Limits.Documents)
	n.read("SPLITRANK_MAX_TEXT_BYTES", &c.Limits.TextBytes)
	n.read("SPLITRANK_MAX_TOTAL_BYTES", &c.Limits.TotalBytes)
	n.read("SPLITRANK_MAX_QUERY_BYTES", &c.Limits.QueryBytes)
	n.read("SPLITRANK_MAX_BATCH_REQUESTS", &c.Limits.BatchRequests)
	n.read("SPLITRANK_MAX_BATCH_DOCUMENTS", &c.Limits.BatchDocuments)
	n.read("SPLITRANK_MAX_ANSWER_BYTES", &c.AnswerBytes)
	n.read("SPLITRANK_ORIGIN_DOCUMENTS", &c.Keep)
	var err error
	if c.TenantByKey, err = truth("SPLITRANK_CACHE_BY_KEY", getenv("SPLITRANK_CACHE_BY_KEY")); err != nil {
		return c, err
	}
	if c.CORSOrigins, err = wire.OriginList("SPLITRANK_CORS_ORIGINS", getenv("SPLITRANK_CORS_ORIGINS")); err != nil {
		return c, err
	}
	if c.Aliases, err = aliases(getenv("SPLITRANK_ALIAS")); err != nil {
		return c, err
	}
	c.APIKeys, err = keys(lookup)
	return c, cmp.Or(err, n.err)
}

// aliases of models, of which an edge without an origin has only the default.
func aliases(list string) (api.Aliases, error) {
	if list == "" {
		return nil, nil
	}
	a, err := api.ParseAliases(strings.Split(list, ","))
	if err != nil {
		return nil, fmt.Errorf("reading setting SPLITRANK_ALIAS: %w", err)
	}
	return a, nil
}

// keys refuses a secret that is there and empty: it would open the edge.
func keys(lookup func(string) (string, bool)) ([]string, error) {
	if key, ok := lookup("SPLITRANK_ORIGIN_KEY"); ok && strings.TrimSpace(key) == "" {
		return nil, errors.New("SPLITRANK_ORIGIN_KEY is set and empty: give the origin's key, or leave it unset")
	}
	value, ok := lookup("SPLITRANK_API_KEYS")
	if !ok {
		return nil, nil
	}
	return wire.KeyList("SPLITRANK_API_KEYS", value)
}

// truth reads a setting that is true or false; "" is false.
func truth(name, value string) (bool, error) {
	if value == "" {
		return false, nil
	}
	b, err := strconv.ParseBool(value)
	if err != nil {
		return false, fmt.Errorf("reading setting %s: %q is neither true nor false", name, value)
	}
	return b, nil
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
