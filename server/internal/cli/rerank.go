package cli

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/splitrank/splitrank/server/internal/lateinteraction"
	"github.com/splitrank/splitrank/server/internal/vectors"
	"github.com/splitrank/splitrank/shared/api"
)

// rerankCmd answers requests without a server.
type rerankCmd struct {
	Pipeline string `placeholder:"NAME" help:"cascade, cross-encoder, heuristic or llm, over what the requests say (default: what they say)."`
	Input    string `enum:"auto,json,jsonl" default:"auto" placeholder:"FORM" help:"json is one request over any number of lines, jsonl one on each line; auto looks at the first line (default ${default})."`
	Format   string `enum:"auto,json,table,text" default:"auto" placeholder:"FORM" help:"json is one answer a line, table is for reading, text is the documents alone, best first; auto is a table on a terminal, else json (default ${default})."`

	Watch bool `help:"Show what is known while the model works: the order of the heuristics at once, better ones after every batch, and the answer. On a terminal each is drawn over the one before; as JSON each line has its stage: heuristic, partial, final or error."`

	Query *string `short:"q" env:"-" group:"Plain text" placeholder:"TEXT" help:"Ask this of plain text: the files, or standard input, are documents and not requests."`
	TopK  int     `name:"top-k" short:"k" env:"-" group:"Plain text" placeholder:"N" help:"Results of --query (default: all)."`
	By    string  `enum:"line,paragraph,file" default:"line" env:"-" group:"Plain text" placeholder:"PART" help:"What a document of --query is: each line, each paragraph (between blank lines), or each file (default ${default})."`

	Model []string `placeholder:"NAME|DIR" help:"Model to load, a cross-encoder or a late-interaction model: a name of splitrank models list that has been pulled, ORG/NAME, or a folder. Repeatable; a request chooses by its field model; none loads none (default, where libonnxruntime is found: splitrank-mini and splitrank-small, which are built in; the languages of a request choose)."`

	Parallel int `placeholder:"N" help:"Requests answered at once; those that wait for a model share its batches (default: one for each processor, 32 with a model)."`

	inferenceFlags   `embed:"" group:"Models"`
	calibrationFlags `embed:"" group:"Models"`
	vectorsFlags     `embed:"" group:"Vectors"`

	llmFlags `embed:"" group:"LLM"`

	limitFlags `embed:"" group:"Limits"`

	Files []string `arg:"" name:"FILE" optional:"" help:"Where the requests are, or with --query the text; - or nothing is standard input."`
}

// Help implements kong.HelpProvider.
func (rerankCmd) Help() string {
	return `A request is what POST /rerank takes, and so is the answer. With many requests several are answered at once and share the model's batches, the order is kept, one that cannot be served is answered with its error, and the exit code is 1.

  splitrank rerank request.json
  splitrank rerank -q "how long does the dough rest" -k 5 notes.txt transcript.txt
  git log --oneline | splitrank rerank -q "fixes a crash" --format text -k 10
  echo '{"query":"what is a cross-encoder?","documents":["The sky is blue.","A cross-encoder reads query and document together."],"explain":true}' | splitrank rerank --format table
  splitrank rerank --model ms-marco-MiniLM-L6-v2 < requests.jsonl > answers.jsonl
  splitrank rerank --model ms-marco-MiniLM-L6-v2 --watch request.json`
}

// Validate refuses what the packages would take for a default.
func (c *rerankCmd) Validate() error {
	if c.Parallel < 0 {
		return fmt.Errorf("--parallel %d: want 0 (the default) or more", c.Parallel)
	}
	if err := c.validatePlain(); err != nil {
		return err
	}
	return cmp.Or(c.inferenceFlags.Validate(), c.vectorsFlags.Validate(), c.llmFlags.Validate(), c.limitFlags.Validate())
}

// validatePlain refuses what only one of the two kinds of input has.
func (c *rerankCmd) validatePlain() error {
	switch {
	case c.Query != nil && strings.TrimSpace(*c.Query) == "":
		return errors.New("--query is empty: say what the documents are to be ordered by")
	case c.Query != nil && c.Input != "auto":
		return errors.New("--input is the form of requests, which --query has none of")
	case c.Query == nil && (c.TopK != 0 || c.By != byLine):
		return errors.New("--top-k and --by go with --query; a request says top_k itself")
	case c.Query == nil && len(c.Files) > 1:
		return errors.New("requests come from one file; of plain text there may be several, with --query")
	case c.TopK < 0:
		return fmt.Errorf("--top-k %d: want 1 or more", c.TopK)
	}
	return nil
}

// Run answers all requests.
func (c *rerankCmd) Run(env *Env) (err error) {
	read, closeInput, err := c.input(env)
	if err != nil {
		return err
	}
	defer closeInput()
	warn := func(err error) {
		fmt.Fprintln(env.Stderr, "splitrank: warning: answering from the heuristics alone: "+oneLine(err.Error()))
	}
	loaded, store, err := c.models(env, warn)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, loaded.close(context.Background()), closeStore(store)) }()
	judge, err := c.asJudge()
	if err != nil {
		return err
	}
	engine, err := newEngine(0, loaded, c.FirstModel, c.calibrationFlags, nil, nil, judge, warn)
	if err != nil {
		return err
	}
	requests, one, err := read()
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

// input is opened before a model loads, and read after: read says whether all of it is
// one request.
func (c *rerankCmd) input(env *Env) (read func() (*requests, bool, error), end func(), err error) {
	if c.Query != nil {
		r, err := c.plainRequest(env)
		if err != nil {
			return nil, nil, err
		}
		body := api.AppendRequest(nil, r)
		return func() (*requests, bool, error) { return newRequests(bytes.NewReader(body), len(body)), true, nil }, func() {}, nil
	}
	in, err := c.open(env)
	if err != nil {
		return nil, nil, err
	}
	return func() (*requests, bool, error) {
		r := newRequests(in, c.MaxBodyBytes)
		one, err := r.isOne(c.Input)
		return r, one, err
	}, func() { in.Close() }, nil
}

func (c *rerankCmd) open(env *Env) (io.ReadCloser, error) {
	if len(c.Files) == 1 && c.Files[0] != "-" {
		return os.Open(c.Files[0])
	}
	if len(c.Files) == 0 && isTerminal(env.Stdin) {
		return nil, errors.New("nothing to re-rank: name a file, pipe requests in, or ask plain text with --query")
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
			tellFailed(env.Stderr, failed, a.answered)
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

// toldFailed is how many failed requests are named on standard error.
const toldFailed = 5

// tellFailed says which request failed and why, of the first few; all are among the
// answers.
func tellFailed(w io.Writer, n int, a answered) {
	switch {
	case n <= toldFailed:
		fmt.Fprintf(w, "splitrank: line %d: %s\n", a.line, oneLine(a.err.Error()))
	case n == toldFailed+1:
		fmt.Fprintln(w, "splitrank: …")
	}
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
	line     int // of the input that the request begins at, from 1
	request  *api.Request
	response *api.Response
	err      error
}

// bodyLimits are the limits; a body made of plain text has none of its own.
func (c *rerankCmd) bodyLimits(length int) api.Limits {
	limits := c.limits()
	if c.Query != nil {
		limits.BodyBytes = max(limits.BodyBytes, length)
	}
	return limits
}

func (c *rerankCmd) answer(ctx context.Context, engine reranker, body []byte, watch *watcher) (a answered) {
	a.request, a.err = api.DecodeRequest(body, c.bodyLimits(len(body)))
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
