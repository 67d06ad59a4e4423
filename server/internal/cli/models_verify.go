package cli

import (
	"errors"
	"fmt"
	"io"

	"github.com/splitrank/splitrank/server/internal/hub"
)

// modelsVerifyCmd hashes a model again.
type modelsVerifyCmd struct {
	hubFlags `embed:""`
	Name     string `arg:"" placeholder:"NAME" help:"Short name or ORG/NAME."`
}

// Help implements kong.HelpProvider.
func (modelsVerifyCmd) Help() string {
	return `Compares every file, of all variants pulled, with the SHA-256 recorded when it was pulled; where another tool has pulled, with the hub's digest that names the blob. What is damaged, pull replaces. Of a built-in model the program the digests are printed.

  splitrank models verify ms-marco-MiniLM-L6-v2`
}

// Run verifies, and fails where a file is not what it was.
func (c *modelsVerifyCmd) Run(env *Env) error {
	h, err := c.hub()
	if err != nil {
		return err
	}
	m, files, err := h.Verify(env.Ctx, c.Name)
	if m != nil && m.Builtin != nil {
		return errors.Join(printBuiltin(env.Stdout, files), err)
	}
	for _, f := range files {
		if _, err := fmt.Fprintf(env.Stdout, "%-7s  %7s  %s\n", verdict(f), hub.Bytes(f.Size), f.Path); err != nil {
			return err
		}
	}
	if err != nil {
		return fmt.Errorf("%w; splitrank models pull replaces what is damaged", err)
	}
	return nil
}

// printBuiltin shows what is compared with the digests of the model's card.
func printBuiltin(w io.Writer, files []hub.Checked) error {
	for _, f := range files {
		if _, err := fmt.Fprintf(w, "inside  %7s  %s  %s\n", hub.Bytes(f.Size), f.Path, f.Found); err != nil {
			return err
		}
	}
	return nil
}

func verdict(f hub.Checked) string {
	switch {
	case f.Err == nil:
		return "ok"
	case f.Found == "":
		return "missing"
	}
	return "damaged"
}
