package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/splitrank/splitrank/server/internal/evaluation"
	"github.com/splitrank/splitrank/server/internal/experiment"
	"github.com/splitrank/splitrank/server/internal/experiment/report"
	"github.com/splitrank/splitrank/server/internal/pvalue"
	"github.com/splitrank/splitrank/server/internal/querylog"
	"github.com/splitrank/splitrank/server/internal/wholefile"
)

// experimentCmd reads and rehearses experiments.
type experimentCmd struct {
	Analyse  analyseCmd  `cmd:"" help:"Say what the log of splitrank serve --query-log says about its experiments."`
	Simulate simulateCmd `cmd:"" help:"Try the statistics on experiments whose truth is known."`
}

// analyseCmd reads a log.
type analyseCmd struct {
	Experiment string `placeholder:"NAME" help:"Only this one (default: all that the log has)."`
	MaxClicks  int    `default:"200" placeholder:"N" help:"Clients with more events of the metric on one day (UTC) are left out, as robots; 0 leaves nobody out (default ${default})."`
	JSON       string `name:"json" placeholder:"FILE|-" help:"Write the analysis as JSON; - is standard output, in place of the text."`
	HTML       string `name:"html" placeholder:"FILE|-" help:"Write it as one HTML page with plots."`

	Log []string `arg:"" name:"LOG" help:"Folders that --query-log wrote, or files of them, also compressed with gzip."`
}

// Help implements kong.HelpProvider.
func (analyseCmd) Help() string {
	return `Joins what was shown with what was done, checks the sample ratio first, and gives win, loss and tie, an interval, a p-value that may be read at any time, and a verdict. The files stay as they are and may still be written to.

  splitrank experiment analyse /var/lib/splitrank/log
  splitrank experiment analyse --html report.html --json report.json log-of-a log-of-b`
}

// Validate refuses what does not go together.
func (c *analyseCmd) Validate() error {
	switch {
	case c.MaxClicks < 0:
		return fmt.Errorf("--max-clicks %d: want 0 (nobody is left out) or more", c.MaxClicks)
	case c.JSON == "-" && c.HTML == "-":
		return errors.New("--json - and --html -: only one fits on standard output")
	}
	return nil
}

// analysed is the analysis as JSON.
type analysed struct {
	Experiments []*experiment.Analysis `json:"experiments"`
	Events      querylog.EventCounts   `json:"events"`
	BadLines    int                    `json:"bad_lines"`
}

// Run reads the log and writes what was asked for.
func (c *analyseCmd) Run(env *Env) error {
	files, err := querylog.Files(c.Log)
	if err != nil {
		return err
	}
	joined, err := querylog.Join(files)
	if err != nil {
		return err
	}
	found := analysed{Events: joined.Events, BadLines: joined.Bad}
	for _, r := range joined.Experiments {
		if c.Experiment == "" || r.Experiment.Name == c.Experiment {
			a := experiment.Analyse(r.Experiment, r.Impressions, c.MaxClicks)
			a.Digest = r.Digest
			found.Experiments = append(found.Experiments, a)
		}
	}
	if len(found.Experiments) == 0 {
		return fmt.Errorf("the log has no experiment %q", c.Experiment)
	}
	return c.write(env, found)
}

func (c *analyseCmd) write(env *Env, found analysed) error {
	if c.JSON != "-" && c.HTML != "-" {
		if err := found.writeText(env.Stdout); err != nil {
			return err
		}
	}
	if err := writeOut(c.JSON, env.Stdout, func(w io.Writer) error { return writeIndented(w, found) }); err != nil {
		return err
	}
	return writeOut(c.HTML, env.Stdout, func(w io.Writer) error { return report.Write(w, found.page()) })
}

func (f analysed) page() report.Page {
	return report.Page{
		Made: time.Now(), Version: thisBuild().Version, Command: commandLine(os.Args), Notes: f.notes(), Analyses: f.Experiments,
	}
}

// commandLine that made a report, so that it can be made again.
func commandLine(args []string) string {
	if len(args) == 0 {
		return ""
	}
	words := []string{"splitrank"}
	for _, arg := range args[1:] {
		if strings.ContainsAny(arg, " \t\"'$\\*?[]") || arg == "" {
			arg = "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
		}
		words = append(words, arg)
	}
	return strings.Join(words, " ")
}

// notes about the log itself.
func (f analysed) notes() (notes []string) {
	notes = append(notes, fmt.Sprintf("%d events joined, %d of them count", f.Events.Joined, f.Events.Counted))
	for _, n := range []struct {
		count int
		text  string
	}{
		{f.Events.Repeated, "%d events said again"}, {f.Events.Unmatched, "%d events of no document of an experiment"}, {f.BadLines, "%d lines that could not be read"},
	} {
		if n.count > 0 {
			notes = append(notes, fmt.Sprintf(n.text, n.count))
		}
	}
	return notes
}

func (f analysed) writeText(w io.Writer) error {
	var b strings.Builder
	for _, a := range f.Experiments {
		fmt.Fprintf(&b, "%s (%s of %s and %s, digest %s)\n", a.Experiment.Name, a.Experiment.Mode, a.Experiment.Arms[0].Name, a.Experiment.Arms[1].Name, a.Digest)
		fmt.Fprintf(&b, "  %s\n", a.Verdict.Text)
		writeAnalysis(&b, a)
		b.WriteString("\n")
	}
	fmt.Fprintf(&b, "%s\n", strings.Join(f.notes(), " · "))
	_, err := io.WriteString(w, b.String())
	return err
}

func writeAnalysis(b *strings.Builder, a *experiment.Analysis) {
	line := func(name, format string, args ...any) {
		fmt.Fprintf(b, "  %-15s %s\n", name, fmt.Sprintf(format, args...))
	}
	line("impressions", "%d of %d clients; %d degraded, %d failed, which count as their arm", a.Impressions, a.Clients, a.Degraded, a.Failed)
	if a.Robots > 0 {
		line("left out", "%d clients with too many clicks", a.Robots)
	}
	if r := a.Ratio; r != nil {
		line("sample ratio", "%d : %d %s, %s", r.Counts[0], r.Counts[1], r.Of, pvalue.Equation(r.P))
	}
	if r := a.Interleaved; r != nil {
		line("wins", "%s %d, %s %d, ties %d, undecided %d", a.Experiment.Arms[0].Name, r.Wins[0], a.Experiment.Arms[1].Name, r.Wins[1], r.Ties, r.Undecided)
		line("for "+a.Experiment.Arms[1].Name, "%+.1f points (95 %% %+.1f to %+.1f)", 100*r.Delta.Mean, 100*r.Delta.Low, 100*r.Delta.High)
		line("p", "%s, valid at any time; exact binomial for one look %s", pvalue.Short(r.P), pvalue.Short(r.Exact))
	}
	if r := a.Split; r != nil {
		line("units", "%s %d, %s %d", a.Experiment.Arms[0].Name, r.Units[0], a.Experiment.Arms[1].Name, r.Units[1])
		line("difference", "%+.2f points (95 %% %+.2f to %+.2f)", 100*r.Difference.Mean, 100*r.Difference.Low, 100*r.Difference.High)
		line("p", "%s, valid at any time", pvalue.Short(r.P))
	}
	for i, l := range a.LatencyMS {
		if l.P50 > 0 {
			line("latency "+a.Experiment.Arms[i].Name, "p50 %.1f ms, p95 %.1f ms", l.P50, l.P95)
		}
	}
}

// simulateCmd rehearses.
type simulateCmd struct {
	Runs  int      `default:"400" placeholder:"N" help:"Experiments of each kind (default ${default})."`
	MaxN  int      `name:"max-n" default:"5000" placeholder:"N" help:"Decided impressions after which one gives up (default ${default})."`
	P     float64  `name:"p" default:"0.55" placeholder:"P" help:"How often the second arm wins where there is a difference (default ${default})."`
	Alpha float64  `default:"0.05" placeholder:"A" help:"Share of false alarms that is allowed (default ${default})."`
	Seed  uint64   `default:"1" placeholder:"N" help:"Of all draws (default ${default})."`
	Data  string   `placeholder:"DIR" help:"Judged collection (a BEIR folder with a run): also interleave two pipelines on its queries, with clicks by the grades, to see how long a live experiment would take."`
	Arms  []string `default:"first-stage,heuristic" placeholder:"A,B" help:"Those two, without a model: first-stage, heuristic, retriever@K or trim@K (default ${default})."`
	JSON  string   `name:"json" placeholder:"FILE|-" help:"Write the outcome as JSON; - is standard output, in place of the text."`
}

// Help implements kong.HelpProvider.
func (simulateCmd) Help() string {
	return `Interleaves drawn rankings, clicks on them as people do, and reads the test after every impression: of experiments without a difference it should find one in at most a share alpha, and of those with one nearly all.

  splitrank experiment simulate
  splitrank experiment simulate --data shared/eval/sample --arms first-stage,heuristic
  splitrank experiment simulate --p 0.52 --max-n 20000 --runs 100 --json -`
}

// Validate refuses what cannot be simulated.
func (c *simulateCmd) Validate() error {
	switch {
	case c.Runs < 1 || c.MaxN < 1:
		return fmt.Errorf("--runs %d and --max-n %d: want 1 or more", c.Runs, c.MaxN)
	case !(c.P > 0 && c.P < 1) || !(c.Alpha > 0 && c.Alpha < 1):
		return fmt.Errorf("--p %v and --alpha %v: want more than 0 and less than 1", c.P, c.Alpha)
	}
	if len(c.Arms) != 2 {
		return fmt.Errorf("--arms has %d pipelines: want 2", len(c.Arms))
	}
	return nil
}

// simulated is the outcome as JSON.
type simulated struct {
	experiment.Simulation
	Judged *experiment.JudgedRuns `json:"judged,omitempty"`
}

// judged interleaves two pipelines on the queries of a collection; nil = there is none.
func (c *simulateCmd) judged(env *Env) (*experiment.JudgedRuns, error) {
	if c.Data == "" {
		return nil, nil
	}
	pipelines, err := evaluation.ParsePipelines(c.Arms, stemmers(), nil, nil, nil)
	if err != nil {
		return nil, err
	}
	collection, err := evaluation.Load(evaluation.Source{Data: c.Data, Split: "test", Depth: 100, MinGrade: 1})
	if err != nil {
		return nil, err
	}
	report, err := evaluation.Evaluate(env.Ctx, collection, pipelines, evaluation.Options{})
	if err != nil {
		return nil, err
	}
	var queries []experiment.Judged
	for _, r := range report.Rankings(experiment.JudgedDepth) {
		queries = append(queries, experiment.Judged{Rankings: [2][]string{r.Rankings[0], r.Rankings[1]}, Grades: r.Grades})
	}
	runs := experiment.SimulateJudged(c.options(), queries)
	return &runs, nil
}

func (c *simulateCmd) options() experiment.SimulationOptions {
	return experiment.SimulationOptions{Runs: c.Runs, MaxN: c.MaxN, P: c.P, Alpha: c.Alpha, Seed: c.Seed}
}

// Run simulates.
func (c *simulateCmd) Run(env *Env) error {
	judged, err := c.judged(env)
	if err != nil {
		return err
	}
	s := simulated{experiment.Simulate(c.options()), judged}
	if c.JSON != "-" {
		_, err := fmt.Fprintf(env.Stdout, "without a difference: %d of %d experiments found one (%.1f %%)\nwith %.0f:%.0f: %d of %d found it, the median after %d decided impressions\n",
			s.Null.FalseAlarms, s.Null.Runs, 100*float64(s.Null.FalseAlarms)/float64(s.Null.Runs), 100*c.P, 100*(1-c.P), s.Effect.Found, s.Effect.Runs, s.Effect.MedianN)
		if err != nil {
			return err
		}
		if r := s.Judged; r != nil {
			fmt.Fprintf(env.Stdout, "%s against %s on %s: %s wins %.1f %% of decided impressions, %.0f %% of all are decided; %d of %d experiments decide, the median after %d decided or %d shown\n",
				c.Arms[1], c.Arms[0], c.Data, c.Arms[1], 100*r.Rate, 100*r.Decided, r.Found, r.Runs, r.MedianN, r.MedianImpressions)
		}
	}
	return writeOut(c.JSON, env.Stdout, func(w io.Writer) error { return writeIndented(w, s) })
}

func writeIndented(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// writeOut writes to a file, to standard output for "-", and nowhere for "".
func writeOut(path string, stdout io.Writer, write func(io.Writer) error) error {
	switch path {
	case "":
		return nil
	case "-":
		return write(stdout)
	}
	var report bytes.Buffer
	if err := write(&report); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return wholefile.Write(path, report.Bytes())
}
