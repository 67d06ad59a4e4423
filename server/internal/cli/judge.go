package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/splitrank/splitrank/server/internal/evaluation"
	"github.com/splitrank/splitrank/server/internal/llm"
	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/eval"
)

// judgeCmd has a large language model judge the pairs of a run.
type judgeCmd struct {
	Data   string `required:"" placeholder:"DIR" help:"BEIR folder; its judgements, if it has any, are compared with."`
	TREC   string `name:"run" placeholder:"FILE" help:"TREC run with the candidates. Default: the only run.*.trec in the folder."`
	Corpus string `placeholder:"FILE" help:"Passages from elsewhere. Default: corpus.jsonl[.gz] beside the data."`
	Split  string `default:"test" placeholder:"NAME" help:"Judgements to compare with: qrels/NAME.tsv. Default: ${default}."`
	Depth  int    `default:"10" placeholder:"N" help:"Candidates of each query to judge. Default: ${default}."`
	Limit  int    `placeholder:"N" help:"Take N queries, spread evenly. Default: all."`
	Min    int    `name:"min-grade" default:"1" placeholder:"N" help:"Grade from which a passage counts as relevant when judges are compared. Default: ${default}."`
	Out    string `required:"" placeholder:"FILE" help:"Judgements, as qrels of BEIR's form. What it holds already is not judged again."`
	Yes    bool   `env:"-" help:"Do not ask before spending."`

	Batches bool          `help:"Give the pairs in as batches, of Claude or of an OpenAI-compatible endpoint that has them: mostly half the price, answered within a day. FILE.batches beside the judgements says which are out; the same command goes on with them."`
	Poll    time.Duration `name:"batch-poll" default:"30s" placeholder:"TIME" help:"How often to ask whether a batch has ended. Default: ${default}."`

	llmFlags `embed:"" group:"LLM"`
}

// Help implements kong.HelpProvider.
func (judgeCmd) Help() string {
	return `Judges each pair of query and passage from 0 (irrelevant) to 3 (an exact answer), one call a pair. It says what that will cost before it begins; an interrupted run goes on where it stopped. Where the folder has judgements, it ends with how far both agree (Cohen's kappa). Judgements of a model flatter rankings by the same model. --batches mostly costs half, and takes up to a day.

  splitrank judge --data DIR --out qrels.tsv --llm-model claude-haiku-5-5`
}

// Validate refuses what would judge nothing.
func (c *judgeCmd) Validate() error {
	switch {
	case c.LLM == "":
		return errors.New("--llm-model is missing: name the model that judges")
	case c.Depth < 1 || c.Limit < 0:
		return fmt.Errorf("--depth %d and --limit %d: want 1 or more, and 0 (all) or more", c.Depth, c.Limit)
	}
	if c.Poll <= 0 {
		return fmt.Errorf("--batch-poll %s: want more than nothing", c.Poll)
	}
	return c.llmFlags.Validate()
}

// pair to be judged.
type pair struct {
	query, text, document string
	passage               api.Document
}

// Run judges what is missing.
func (c *judgeCmd) Run(env *Env) (err error) {
	queries, err := evaluation.LoadUnjudged(evaluation.Source{Data: c.Data, Run: c.TREC, Corpus: c.Corpus, Split: c.Split, Depth: c.Depth})
	if err != nil {
		return err
	}
	queries = evaluation.Spread(queries, c.Limit)
	judge, err := c.judge(llm.Config{})
	if err != nil {
		return err
	}
	out, known, err := openQrels(c.Out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	missing := missingPairs(queries, known)
	label := c.labelOneByOne
	if c.Batches {
		if label = c.labelInBatches; !judge.HasBatches() {
			return errNoBatches
		}
	}
	failed, err := label(env, judge, missing, known, out)
	if err != nil {
		return err
	}
	c.compare(env.Stdout, queries, known)
	if failed > 0 {
		return fmt.Errorf("%d of %d pairs were not judged; the same command tries those again", failed, len(missing))
	}
	return nil
}

func missingPairs(queries []evaluation.Query, known eval.Qrels) (list []pair) {
	for _, q := range queries {
		for _, p := range q.Candidates {
			if _, ok := known[q.ID][p.ID]; !ok {
				list = append(list, pair{q.ID, q.Text, p.ID, api.Document{Title: p.Title, Text: p.Text}})
			}
		}
	}
	return list
}

// confirm says what is going to be spent and asks whether to.
func (c *judgeCmd) confirm(env *Env, judge *llm.Judge, pairs []pair) error {
	if len(pairs) == 0 {
		return nil
	}
	tokens, dollars := 0, 0.0
	for _, p := range pairs {
		n, d := judge.LabelCost(p.text, p.passage)
		tokens, dollars = tokens+n, dollars+d
	}
	share := ""
	if c.Batches {
		of, known := judge.BatchShare()
		if dollars *= of; !known {
			share = " (of single calls: --llm-prices says no share for batches)"
		}
	}
	prices, err := c.prices()
	if err != nil {
		return err
	}
	if _, most := c.bounds(prices); c.Batches && most > 0 && dollars > most {
		return fmt.Errorf("nothing was spent: about $%.2f is more than --llm-max-cost-per-day %.2f", dollars, most)
	}
	cost := "at an unknown price"
	if judge.PriceKnown() {
		cost = fmt.Sprintf("about $%.4f%s", dollars, share)
	}
	fmt.Fprintf(env.Stderr, "%d pairs to judge with %s, about %d tokens, %s\n", len(pairs), c.LLM, tokens, cost)
	if c.Yes {
		return nil
	}
	if !isTerminal(env.Stdin) {
		return errors.New("nothing was spent: confirm with --yes")
	}
	fmt.Fprint(env.Stderr, "Go on? [y/N] ")
	line, _ := bufio.NewReader(env.Stdin).ReadString('\n')
	if answer := strings.ToLower(strings.TrimSpace(line)); answer != "y" && answer != "yes" {
		return errors.New("nothing was spent")
	}
	return nil
}

// labelOneByOne asks first, then labels pairs.
func (c *judgeCmd) labelOneByOne(env *Env, judge *llm.Judge, pairs []pair, known eval.Qrels, out io.Writer) (failed int, err error) {
	if err := c.confirm(env, judge, pairs); err != nil {
		return 0, err
	}
	return c.label(env, judge, pairs, known, out)
}

// label pairs side by side, and write each judgement as it comes. The error ends
// the run; what failed for one pair is counted.
func (c *judgeCmd) label(env *Env, judge *llm.Judge, pairs []pair, known eval.Qrels, out io.Writer) (failed int, err error) {
	step, clear := progress(env.Stderr, "judging")
	defer clear()
	ctx, stop := context.WithCancel(env.Ctx)
	defer stop()
	todo := make(chan pair)
	var mu sync.Mutex
	var workers sync.WaitGroup
	done := 0
	for range c.LLMConcurrency {
		workers.Go(func() {
			for p := range todo {
				grade, _, fault := judge.Label(ctx, p.text, p.passage)
				mu.Lock()
				done++
				step(done, len(pairs))
				if fault != nil {
					failed++
				} else if e := keepLabel(out, known, p, grade); e != nil {
					err = errors.Join(err, e)
					stop()
				}
				mu.Unlock()
			}
		})
	}
	for _, p := range pairs {
		if ctx.Err() != nil {
			break
		}
		todo <- p
	}
	close(todo)
	workers.Wait()
	return failed, errors.Join(err, env.Ctx.Err())
}

func keepLabel(out io.Writer, known eval.Qrels, p pair, grade int) error {
	if known[p.query] == nil {
		known[p.query] = eval.Grades{}
	}
	known[p.query][p.document] = grade
	if _, err := fmt.Fprintf(out, "%s\t%s\t%d\n", p.query, p.document, grade); err != nil {
		return fmt.Errorf("writing judgements: %w", err)
	}
	return nil
}

// openQrels reads what a file holds and lets it grow. A last line that was cut off
// is removed.
func openQrels(path string) (*os.File, eval.Qrels, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, nil, err
	}
	data, err := io.ReadAll(file)
	if err != nil {
		return nil, nil, errors.Join(err, file.Close())
	}
	whole := data[:strings.LastIndexByte(string(data), '\n')+1]
	known := eval.Qrels{}
	if len(whole) == 0 {
		whole = []byte("query-id\tcorpus-id\tscore\n")
		_, err = file.WriteAt(whole, 0)
	} else {
		known, err = eval.ReadQrels(path, strings.NewReader(string(whole)))
	}
	if err == nil {
		err = file.Truncate(int64(len(whole)))
	}
	if err == nil {
		_, err = file.Seek(0, io.SeekEnd)
	}
	if err != nil {
		return nil, nil, errors.Join(err, file.Close())
	}
	return file, known, nil
}

// compare judgements with those of the folder, where both have one.
func (c *judgeCmd) compare(w io.Writer, queries []evaluation.Query, known eval.Qrels) {
	var ours, theirs []int
	for _, q := range queries {
		for id, grade := range known[q.ID] {
			if their, ok := q.Grades[id]; ok {
				ours, theirs = append(ours, grade), append(theirs, their)
			}
		}
	}
	if len(ours) == 0 {
		fmt.Fprintln(w, "no pair has a judgement to compare with")
		return
	}
	least := max(1, c.Min)
	fmt.Fprintf(w, "%d pairs judged by both: kappa %.3f over all grades, %.3f for relevant (from 2) and relevant (from %d)\n",
		len(ours), eval.Kappa(ours, theirs), eval.Kappa(eval.FromGrade(ours, 2), eval.FromGrade(theirs, least)), least)
}
