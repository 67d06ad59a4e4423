// Command splitrank re-ranks the candidates of a retriever.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/splitrank/splitrank/server/internal/cli"
)

func main() { os.Exit(run()) }

// run ends gracefully at the first signal and at once at the second.
func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	return cli.Run(os.Args[1:], &cli.Env{Ctx: ctx, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr})
}
