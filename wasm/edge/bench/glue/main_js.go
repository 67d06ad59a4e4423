// Command glue is the same gateway as syumai/workers would have it: its own
// worker.mjs starts Go anew for every request. make bench-edge compares.
package main

import (
	"github.com/syumai/workers"

	"github.com/splitrank/splitrank/heuristics/stem/all"
	"github.com/splitrank/splitrank/wasm/internal/gateway"
)

func main() {
	g, err := gateway.New(gateway.Config{Stemmers: all.Stemmers()})
	if err != nil {
		panic(err)
	}
	workers.Serve(g)
}
