package cli

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/splitrank/splitrank/server/internal/hub/hubtest"
)

const (
	miniLM = "cross-encoder/ms-marco-MiniLM-L6-v2"
	stsb   = "cross-encoder/stsb-distilroberta-base"
)

// The scripts have a hub of their own, an empty cache and $COMMIT of MiniLM.
func TestModelsScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "models"), RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			server := hubtest.New(env.T().(testing.TB))
			server.Token = "hf_good"
			server.Private["org/private"] = true
			env.Setenv("COMMIT", server.Put(miniLM, hubtest.Model(300_000, "", "fp16")))
			server.Put(stsb, hubtest.Model(10, ""))
			server.Put("org/private", hubtest.Model(10, ""))
			for name, value := range map[string]string{
				"HF_ENDPOINT": server.URL, "HF_HOME": env.WorkDir + "/hf", "HF_TOKEN": "", "HF_HUB_OFFLINE": "", "NO_PROXY": "*",
			} {
				env.Setenv(name, value)
			}
			return nil
		},
	})
}

// What is no terminal gets lines and no bar.
func TestPullBarIsSilentElsewhere(t *testing.T) {
	var w bytes.Buffer
	bar := pullBar{w: &w}
	bar.show("x", 1, 2)
	bar.say("waiting:\n\x1b[2Jx")
	bar.clear()
	if want := "splitrank: waiting:  [2Jx\n"; w.String() != want {
		t.Errorf("got %q, want %q", w.String(), want)
	}
}
