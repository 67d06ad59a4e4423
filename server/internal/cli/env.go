package cli

import (
	"context"
	"io"
)

// Env is the world that a command sees: a test gives it another one.
type Env struct {
	// Ctx ends when the user interrupts.
	Ctx            context.Context
	Stdin          io.Reader
	Stdout, Stderr io.Writer
}
