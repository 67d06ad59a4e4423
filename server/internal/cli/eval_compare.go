package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/splitrank/splitrank/server/internal/evaluation"
)

// evalCommands are eval itself, and what is done with its reports.
type evalCommands struct {
	Measure evalCmd        `cmd:"" default:"withargs" help:"Measure pipelines on judged collections (the default: the word may be left out)."`
	Compare evalCompareCmd `cmd:"" help:"Compare two reports, as a gate for CI."`
}

// Help implements kong.HelpProvider.
func (evalCommands) Help() string {
	return `splitrank eval --data DIR measures; splitrank eval measure --help has its flags.

  splitrank eval --data DIR
  splitrank eval --data DIR --pipelines first-stage,heuristic,cross-encoder,cascade@30 --json after.json --html report.html
  splitrank eval compare before.json after.json --fail-below -0.005`
}

// evalCompareCmd compares reports.
type evalCompareCmd struct {
	Before    string   `placeholder:"NAME" help:"Pipeline of A (default: every pipeline that both have, each with itself)."`
	After     string   `placeholder:"NAME" help:"Pipeline of B to compare it with (default: --before)."`
	FailBelow *float64 `placeholder:"DELTA" help:"Exit code 1 where the mean nDCG@10 changes by less than this, as in -0.005: what a change may cost (default: never)."`
	JSON      string   `name:"json" placeholder:"FILE|-" help:"Write the comparisons as JSON; - is standard output, in place of the table."`

	A string `arg:"" name:"A.json" help:"Report of splitrank eval --json, before."`
	B string `arg:"" name:"B.json" help:"Report after; it may be the same file, with --before and --after."`
}

// Help implements kong.HelpProvider.
func (evalCompareCmd) Help() string {
	return `Both reports are compared on the collections and queries that both have: the mean change of nDCG@10 with a paired bootstrap interval, a paired randomization test, Holm's correction for all comparisons, and how many queries got better and worse.

  splitrank eval --data DIR --json after.json
  splitrank eval compare before.json after.json --fail-below -0.005
  splitrank eval compare report.json report.json --before heuristic --after cascade@30`
}

// Validate refuses half a pair.
func (c *evalCompareCmd) Validate() error {
	if c.After != "" && c.Before == "" {
		return errors.New("--after goes with --before")
	}
	return nil
}

// Run compares.
func (c *evalCompareCmd) Run(env *Env) error {
	a, err := evaluation.ReadReports(c.A)
	if err != nil {
		return err
	}
	b, err := evaluation.ReadReports(c.B)
	if err != nil {
		return err
	}
	all, err := evaluation.CompareReports(a, b, c.changes())
	if err != nil {
		return err
	}
	if c.JSON != "-" {
		if err := evaluation.WriteComparisons(env.Stdout, all); err != nil {
			return err
		}
	}
	if err := writeOut(c.JSON, env.Stdout, func(w io.Writer) error { return writeIndented(w, all) }); err != nil {
		return err
	}
	return c.judge(all)
}

func (c *evalCompareCmd) changes() []evaluation.Change {
	switch {
	case c.Before == "":
		return nil
	case c.After == "":
		return []evaluation.Change{{Before: c.Before, After: c.Before}}
	}
	return []evaluation.Change{{Before: c.Before, After: c.After}}
}

// judge is an error where a pipeline fell by more than it may.
func (c *evalCompareCmd) judge(all []evaluation.Comparison) error {
	if c.FailBelow == nil {
		return nil
	}
	var fell []string
	for _, one := range all {
		if one.Delta.Mean < *c.FailBelow {
			fell = append(fell, fmt.Sprintf("%s by %+.4f", one.After, one.Delta.Mean))
		}
	}
	if len(fell) > 0 {
		return fmt.Errorf("nDCG@10 changed by less than %v (--fail-below): %s", *c.FailBelow, strings.Join(fell, ", "))
	}
	return nil
}
