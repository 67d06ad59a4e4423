// Command load measures what a running server promises: a second identical
// request, deadlines when it is idle and when it has twice as much to do as it
// can, a long run in which Redis dies and a model fails, and another among
// hostile clients. See README.md.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
)

// flags of the command.
type flags struct {
	Program string   `default:"bin/splitrank" placeholder:"FILE" help:"The server's program (default ${default})."`
	Model   string   `default:"splitrank-mini" placeholder:"NAME|DIR" help:"Model to serve (default ${default})."`
	Data    string   `default:"shared/eval/sample" placeholder:"DIR" help:"BEIR folder with a run, whose questions are asked (default ${default})."`
	Serve   []string `sep:"none" placeholder:"FLAG" help:"Further flag of the server, such as --serve=--vectors-memory=16777216. Repeatable."`
	Seconds int      `default:"600" placeholder:"N" help:"Length of the long run; each deadline takes a twentieth of it (default ${default})."`
	Only    []string `enum:"repeat,known,deadlines,soak,siege,fleet" default:"repeat,known,deadlines,soak" placeholder:"PART,…" help:"Parts to run (default ${default})."`
	Figures string   `placeholder:"FILE" help:"Where the part known writes its figures as JSON, for server/load/sizing (default: nowhere)."`
	// Requests of the part fleet while one replica is killed and one added.
	Requests   int    `default:"10000" placeholder:"N" help:"Requests that a fleet answers while one of its servers is killed and one added (default ${default})."`
	Edge       bool   `help:"Put the Worker in workerd before the fleet's balancer (needs Node and make edge-worker)."`
	OtherModel string `placeholder:"DIR" help:"Folder of the same name as --model's, whose model replaces it in the part fleet (default: the same model with other logits, where it is a late-interaction model of this project)."`
}

// Validate refuses what would measure nothing.
func (f flags) Validate() error {
	if f.Requests < 30 {
		return fmt.Errorf("--requests %d: want 30 or more", f.Requests)
	}
	if f.Seconds < 1 {
		return fmt.Errorf("--seconds %d: want 1 or more", f.Seconds)
	}
	return nil
}

func main() {
	var f flags
	kong.Parse(&f, kong.Name("load"), kong.Description("Measure a running server under load."))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, f, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

// part of a run: it prints what it measures and notes the bars.
type part struct {
	name string
	run  func(ctx context.Context, l *load) error
}

func parts() []part {
	return []part{{"repeat", repeat}, {"known", known}, {"deadlines", deadlines}, {"soak", soak}, {"siege", siege}, {"fleet", fleetRun}}
}

// load is one run of the command.
type load struct {
	flags
	out     io.Writer
	traffic *traffic
	missed  []string // bars
	rate    float64  // saturation, requests a second; 0 = not measured yet
	after   []func() // what to do at the end
}

func run(ctx context.Context, f flags, out io.Writer) error {
	l := &load{flags: f, out: out}
	var err error
	if l.traffic, err = loadTraffic(f.Data); err != nil {
		return err
	}
	if err := l.heading(); err != nil {
		return err
	}
	for _, p := range parts() {
		if !slices.Contains(f.Only, p.name) {
			continue
		}
		if err := p.run(ctx, l); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	if len(l.missed) > 0 {
		return fmt.Errorf("bars missed: %s", strings.Join(l.missed, "; "))
	}
	l.print("all bars are met\n")
	return nil
}

// print a line of the report.
func (l *load) print(format string, args ...any) { fmt.Fprintf(l.out, format, args...) }

// bar notes whether something promised was kept.
func (l *load) bar(kept bool, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	word := "met"
	if !kept {
		word = "MISSED"
		l.missed = append(l.missed, text)
	}
	l.print("  bar %s: %s\n", word, text)
}

// long is the time of the long run, short that of one deadline.
func (l *load) long() time.Duration  { return time.Duration(l.Seconds) * time.Second }
func (l *load) short() time.Duration { return l.long() / 20 }
