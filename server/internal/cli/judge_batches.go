package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"time"

	"github.com/splitrank/splitrank/server/internal/limitedfile"
	"github.com/splitrank/splitrank/server/internal/llm"
	"github.com/splitrank/splitrank/server/internal/wholefile"
	"github.com/splitrank/splitrank/shared/eval"
)

// batchFile stands beside the judgements while batches are out, so that who was
// interrupted goes on with those that are paid for.
type batchFile struct {
	Model string   `json:"model"`
	IDs   []string `json:"ids"`
}

// mostPolls that may fail in a row.
const mostPolls = 10

func (c *judgeCmd) batchPath() string { return c.Out + ".batches" }

// readBatches that are out, none where there is no file.
func (c *judgeCmd) readBatches() (f batchFile, err error) {
	data, err := limitedfile.Read(c.batchPath(), 1<<20)
	if errors.Is(err, fs.ErrNotExist) {
		return batchFile{Model: c.LLM}, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &f)
	}
	if err != nil {
		return f, fmt.Errorf("reading the batches that are out, %s: %w", c.batchPath(), err)
	}
	if f.Model != c.LLM {
		return f, fmt.Errorf("%s has batches of model %q, not of %q: go on with that one, or remove the file and what is paid for it", c.batchPath(), f.Model, c.LLM)
	}
	return f, nil
}

// keep the file, or remove it where no batch is out.
func (c *judgeCmd) keep(f batchFile) error {
	if len(f.IDs) == 0 {
		if err := os.Remove(c.batchPath()); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	data, err := json.Marshal(f)
	if err != nil {
		return err
	}
	return wholefile.Write(c.batchPath(), data)
}

// labelInBatches takes up the batches that are out, then gives in what is missing.
func (c *judgeCmd) labelInBatches(env *Env, judge *llm.Judge, pairs []pair, known eval.Qrels, out io.Writer) (failed int, err error) {
	f, err := c.readBatches()
	if err != nil {
		return 0, err
	}
	if len(f.IDs) > 0 {
		fmt.Fprintf(env.Stderr, "going on with %d batches that are out\n", len(f.IDs))
		if err := c.collect(env, judge, &f, pairs, known, out); err != nil {
			return 0, err
		}
		pairs = stillMissing(pairs, known)
	}
	if err := c.confirm(env, judge, pairs); err != nil {
		return len(pairs), err
	}
	for part := range slices.Chunk(pairs, llm.MostBatched) {
		id, err := judge.BatchLabels(env.Ctx, labelled(part))
		if err != nil {
			return len(pairs), fmt.Errorf("giving in a batch; look at your provider's list whether it was made all the same: %w", err)
		}
		f.IDs = append(f.IDs, id)
		if err := c.keep(f); err != nil {
			return len(pairs), err
		}
	}
	if err := c.collect(env, judge, &f, pairs, known, out); err != nil {
		return 0, err
	}
	return len(stillMissing(pairs, known)), nil
}

func labelled(pairs []pair) (list []llm.Labelled) {
	for _, p := range pairs {
		list = append(list, llm.Labelled{Query: p.text, Document: p.passage})
	}
	return list
}

func stillMissing(pairs []pair, known eval.Qrels) []pair {
	return slices.DeleteFunc(slices.Clone(pairs), func(p pair) bool {
		_, ok := known[p.query][p.document]
		return ok
	})
}

// collect the results of all batches, each as soon as it and those before have ended.
func (c *judgeCmd) collect(env *Env, judge *llm.Judge, f *batchFile, pairs []pair, known eval.Qrels, out io.Writer) error {
	step, clear := progress(env.Stderr, "judging in batches")
	defer clear()
	asked := map[string]llm.Labelled{}
	for _, l := range labelled(pairs) {
		asked[l.Name()] = l
	}
	cost := 0.0
	for len(f.IDs) > 0 {
		gone, err := c.await(env.Ctx, judge, f.IDs[0], step)
		if err != nil {
			return fmt.Errorf("waiting for batch %s; the same command goes on: %w", f.IDs[0], err)
		}
		if gone {
			fmt.Fprintf(env.Stderr, "splitrank: warning: nobody knows batch %s any more: its pairs are not judged\n", f.IDs[0])
		} else {
			labels, took, err := judge.BatchedLabels(env.Ctx, f.IDs[0], asked)
			if e := keepLabels(out, known, pairs, labels); e != nil {
				return e
			}
			if err != nil {
				return fmt.Errorf("reading batch %s; the same command goes on: %w", f.IDs[0], err)
			}
			cost += judge.BatchCost(took)
		}
		f.IDs = f.IDs[1:]
		if err := c.keep(*f); err != nil {
			return err
		}
	}
	if judge.PriceKnown() && cost > 0 {
		fmt.Fprintf(env.Stderr, "the batches cost $%.4f\n", cost)
	}
	return nil
}

// keepLabels of pairs that have none yet.
func keepLabels(out io.Writer, known eval.Qrels, pairs []pair, labels map[string]int) error {
	w := bufio.NewWriter(out)
	for i, l := range labelled(pairs) {
		label, ok := labels[l.Name()]
		if _, has := known[pairs[i].query][pairs[i].document]; !ok || has {
			continue
		}
		if err := keepLabel(w, known, pairs[i], label); err != nil {
			return err
		}
	}
	return w.Flush()
}

// await the end of a batch. gone says that it is not known any more.
func (c *judgeCmd) await(ctx context.Context, judge *llm.Judge, id string, step func(done, total int)) (gone bool, err error) {
	for failed := 0; ; {
		s, err := judge.BatchState(ctx, id)
		switch {
		case err != nil && (failed == mostPolls || ctx.Err() != nil):
			return false, errors.Join(err, context.Cause(ctx))
		case err != nil:
			failed++
		case s.Ended || s.Gone:
			return s.Gone, nil
		default:
			failed = 0
			step(s.Done, s.Total)
		}
		select {
		case <-ctx.Done():
			return false, context.Cause(ctx)
		case <-time.After(c.Poll):
		}
	}
}
