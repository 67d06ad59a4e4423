package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"golang.org/x/term"

	"github.com/splitrank/splitrank/server/internal/lateinteraction"
	"github.com/splitrank/splitrank/server/internal/vectors"
	"github.com/splitrank/splitrank/shared/api"
)

// rerankCmd answers requests without a server.
type rerankCmd struct {
	Pipeline string `placeholder:"NAME" help:"cascade, cross-encoder or heuristic, over what the requests say (default: what they say)."`
	Input    string `enum:"auto,json,jsonl" default:"auto" placeholder:"FORM" help:"json is one request over any number of lines, jsonl one on each line; auto looks at the first line (default ${default})."`
	Format   string `enum:"auto,json,table" default:"auto" placeholder:"FORM" help:"json is one answer a line, table is for reading; auto is a table on a terminal (default ${default})."`

	Watch bool `help:"Show what is known while the model works: the order of the heuristics at once, better ones after every batch, and the answer."`

	Model []string `placeholder:"NAME|DIR" help:"Cross-encoder to load: a name of splitrank models list that has been pulled, ORG/NAME, or a folder. Repeatable; a request chooses by its field model; none loads none (default: splitrank-mini, which is built in, where libonnxruntime is found)."`

	Parallel int `placeholder:"N" help:"Requests answered at once; those that wait for a model share its batches (default: one for each processor, 32 with a model)."`

	inferenceFlags   `embed:"" group:"Models"`
	calibrationFlags `embed:"" group:"Models"`
	vectorsFlags     `embed:"" group:"Vectors"`

	limitFlags `embed:"" group:"Limits"`

	File string `arg:"" name:"FILE" optional:"" help:"Where the requests are; - or nothing is standard input."`
}

// Help implements kong.HelpProvider.
func (rerankCmd) Help() string {
	return `A request is what POST /rerank takes, and so is the answer. With many requests several are answered at once and share the model's batches, the order is kept, one that cannot be served is answered with its error, and the exit code is 1.

  splitrank rerank request.json
  echo '{"query":"what is a cross-encoder?","documents":["The sky is blue.","A cross-encoder reads query and document together."],"explain":true}' | splitrank rerank --format table
  splitrank rerank --model ms-marco-MiniLM-L6-v2 < requests.jsonl > answers.jsonl
  splitrank rerank --model ms-marco-MiniLM-L6-v2 --watch request.json`
}

// Validate refuses what the packages would take for a default.
func (c *rerankCmd) Validate() error {
	if c.Parallel < 0 {
		return fmt.Errorf("--parallel %d: want 0 (the default) or more", c.Parallel)
	}
	return cmp.Or(c.inferenceFlags.Validate(), c.vectorsFlags.Validate(), c.limitFlags.Validate())
}

// Run answers all requests.
func (c *rerankCmd) Run(env *Env) (err error) {
	in, err := c.open(env)
	if err != nil {
		return err
	}
	defer in.Close()
	warn := func(err error) {
		fmt.Fprintln(env.Stderr, "splitrank: warning: answering from the heuristics alone: "+oneLine(err.Error()))
	}
	loaded, store, err := c.models(env, warn)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, loaded.close(context.Background()), closeStore(store)) }()
	engine, err := newEngine(0, loaded, c.FirstModel, c.calibrationFlags, nil, nil, warn)
	if err != nil {
		return err
	}
	requests := newRequests(in, c.MaxBodyBytes)
	one, err := requests.isOne(c.Input)
	if err != nil {
		return fmt.Errorf("reading the requests: %w", err)
	}
	return c.answerAll(env, engine, requests, order{one: one, parallel: c.parallel(len(loaded))})
}

// models are those asked for; by default none where no request can want one.
func (c *rerankCmd) models(env *Env, warn func(error)) (models, *vectors.Store, error) {
	list := c.Model
	if len(trimmed(list)) == 0 && api.Pipeline(c.Pipeline) == api.Heuristic {
		list = []string{noModel}
	}
	options := c.options()
	options.QueueTokens = math.MaxInt32 // the requests at once bound themselves
	return c.loadKeeping(options, sharedLevel{}, warnOn(env), func(o lateinteraction.Options) (models, error) {
		return c.load(env.Ctx, list, o, warn)
	})
}

func (c *rerankCmd) open(env *Env) (io.ReadCloser, error) {
	if c.File != "" && c.File != "-" {
		return os.Open(c.File)
	}
	if c.File == "" && isTerminal(env.Stdin) {
		return nil, errors.New("nothing to re-rank: name a file, or pipe requests in")
	}
	return io.NopCloser(env.Stdin), nil
}

func isTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// answerAll reports one request's error itself, and counts those of many.
func (c *rerankCmd) answerAll(env *Env, engine reranker, requests *requests, o order) error {
	write, total, failed := c.writer(env), 0, 0
	step, clear := c.progress(env, o)
	defer clear()
	for a := range c.answers(env.Ctx, engine, requests, o, c.watcher(env)) {
		switch {
		case a.broken != nil:
			return a.broken
		case a.err != nil && (o.one || env.Ctx.Err() != nil):
			return a.err
		case a.err != nil:
			failed++
		}
		if err := write(a.answered); err != nil {
			return fmt.Errorf("writing the answer: %w", err)
		}
		total++
		step(total, -1)
	}
	return tally(total, failed)
}

// progress counts the answers of many requests, unless they show themselves.
func (c *rerankCmd) progress(env *Env, o order) (step func(done, total int), clear func()) {
	if o.one || isTerminal(env.Stdout) {
		return func(int, int) {}, func() {}
	}
	return progress(env.Stderr, "answering")
}

func tally(total, failed int) error {
	switch {
	case total == 0:
		return errors.New("nothing to re-rank: the input is empty")
	case failed > 0:
		return fmt.Errorf("%d of %d requests failed", failed, total)
	}
	return nil
}

// answered is a request with its answer or error.
type answered struct {
	request  *api.Request
	response *api.Response
	err      error
}

func (c *rerankCmd) answer(ctx context.Context, engine reranker, body []byte, watch *watcher) (a answered) {
	a.request, a.err = api.DecodeRequest(body, c.limits())
	if a.err != nil {
		return a
	}
	if c.Pipeline != "" {
		a.request.Pipeline = api.Pipeline(c.Pipeline)
		if a.err = a.request.Validate(c.limits()); a.err != nil {
			return a
		}
	}
	if !c.Watch {
		a.response, a.err = engine.Rerank(ctx, a.request)
		return a
	}
	a.response, a.err = engine.Watch(ctx, a.request, func(r *api.Response) { watch.show(a.request, r) })
	if err := watch.end(); a.err == nil {
		a.err = err
	}
	return a
}
