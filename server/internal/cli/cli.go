// Package cli is the command line of splitrank: one file for each command.
package cli

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/splitrank/splitrank/server/internal/cache"
	"github.com/splitrank/splitrank/server/internal/httpapi"
	"github.com/splitrank/splitrank/server/internal/llm"
	"github.com/splitrank/splitrank/shared/api"
)

// Exit codes of Run.
const (
	exitDone    = 0
	exitFailure = 1 // the command could not do, or not wholly do, what it was asked
	exitUsage   = 2 // the command line is wrong
)

// commands is the grammar. A command is a struct of flags with Run(*Env) error;
// Validate() error refuses flags that do not go together, Help() string shows
// how it is used.
type commands struct {
	Serve   serveCmd   `cmd:"" help:"Serve the API and the page over HTTP."`
	Rerank  rerankCmd  `cmd:"" help:"Re-rank requests from a file or standard input."`
	Eval    evalCmd    `cmd:"" help:"Measure pipelines on judged collections."`
	Judge   judgeCmd   `cmd:"" help:"Have a large language model judge the pairs of a run."`
	Tune    tuneCmd    `cmd:"" help:"Find the budget that a model needs on judged collections."`
	Models  modelsCmd  `cmd:"" help:"List, pull, verify and find models."`
	Version versionCmd `cmd:"" help:"Print what this is and how it scores."`
}

const description = `Re-rank the candidates of a retriever, best first.

Every flag can also be set in the environment, as SPLITRANK_ and its name: --log-level is SPLITRANK_LOG_LEVEL.

  splitrank serve
  splitrank rerank request.json
  splitrank rerank --help`

// Run does what args ask for, in env, and returns the exit code. What went wrong
// is one line on env.Stderr.
func Run(args []string, env *Env) (code int) {
	defer onExit(&code)
	parser, err := newParser(env)
	if err != nil {
		return fail(env, exitFailure, err)
	}
	command, err := parser.Parse(args)
	if err != nil {
		return fail(env, exitUsage, fmt.Errorf("%w; %s says more", err, helpFor(err)))
	}
	if err := command.Run(env); err != nil {
		return fail(env, exitFailure, err)
	}
	return exitDone
}

func newParser(env *Env) (*kong.Kong, error) {
	return kong.New(&commands{},
		kong.Name("splitrank"), kong.Description(description),
		kong.Writers(env.Stdout, env.Stderr),
		kong.DefaultEnvars("SPLITRANK"),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, FlagsLast: true, NoExpandSubcommands: true}),
		kong.Exit(func(code int) { panic(exit(code)) }),
		defaults(),
	)
}

// exit carries the code of a command that ends early, like --help, past the
// parser, which does not expect to go on.
type exit int

func onExit(code *int) {
	switch p := recover().(type) {
	case nil:
	case exit:
		*code = int(p)
	default:
		panic(p)
	}
}

func fail(env *Env, code int, err error) int {
	fmt.Fprintln(env.Stderr, "splitrank: "+oneLine(err.Error()))
	return code
}

// oneLine keeps an error to its line and its escape sequences harmless.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
}

// helpFor names the help of the command that err is about.
func helpFor(err error) string {
	var parse *kong.ParseError
	if errors.As(err, &parse) && parse.Context != nil && parse.Context.Command() != "" {
		command, _, _ := strings.Cut(parse.Context.Command(), " ")
		return "splitrank " + command + " --help"
	}
	return "splitrank --help"
}

// defaults are those of the packages, for help texts and empty flags.
func defaults() kong.Vars {
	return kong.Vars{
		"body_bytes":          strconv.Itoa(api.DefaultBodyBytes),
		"documents":           strconv.Itoa(api.DefaultDocuments),
		"text_bytes":          strconv.Itoa(api.DefaultTextBytes),
		"total_bytes":         strconv.Itoa(api.DefaultTotalBytes),
		"query_bytes":         strconv.Itoa(api.DefaultQueryBytes),
		"json_depth":          strconv.Itoa(api.DefaultDepth),
		"batch_requests":      strconv.Itoa(api.DefaultBatchRequests),
		"batch_documents":     strconv.Itoa(api.DefaultBatchDocuments),
		"cache_size":          strconv.Itoa(cache.DefaultBytes),
		"cache_ttl":           cache.DefaultTTL.String(),
		"llm_timeout":         llm.DefaultTimeout.String(),
		"llm_concurrency":     strconv.Itoa(llm.DefaultConcurrency),
		"llm_top_n":           strconv.Itoa(llm.DefaultDocuments),
		"in_flight":           strconv.Itoa(httpapi.DefaultInFlight),
		"connections":         strconv.Itoa(httpapi.DefaultConnections),
		"in_flight_bytes":     strconv.Itoa(httpapi.DefaultInFlightBytes),
		"header_bytes":        strconv.Itoa(httpapi.DefaultHeaderBytes),
		"read_header_timeout": httpapi.DefaultReadHeaderTimeout.String(),
		"read_timeout":        httpapi.DefaultReadTimeout.String(),
		"write_timeout":       httpapi.DefaultWriteTimeout.String(),
		"write_stall":         httpapi.DefaultWriteStall.String(),
		"idle_timeout":        httpapi.DefaultIdleTimeout.String(),
		"request_timeout":     httpapi.DefaultRequestTimeout.String(),
		"shutdown_timeout":    httpapi.DefaultShutdownTimeout.String(),
	}
}
