// Package cli is the command line of splitrank: one file for each command.
package cli

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/splitrank/splitrank/server/internal/cache"
	"github.com/splitrank/splitrank/server/internal/exposure"
	"github.com/splitrank/splitrank/server/internal/httpapi"
	"github.com/splitrank/splitrank/server/internal/llm"
	"github.com/splitrank/splitrank/server/internal/querylog"
	"github.com/splitrank/splitrank/server/internal/vectors"
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
	configFlags `embed:""`
	ShowVersion kong.VersionFlag `name:"version" env:"-" help:"Print what this is and how it scores."`

	Serve      serveCmd       `cmd:"" help:"Serve the API and the page over HTTP."`
	Rerank     rerankCmd      `cmd:"" help:"Re-rank requests from a file or standard input."`
	Eval       evalCommands   `cmd:"" help:"Measure pipelines on judged collections."`
	Judge      judgeCmd       `cmd:"" help:"Have a large language model judge the pairs of a run."`
	Tune       tuneCmd        `cmd:"" help:"Find the budget that a model needs on judged collections."`
	Warm       warmCmd        `cmd:"" help:"Read documents beforehand, so that questions over them are answered at once."`
	Models     modelsCmd      `cmd:"" help:"List, pull, verify and find models."`
	Vectors    vectorsCmd     `cmd:"" help:"Say or forget what is kept of documents that were read."`
	Experiment experimentCmd  `cmd:"" help:"Read and rehearse experiments on live traffic."`
	Health     healthcheckCmd `cmd:"" name:"healthcheck" help:"Ask a server on this machine whether it is ready, as containers do."`
	Config     configCmd      `cmd:"" help:"Check a file of settings, and show the settings that there are."`
	Completion completionCmd  `cmd:"" nosettings:"" help:"Print what a shell needs to complete command lines."`
	Complete   completeCmd    `cmd:"" nosettings:"" hidden:"" help:"Say what may follow, for the scripts of splitrank completion."`
	Version    versionCmd     `cmd:"" nosettings:"" help:"Print what this is and how it scores."`
}

const description = `Re-rank the candidates of a retriever, best first.

Every flag can also be set in the environment, as SPLITRANK_ and its name: --log-level is SPLITRANK_LOG_LEVEL; and in the file of --config.

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
	command, err := parser.Parse(joinNegatives(args))
	if err != nil {
		return fail(env, exitUsage, fmt.Errorf("%w; %s says more", err, helpFor(err)))
	}
	if err := command.Run(env); err != nil {
		return fail(env, exitFailure, err)
	}
	return exitDone
}

// joinNegatives lets a flag have a negative number behind a space, which the parser
// takes for another flag: no flag is called by a digit.
func joinNegatives(args []string) (joined []string) {
	for _, arg := range args {
		last := len(joined) - 1
		_, err := strconv.ParseFloat(arg, 64)
		if err == nil && strings.HasPrefix(arg, "-") && last >= 0 && strings.HasPrefix(joined[last], "--") && !strings.Contains(joined[last], "=") {
			joined[last] += "=" + arg
			continue
		}
		joined = append(joined, arg)
	}
	return joined
}

func newParser(env *Env) (*kong.Kong, error) {
	return kong.New(&commands{},
		kong.Name("splitrank"), kong.Description(description),
		kong.Writers(env.Stdout, env.Stderr),
		kong.DefaultEnvars("SPLITRANK"),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, FlagsLast: true, NoExpandSubcommands: true}),
		kong.Exit(func(code int) { panic(exit(code)) }),
		defaults(), kong.Vars{"version": thisBuild().String()},
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
	fmt.Fprintln(env.Stderr, newStyle(env.Stderr).red("splitrank:")+" "+oneLine(err.Error()))
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
		"event_window":        exposure.DefaultEventWindow.String(),
		"query_log_mib":       strconv.Itoa(querylog.DefaultMaxMiB),
		"cache_ttl":           cache.DefaultTTL.String(),
		"vectors_memory":      strconv.Itoa(vectors.DefaultMemory),
		"vectors_disk":        strconv.Itoa(vectors.DefaultDisk),
		"read_ahead":          strconv.Itoa(defaultReadAhead),
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
