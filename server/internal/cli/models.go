package cli

import (
	"os"

	"github.com/splitrank/splitrank/server/internal/hub"
	"github.com/splitrank/splitrank/server/model"
)

// modelsCmd is the family of commands about models on this machine.
type modelsCmd struct {
	List   modelsListCmd   `cmd:"" help:"List the models to choose from, and which are here."`
	Pull   modelsPullCmd   `cmd:"" help:"Bring a model from a Hugging Face hub, verified and pinned."`
	Verify modelsVerifyCmd `cmd:"" help:"Hash a model's files again and compare."`
	Path   modelsPathCmd   `cmd:"" help:"Print the folder of a model."`
}

// Help implements kong.HelpProvider.
func (modelsCmd) Help() string {
	return `A NAME is a short name of the list, ORG/NAME of any other model, or a folder; NAME:VARIANT is a model_VARIANT.onnx of it. Models lie in the cache of Hugging Face's tools, so that one which Python has fetched is found.

HF_ENDPOINT, HF_TOKEN, HF_HOME, HF_HUB_CACHE, HF_HUB_OFFLINE and the proxy variables mean what they mean there.

  splitrank models list
  splitrank models pull ms-marco-MiniLM-L6-v2
  splitrank models verify ms-marco-MiniLM-L6-v2
  splitrank models path ms-marco-MiniLM-L6-v2`
}

// hubFlags are those of every command that needs the cache or the hub.
type hubFlags struct {
	CacheDir string `placeholder:"DIR" help:"Where models lie (default: $$HF_HUB_CACHE, $$HF_HOME/hub, or ~/.cache/huggingface/hub)."`
	Offline  bool   `help:"Use what is here and ask no hub; as HF_HUB_OFFLINE=1."`
}

// config is that of the environment, with the flags on top.
func (f hubFlags) config() (hub.Config, error) {
	c, err := hub.FromEnv(os.Getenv)
	if f.CacheDir != "" {
		c.Cache, err = f.CacheDir, nil
	}
	c.Offline = c.Offline || f.Offline
	c.Builtin = model.Builtin()
	c.UserAgent = "splitrank/" + thisBuild().Version
	return c, err
}

func (f hubFlags) hub() (*hub.Hub, error) {
	c, err := f.config()
	if err != nil {
		return nil, err
	}
	return hub.New(c)
}
