package cli

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
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
	Model string `json:"model"`
	// Endpoint tells apart where they are: a digest, as its address is the operator's.
	Endpoint string   `json:"endpoint,omitempty"`
	IDs      []string `json:"ids"`
}

// errNoBatches of an endpoint.
var errNoBatches = errors.New("--batches: this endpoint has none; without --batches pairs are judged one by one")

// endpointName is a digest of where the model is asked.
func (c *judgeCmd) endpointName() string {
	sum := sha256.Sum256([]byte(c.LLMURL))
	return hex.EncodeToString(sum[:8])
}

// mostPolls that may fail in a row.
const mostPolls = 10

func (c *judgeCmd) batchPath() string { return c.Out + ".batches" }

// readBatches that are out, none where there is no file.
func (c *judgeCmd) readBatches() (f batchFile, err error) {
	data, err := limitedfile.Read(c.batchPath(), 1<<20)
	if errors.Is(err, fs.ErrNotExist) {
		return batchFile{Model: c.LLM, Endpoint: c.endpointName()}, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &f)
	}
	if err != nil {
		return f, fmt.Errorf("reading the batches that are out, %s: %w", c.batchPath(), err)
	}
	if f.Endpoint != "" && f.Endpoint != c.endpointName() {
		return f, fmt.Errorf("%s has batches of another --llm-base-url: go on with that one, or remove the file and what is paid for it", c.batchPath())
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
		var fault *llm.Fault
		if errors.As(err, &fault) && fault.Kind == llm.NoBatches {
			return len(pairs), errNoBatches
		}
		if fault != nil && fault.Kind == llm.OverBudget {
			return len(pairs), errors.New("a batch was not given in: it would cost more than is left of --llm-max-cost-per-day; the same command goes on with those that were")
		}
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
		spent, err := c.collectOne(env, judge, f.IDs[0], asked, pairs, known, out, step)
		if err != nil {
			return err
		}
		cost += spent
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

// collectOne batch as soon as it has ended, and return what it cost.
func (c *judgeCmd) collectOne(env *Env, judge *llm.Judge, id string, asked map[string]llm.Labelled, pairs []pair, known eval.Qrels, out io.Writer, step func(done, total int)) (dollars float64, err error) {
	s, err := c.await(env.Ctx, judge, id, step)
	switch {
	case err != nil:
		return 0, fmt.Errorf("waiting for batch %s; the same command goes on: %w", id, err)
	case s.Gone:
		fmt.Fprintf(env.Stderr, "splitrank: warning: nobody knows batch %s any more: its pairs are not judged\n", id)
		return 0, nil
	case s.Why != "":
		fmt.Fprintf(env.Stderr, "splitrank: warning: batch %s %s: what it has no answer to is not judged\n", id, whyEnded(s.Why))
	}
	labels, dollars, err := judge.BatchedLabels(env.Ctx, id, asked)
	if e := keepLabels(out, known, pairs, labels); e != nil {
		return 0, e
	}
	if err != nil {
		return 0, fmt.Errorf("reading batch %s; the same command goes on, and without %s it gives these pairs in anew: %w", id, c.batchPath(), err)
	}
	return dollars, nil
}

func whyEnded(why string) string {
	if why == "cancelled" {
		return "was cancelled"
	}
	return why
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

// await the end of a batch, or that nobody knows it any more.
func (c *judgeCmd) await(ctx context.Context, judge *llm.Judge, id string, step func(done, total int)) (s llm.BatchState, err error) {
	for failed := 0; ; {
		s, err = judge.BatchState(ctx, id)
		switch {
		case err != nil && (failed == mostPolls || ctx.Err() != nil):
			return s, errors.Join(err, context.Cause(ctx))
		case err != nil:
			failed++
		case s.Ended || s.Gone:
			return s, nil
		default:
			failed = 0
			step(s.Done, s.Total)
		}
		select {
		case <-ctx.Done():
			return s, context.Cause(ctx)
		case <-time.After(c.Poll):
		}
	}
}
