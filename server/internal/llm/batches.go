package llm

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/splitrank/splitrank/shared/api"
)

// Batches answer many prompts within a day, mostly for less than single calls.
type Batches interface {
	// CreateBatch gives prompts in, each under a name of its own of up to 64 letters
	// and digits. It is not tried again: a second one would be paid for, too.
	CreateBatch(ctx context.Context, prompts map[string]Prompt) (id string, err error)
	// BatchState tells how far one is.
	BatchState(ctx context.Context, id string) (BatchState, error)
	// BatchResults calls result for what came of each prompt, in any order. n is
	// how many there were. The error says that not all could be read.
	BatchResults(ctx context.Context, id string, n int, result func(name string, r Reply, err error)) error
	// BatchShare of the price that a batch costs, where its maker says one for all
	// models; 0 = not known.
	BatchShare() float64
}

// BatchState of a batch.
type BatchState struct {
	// Ended says that there are results, of all prompts.
	Ended bool
	// Gone says that nobody knows this batch any more.
	Gone bool
	// Why it ended before all prompts were answered: failed, expired or cancelled;
	// "" = it did not.
	Why string
	// Done prompts of those that the endpoint counts.
	Done, Total int
}

// MostBatched is how many prompts are given in as one batch.
const MostBatched = 5000

// batches of the endpoint; nil = it has none.
func (j *Judge) batches() Batches {
	b, _ := j.config.Client.(Batches)
	return b
}

// HasBatches reports whether the endpoint can be given batches.
func (j *Judge) HasBatches() bool { return j.batches() != nil }

// Labelled is a pair to be labelled.
type Labelled struct {
	Query    string
	Document api.Document
}

// Name of a pair among those of a batch, made of its texts.
func (l Labelled) Name() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %q %q %q", promptVersion, l.Query, l.Document.Title, l.Document.Text))
	return hex.EncodeToString(sum[:16])
}

// BatchLabels gives pairs in, MostBatched at most. Equal ones are asked for once. What
// they are expected to cost is reserved for the day first, and not given back.
func (j *Judge) BatchLabels(ctx context.Context, pairs []Labelled) (id string, err error) {
	if len(pairs) > MostBatched {
		return "", fmt.Errorf("%d pairs in one batch, more than %d", len(pairs), MostBatched)
	}
	prompts, dollars := j.batched(pairs)
	if j.price != nil {
		if _, ok := j.purse.reserve(ctx, "", dollars); !ok {
			return "", &Fault{Kind: OverBudget}
		}
	}
	id, err = j.batches().CreateBatch(ctx, prompts)
	return id, faultOrNil(ctx, err)
}

// batched prompts by their names, and what they are expected to cost, with one more, as
// an endpoint may be asked one singly before.
func (j *Judge) batched(pairs []Labelled) (prompts map[string]Prompt, dollars float64) {
	prompts = map[string]Prompt{}
	all, dearest := 0.0, 0.0
	for _, p := range pairs {
		if _, twice := prompts[p.Name()]; twice {
			continue
		}
		s, make := j.labelling(p.Query, p.Document)
		c := make()
		cost := j.priced(s.foresight.call(c.prompt, c.output)).cost
		prompts[p.Name()], all, dearest = c.prompt, all+cost, max(dearest, cost)
	}
	share, _ := j.BatchShare()
	return prompts, share*all + dearest
}

// BatchState tells how far a batch is.
func (j *Judge) BatchState(ctx context.Context, id string) (BatchState, error) {
	s, err := j.batches().BatchState(ctx, id)
	return s, faultOrNil(ctx, err)
}

// BatchedLabels of a batch that has ended, by the names of their pairs, and what they
// cost in dollars, 0 where the model's price is not known. What was not asked for,
// comes twice with different labels, or is no label is left out.
func (j *Judge) BatchedLabels(ctx context.Context, id string, pairs map[string]Labelled) (labels map[string]int, dollars float64, err error) {
	labels = map[string]int{}
	dropped := map[string]bool{}
	err = j.batches().BatchResults(ctx, id, len(pairs), func(name string, r Reply, fault error) {
		p, asked := pairs[name]
		if !asked {
			return
		}
		dollars += j.batchCost(r.Tokens)
		label, ok := j.readLabel(p, r)
		if before, twice := labels[name]; fault != nil || !ok || twice && before != label {
			dropped[name] = true
			return
		}
		labels[name] = label
	})
	for name := range dropped {
		delete(labels, name)
	}
	return labels, dollars, faultOrNil(ctx, err)
}

func (j *Judge) readLabel(p Labelled, r Reply) (label int, ok bool) {
	s, _ := j.labelling(p.Query, p.Document)
	grades, err := readGrades(r.Text, keyed(s.docs), false)
	if err != nil || len(grades) != 1 || grades[0].Grade > MostLabel {
		return 0, false
	}
	return int(grades[0].Grade), true
}

// BatchShare of the price that a batch costs: what the price list says of the model,
// else what its maker does. known is false where neither does; then it is all.
func (j *Judge) BatchShare() (share float64, known bool) {
	if j.price != nil && j.price.Batch > 0 {
		return j.price.Batch, true
	}
	if share = j.batches().BatchShare(); share > 0 {
		return share, true
	}
	return 1, false
}

// batchCost of one prompt's tokens: where a price depends on their number, those of a
// whole batch do not add up.
func (j *Judge) batchCost(t Tokens) float64 {
	if j.price == nil {
		return 0
	}
	share, _ := j.BatchShare()
	return share * j.price.of(t)
}

// faultOrNil keeps of an error what may be said.
func faultOrNil(ctx context.Context, err error) error {
	var f *Fault
	if err == nil || errors.As(err, &f) {
		return err
	}
	return faultOf(ctx, err)
}
