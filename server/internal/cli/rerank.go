package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"

	"github.com/splitrank/splitrank/shared/api"
)

// rerankCmd answers requests without a server.
type rerankCmd struct {
	Pipeline string `placeholder:"NAME" help:"cascade, cross-encoder or heuristic, over what the requests say (default: what they say)."`
	Input    string `enum:"auto,json,jsonl" default:"auto" placeholder:"FORM" help:"json is one request over any number of lines, jsonl one on each line; auto looks at the first line (default ${default})."`
	Format   string `enum:"auto,json,table" default:"auto" placeholder:"FORM" help:"json is one answer a line, table is for reading; auto is a table on a terminal (default ${default})."`

	Watch bool `help:"Show what is known while the model works: the order of the heuristics at once, better ones after every batch, and the answer."`

	Model []string `placeholder:"NAME|DIR" help:"Cross-encoder to load: a name of splitrank models list that has been pulled, ORG/NAME, or a folder. Repeatable; a request chooses by its field model; none loads none (default: splitrank-mini, which ships inside, where libonnxruntime is found)."`

	inferenceFlags `embed:"" group:"Models"`
	queueFlags     `embed:"" group:"Models"`

	limitFlags `embed:"" group:"Limits"`

	File string `arg:"" name:"FILE" optional:"" help:"Where the requests are; - or nothing is standard input."`
}

// Help implements kong.HelpProvider.
func (rerankCmd) Help() string {
	return `A request is what POST /rerank takes, and so is the answer. With many requests the order is kept, one that cannot be served is answered with its error, and the exit code is 1.

  splitrank rerank request.json
  echo '{"query":"what is a cross-encoder?","documents":["The sky is blue.","A cross-encoder reads query and document together."],"explain":true}' | splitrank rerank --format table
  splitrank rerank --model ms-marco-MiniLM-L6-v2 < requests.jsonl > answers.jsonl
  splitrank rerank --model ms-marco-MiniLM-L6-v2 --watch request.json`
}

// Validate refuses what the packages would take for a default.
func (c *rerankCmd) Validate() error {
	return cmp.Or(c.inferenceFlags.Validate(), c.queueFlags.Validate(), c.limitFlags.Validate())
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
	loaded, err := c.models(env.Ctx, warn)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, loaded.close(context.Background())) }()
	engine, err := newEngine(1, loaded, nil, warn)
	if err != nil {
		return err
	}
	requests := newRequests(in, c.MaxBodyBytes)
	one, err := requests.isOne(c.Input)
	if err != nil {
		return fmt.Errorf("reading the requests: %w", err)
	}
	return c.answerAll(env, engine, requests, one)
}

// models are those asked for; by default none where no request can want one.
func (c *rerankCmd) models(ctx context.Context, warn func(error)) (models, error) {
	list := c.Model
	if len(trimmed(list)) == 0 && api.Pipeline(c.Pipeline) == api.Heuristic {
		list = []string{noModel}
	}
	options := c.options()
	options.QueueTokens = c.QueueTokens
	return c.load(ctx, list, options, warn)
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
func (c *rerankCmd) answerAll(env *Env, engine reranker, requests *requests, one bool) error {
	write, watch := c.writer(env), c.watcher(env)
	total, failed := 0, 0
	for {
		body, err := requests.next(one)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("reading the requests: %w", err)
		}
		a := c.answer(env, engine, body, watch)
		if a.err != nil {
			if one || env.Ctx.Err() != nil {
				return a.err
			}
			failed++
		}
		if err := write(a); err != nil {
			return fmt.Errorf("writing the answer: %w", err)
		}
		total++
	}
	return tally(total, failed)
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

func (c *rerankCmd) answer(env *Env, engine reranker, body []byte, watch *watcher) (a answered) {
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
		a.response, a.err = engine.Rerank(env.Ctx, a.request)
		return a
	}
	a.response, a.err = engine.Watch(env.Ctx, a.request, func(r *api.Response) { watch.show(a.request, r) })
	if err := watch.end(); a.err == nil {
		a.err = err
	}
	return a
}
