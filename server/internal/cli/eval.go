package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/server/internal/evaluation"
	"github.com/splitrank/splitrank/server/internal/rerank"
)

// evalCmd measures pipelines on judged collections.
type evalCmd struct {
	judgedFlags `embed:""`

	Pipelines  []string `placeholder:"NAME,…" help:"What to measure: first-stage, retriever@K, heuristic, trim, trim@K and, with a model, cross-encoder, cross-encoder@K (the retriever's first K), cascade@K, cascade@auto, cascade@150ms (a deadline); with --first-model, stages@K (it chooses the K that the model scores); with --llm-model, llm, llm@K (grades for the best K of the cascade), llm-unsure@K (only where that is unsure); ~D behind a name asks for diversity D, as in cascade@30~0.3. The first is the baseline of the rest. Default: first-stage,heuristic and, with a model, cross-encoder."`
	FirstStage string   `enum:"given,hidden" default:"given" help:"hidden shuffles the candidates by a hash of their id before anything sees them; the first-stage baseline stays the retriever's order. Default: ${default}."`
	Complete   bool     `help:"Count judged queries without candidates as 0, as trec_eval -c does, instead of leaving them out."`
	Workers    int      `placeholder:"N" help:"Queries at a time; 1 gives the truest latencies, and deadlines the whole machine. Default: one per CPU."`
	Model      string   `placeholder:"NAME|DIR" help:"Model to measure: a name of splitrank models list that has been pulled, ORG/NAME, or a folder; none measures none. Default, where libonnxruntime is found: splitrank-mini and splitrank-small, which are built in; the languages of a query choose."`
	Scores     string   `placeholder:"FILE" help:"Logits of a cross-encoder already computed are read from it, new ones added, so that a second run, or another pipeline, asks no model again. Latencies then say nothing of the model's; a deadline is measured with the model itself."`
	Latency    int      `name:"latency-queries" default:"20" placeholder:"N" help:"Queries, spread evenly, that each pipeline is asked once more one at a time, for latencies and processor time; 0 takes latencies among others and no processor time. Default: ${default}."`
	CPUPrice   float64  `name:"cpu-price" default:"0.04" placeholder:"P" help:"Price of an hour of one processor, for costs in the report. Default: ${default}."`
	Currency   string   `default:"USD" placeholder:"UNIT" help:"What it is in. Default: ${default}."`
	Attacks    bool     `help:"With --llm-model: put known attacks into irrelevant documents, one request each, and report how far they rise, in place of the rest."`
	JSON       string   `name:"json" placeholder:"FILE|-" help:"Write the report as JSON; - is standard output, in place of the table."`
	HTML       string   `name:"html" placeholder:"FILE|-" help:"Write the report as one HTML page."`

	inferenceFlags   `embed:"" group:"Models"`
	calibrationFlags `embed:"" group:"Models"`
	vectorsFlags     `embed:"" group:"Vectors"`
	llmFlags         `embed:"" group:"LLM"`
}

// Validate refuses what would otherwise be silently ignored.
func (c *evalCmd) Validate() error {
	switch {
	case c.Model != "" && c.Model != noModel && !c.asksModel():
		return errors.New("--model is measured by pipelines cross-encoder and cascade: add one, as in --pipelines first-stage,heuristic,cross-encoder")
	case c.Scores != "" && (c.Model == noModel || !c.asksModel()):
		return errors.New("--scores holds the logits of a model: name it with --model, and pipeline cross-encoder or cascade with --pipelines")
	case len(c.Calibration) > 0 && (c.Model == noModel || !c.asksModel()):
		return errors.New("--calibration tunes a model: name it with --model, and pipeline cross-encoder or cascade with --pipelines")
	case c.Attacks && c.LLM == "":
		return errors.New("--attacks are tried on a model: name it with --llm-model")
	case c.LLM != "" && !c.Attacks && !evaluation.AsksLLM(c.Pipelines):
		return errors.New("--llm-model is measured by pipelines llm and llm-unsure: add one, as in --pipelines cascade@auto,llm@10")
	case c.Workers < 0:
		return fmt.Errorf("--workers %d: want 0 (one per CPU) or more", c.Workers)
	case c.Latency < 0 || !(c.CPUPrice >= 0):
		return fmt.Errorf("--latency-queries %d and --cpu-price %v: want 0 or more", c.Latency, c.CPUPrice)
	case c.JSON == "-" && c.HTML == "-":
		return errors.New("--json - and --html -: only one fits on standard output")
	}
	return cmp.Or(c.judgedFlags.Validate(), c.inferenceFlags.Validate(), c.vectorsFlags.Validate(), c.llmFlags.Validate())
}

// asksModel reports whether a model would be measured, were there one.
func (c *evalCmd) asksModel() bool {
	return len(c.Pipelines) == 0 || evaluation.AsksModel(c.Pipelines)
}

// pipelines to measure: those asked for, else all that there are.
func (c *evalCmd) pipelines(model *rerank.Served) []string {
	switch {
	case len(c.Pipelines) > 0:
		return c.Pipelines
	case model != nil:
		return []string{"first-stage", "heuristic", "cross-encoder"}
	}
	return []string{"first-stage", "heuristic"}
}

// Run measures and writes what was asked for.
func (c *evalCmd) Run(env *Env) error {
	if err := c.Validate(); err != nil {
		return err
	}
	if c.Attacks {
		return c.attack(env)
	}
	summary, err := c.measure(env)
	if err != nil {
		return err
	}
	if c.JSON != "-" && c.HTML != "-" {
		if err := evaluation.WriteTableWithin(env.Stdout, summary, limitOf(env.Stdout)); err != nil {
			return err
		}
	}
	if err := writeTo(c.JSON, env.Stdout, summary, evaluation.WriteJSON); err != nil {
		return err
	}
	return writeTo(c.HTML, env.Stdout, summary, evaluation.WriteHTML)
}

// attack the model that is configured.
func (c *evalCmd) attack(env *Env) error {
	judge, err := c.forEval()
	if err != nil {
		return err
	}
	sources, err := c.sources(false)
	if err != nil {
		return err
	}
	for _, source := range sources {
		collection, err := evaluation.Load(source)
		if err != nil {
			return err
		}
		reports, err := evaluation.MeasureAttacks(env.Ctx, collection, stemmers(), judge)
		if err != nil {
			return err
		}
		if err := evaluation.WriteAttacks(env.Stdout, collection.Title(), reports); err != nil {
			return err
		}
	}
	return nil
}

func (c *evalCmd) measure(env *Env) (_ *evaluation.Summary, err error) {
	loaded, store, err := c.model(env)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, closeStore(store)) }()
	model, closeModel, err := behindScores(loaded, c.Scores)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, closeModel()) }()
	if err := c.tune(model, loaded); err != nil {
		return nil, err
	}
	judge, err := c.forEval()
	if err != nil {
		return nil, err
	}
	pipelines, err := evaluation.ParsePipelines(c.pipelines(model), stemmers(), model, c.first(loaded), judge)
	if err != nil {
		return nil, err
	}
	sources, err := c.sources(c.Complete)
	if err != nil {
		return nil, err
	}
	var reports []*evaluation.Report
	for _, source := range sources {
		report, err := c.measureOne(env, source, pipelines)
		if err != nil {
			return nil, err
		}
		reports = append(reports, report)
	}
	summary, err := evaluation.Summarize(reports)
	if err != nil {
		return nil, err
	}
	summary.Sign(evaluation.Made{
		At: time.Now().UTC().Truncate(time.Second), Version: thisBuild().Version, Command: commandLine(os.Args), Machine: evaluation.Machine(),
		CPUPrice: c.CPUPrice, PriceUnit: c.Currency,
	})
	return summary, nil
}

func (c *evalCmd) measureOne(env *Env, source evaluation.Source, pipelines []evaluation.Pipeline) (*evaluation.Report, error) {
	collection, err := evaluation.Load(source)
	if err != nil {
		return nil, err
	}
	step, clear := progress(env.Stderr, collection.Title())
	defer clear()
	options := evaluation.Options{Limit: c.Limit, Workers: c.Workers, Alone: c.alone(), Progress: step}
	if c.FirstStage == "hidden" {
		options.FirstStage = heuristics.Hidden
	}
	return evaluation.Evaluate(env.Ctx, collection, pipelines, options)
}

// alone is how many queries are asked once more: none where the logits come from a
// file, and times say nothing.
func (c *evalCmd) alone() int {
	if c.Scores != "" {
		return 0
	}
	return c.Latency
}

// limitOf the width of a table: that of a terminal, 0 = none.
func limitOf(w io.Writer) int {
	if !isTerminal(w) {
		return 0
	}
	return terminalWidth(w)
}

// writeTo writes a summary: see writeOut.
func writeTo(path string, stdout io.Writer, s *evaluation.Summary, write func(io.Writer, *evaluation.Summary) error) error {
	return writeOut(path, stdout, func(w io.Writer) error { return write(w, s) })
}
