package cli

import (
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/splitrank/splitrank/server/internal/hub"
)

// modelsPullCmd brings a model.
type modelsPullCmd struct {
	hubFlags `embed:""`
	Name     string `arg:"" placeholder:"NAME" help:"Short name, ORG/NAME, or either with :VARIANT."`
	Revision string `env:"-" placeholder:"REV" help:"Branch, tag or commit to pull and to pin (default: the commit pinned here, or main)."`
	Variant  string `env:"-" placeholder:"V" help:"ONNX file to take: fp32 is model.onnx, any other model_V.onnx, like fp16, quantized or qint8_avx512 (default fp32)."`
	MaxBytes int64  `placeholder:"N" help:"Refuse a model that is larger, in bytes (default 8 GB)."`
}

// Help implements kong.HelpProvider.
func (modelsPullCmd) Help() string {
	return `The first pull pins the commit that the hub then has; later ones stay with it until --revision says otherwise, and use no network where everything is in order. A broken download goes on where it stopped, in the same run or the next. Every file is hashed and compared before it gets its name.

  splitrank models pull ms-marco-MiniLM-L6-v2
  splitrank models pull mmarco-mMiniLMv2-L12-H384-v1 --revision main
  HF_TOKEN=hf_… splitrank models pull ORG/PRIVATE --variant quantized
  HF_ENDPOINT=https://mirror.example splitrank models pull ms-marco-TinyBERT-L2-v2`
}

// Run pulls and tells what is pinned.
func (c *modelsPullCmd) Run(env *Env) error {
	config, err := c.config()
	if err != nil {
		return err
	}
	config.MaxBytes = c.MaxBytes
	h, err := hub.New(config)
	if err != nil {
		return err
	}
	bar := pullBar{w: env.Stderr}
	if e, ok := hub.Lookup(c.Name); ok && e.Warning != "" {
		bar.say("warning: " + e.Name() + ": " + e.Warning)
	}
	m, err := h.Pull(env.Ctx, c.Name, hub.PullOptions{Revision: c.Revision, Variant: c.Variant, Notify: bar.say, Progress: bar.show})
	bar.clear()
	if err != nil {
		return withoutHub(err)
	}
	if m.Builtin != nil {
		_, err = fmt.Fprintf(env.Stdout, "%s is built into this program: there is nothing to pull\n", m.Name)
		return err
	}
	_, err = fmt.Fprintf(env.Stdout, "%s, %s, is here and verified, pinned to commit\n%s\nin %s\n", m.Name, m.Variant, m.Commit, m.Dir)
	return err
}

// withoutHub says what to do where the hub cannot be reached.
func withoutHub(err error) error {
	var network net.Error
	if !errors.As(err, &network) && !errors.Is(err, hub.ErrOffline) {
		return err
	}
	return fmt.Errorf("%w. Without the hub: set HF_ENDPOINT to a mirror of it; or copy a folder with config.json, tokenizer.json and model.onnx here and name it, as in splitrank serve --model ./FOLDER; or use splitrank-mini, which is built in and needs no pull", err)
}

// pullBar draws on a terminal and is silent elsewhere. What is said goes to
// both.
type pullBar struct {
	w   io.Writer
	bar *progressbar.ProgressBar
}

func (p *pullBar) show(file string, done, total int64) {
	if !isTerminal(p.w) {
		return
	}
	if p.bar == nil {
		p.bar = progressbar.NewOptions64(total, progressbar.OptionSetWriter(p.w), progressbar.OptionShowBytes(true),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionSetPredictTime(true))
	}
	// A bar that cannot be drawn is no reason to stop.
	p.bar.Describe(file)
	_ = p.bar.Set64(done)
}

func (p *pullBar) say(line string) {
	p.clear()
	fmt.Fprintln(p.w, "splitrank: "+oneLine(line))
}

func (p *pullBar) clear() {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}
