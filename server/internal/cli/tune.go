package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/splitrank/splitrank/server/internal/evaluation"
	"github.com/splitrank/splitrank/server/internal/lateinteraction"
	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/server/internal/tune"
	"github.com/splitrank/splitrank/server/internal/vectors"
	"github.com/splitrank/splitrank/server/model"
)

// tuneCmd finds the budget that a model needs on judged collections.
type tuneCmd struct {
	judgedFlags `embed:""`

	Loss       float64 `default:"0.005" placeholder:"N" help:"nDCG@10 that a budget may lose against scoring every candidate. Default: ${default}."`
	Confidence float64 `default:"0.95" placeholder:"P" help:"Confidence that it loses no more. Default: ${default}."`
	Name       string  `placeholder:"NAME" help:"What answers call the calibration. Default: the names of the collections."`
	Out        string  `required:"" placeholder:"FILE" help:"Calibration to write, for serve --calibration and rerank --calibration."`

	Model  string `placeholder:"NAME|DIR" help:"Model to tune for: a name of splitrank models list that has been pulled, ORG/NAME, or a folder. Default: splitrank-mini, which is built in."`
	Scores string `placeholder:"FILE" help:"Logits of a cross-encoder already computed are read from it, new ones added: the same files as eval's."`

	inferenceFlags `embed:"" group:"Models"`
	vectorsFlags   `embed:"" group:"Vectors"`
}

// Help implements kong.HelpProvider.
func (tuneCmd) Help() string {
	return `Scores every candidate of every query once, tries budgets on these scores (a number of documents, and adaptive trims), and writes down the cheapest one whose nDCG@10 is within --loss of scoring everything, by a bound from a paired bootstrap over the queries; and how scores are to be read as probabilities of relevance (Platt scaling). Take the collection from your own retriever and questions; some hundred queries are enough.

  splitrank tune --data my-collection --out my.json
  splitrank tune --data my-collection --run run.dense.trec --model ./my-model --scores logits.jsonl --loss 0.01 --out my.json
  splitrank serve --calibration my.json`
}

// Validate refuses what could not be tuned.
func (c *tuneCmd) Validate() error {
	if c.Model == noModel {
		return errors.New("--model none: there is nothing to tune without a model")
	}
	o := tune.Options{Loss: c.Loss, Confidence: c.Confidence}
	return cmp.Or(o.Validate(), c.judgedFlags.Validate(), c.inferenceFlags.Validate(), c.vectorsFlags.Validate())
}

// Run tunes, prints what was tried and writes the file.
func (c *tuneCmd) Run(env *Env) (err error) {
	loaded, store, err := c.load(env)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeStore(store)) }()
	behind, closeModel, err := behindScores(loaded, c.Scores)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeModel()) }()
	sets, err := c.gather(env, *behind)
	if err != nil {
		return err
	}
	report, err := c.search(env, sets, loaded[0])
	if err != nil {
		return err
	}
	if err := report.WriteTable(env.Stdout, sets); err != nil {
		return err
	}
	return c.write(env, sets, report, loaded[0])
}

// load the one model, the default if none is named. Here one is needed.
func (c *tuneCmd) load(env *Env) (models, *vectors.Store, error) {
	options := c.options()
	options.QueueTokens = math.MaxInt32 // one query after the other
	return c.loadKeeping(options, sharedLevel{}, warnOn(env), func(o lateinteraction.Options) (models, error) {
		return c.inferenceFlags.load(env.Ctx, []string{cmp.Or(c.Model, model.Name)}, o, nil)
	})
}

func (c *tuneCmd) gather(env *Env, m rerank.Served) ([]*tune.Set, error) {
	sources, err := c.sources(false)
	if err != nil {
		return nil, err
	}
	var sets []*tune.Set
	for _, source := range sources {
		set, err := c.gatherOne(env.Ctx, env, source, m)
		if err != nil {
			return nil, err
		}
		sets = append(sets, set)
	}
	return sets, nil
}

func (c *tuneCmd) gatherOne(ctx context.Context, env *Env, source evaluation.Source, m rerank.Served) (*tune.Set, error) {
	collection, err := evaluation.Load(source)
	if err != nil {
		return nil, err
	}
	step, clear := progress(env.Stderr, "scoring "+collection.Title())
	defer clear()
	return tune.Gather(ctx, collection, tune.From{Model: m, Stemmers: stemmers(), Limit: c.Limit, Progress: step})
}

func (c *tuneCmd) search(env *Env, sets []*tune.Set, m servedModel) (*tune.Report, error) {
	step, clear := progress(env.Stderr, "trying budgets")
	defer clear()
	return tune.Search(sets, tune.Options{
		Stemmers: stemmers(), Relevance: m.Calibration(), Loss: c.Loss, Confidence: c.Confidence, Progress: step,
	})
}

func (c *tuneCmd) write(env *Env, sets []*tune.Set, r *tune.Report, m servedModel) error {
	digest, err := m.Digest()
	if err != nil {
		return err
	}
	file := r.File(c.Name, sets)
	file.Model, file.Scorer = tune.ModelID{Name: m.Name(), Digest: digest}, scorer()
	relevance, err := tune.FitRelevance(sets, r.Options)
	if err != nil {
		fmt.Fprintln(env.Stderr, "splitrank: warning: relevance scores stay as they are: "+oneLine(err.Error()))
	} else {
		file.Relevance = &relevance
	}
	if err := file.Write(c.Out); err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.Stdout, "wrote %s\n", c.Out)
	return err
}
