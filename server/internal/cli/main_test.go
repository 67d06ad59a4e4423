package cli

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// asProgram is a variable that has the tests be the command splitrank.
const asProgram = "SPLITRANK_TEST_AS_PROGRAM"

// TestMain lets scripts run this package as the command splitrank. Tests get no
// default model unless they say so, and keep no vectors in the folder of the user who runs them.
func TestMain(m *testing.M) {
	if _, set := os.LookupEnv("SPLITRANK_MODEL"); !set {
		os.Setenv("SPLITRANK_MODEL", noModel)
	}
	if _, set := os.LookupEnv("SPLITRANK_VECTORS"); !set {
		os.Setenv("SPLITRANK_VECTORS", vectorsInMemory)
	}
	if os.Getenv(asProgram) != "" {
		os.Exit(Run(os.Args[1:], &Env{Ctx: context.Background(), Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}))
	}
	testscript.Main(m, map[string]func(){
		"splitrank": func() {
			os.Exit(Run(os.Args[1:], &Env{Ctx: context.Background(), Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}))
		},
	})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: filepath.Join("testdata", "script"), RequireExplicitExec: true})
}
