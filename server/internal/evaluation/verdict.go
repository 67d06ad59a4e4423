package evaluation

import (
	"fmt"

	"github.com/splitrank/splitrank/server/internal/pvalue"
)

// chance is the corrected p-value below which a difference counts as one.
const chance = 0.05

// nearlyAll of a model's gain is what a cheaper pipeline must keep to be named.
const nearlyAll = 0.9

// verdict is what a report says, in sentences for people who decide. It goes by
// nDCG@10 and by the p-values after correction.
func verdict(pipelines []PipelineReport, all []Comparison) []string {
	if len(pipelines) < 2 {
		return nil
	}
	base, top := pipelines[0], pipelines[0]
	for _, p := range pipelines {
		if quality(p) > quality(top) {
			top = p
		}
	}
	c, ok := between(all, base.Name, top.Name)
	if top.Name == base.Name {
		return []string{fmt.Sprintf("No pipeline ranks better than %s (nDCG@10 %.4f).", base.Name, quality(base))}
	}
	if ok && c.Holm >= chance {
		return []string{fmt.Sprintf("No difference that chance does not explain: %s has nDCG@10 %.4f and %s %.4f, %s on %d queries. More queries would tell.",
			top.Name, quality(top), base.Name, quality(base), pvalue.Equation(c.Holm), c.Queries)}
	}
	sentences := []string{rises(base, top, c)}
	if s := cheaper(pipelines, base, top); s != "" {
		sentences = append(sentences, s)
	}
	return sentences
}

func quality(p PipelineReport) float64 { return p.Metrics["ndcg@10"] }

// rises says what the best pipeline gives and takes.
func rises(base, top PipelineReport, c Comparison) string {
	s := fmt.Sprintf("%s ranks best: nDCG@10 rises from %.4f to %.4f", top.Name, quality(base), quality(top))
	if quality(base) > 0 {
		s += fmt.Sprintf(" (%+.0f %%)", 100*(quality(top)/quality(base)-1))
	}
	s += fmt.Sprintf(" over %s, %s", base.Name, pvalue.Equation(c.Holm))
	if top.Scored > 0 {
		return s + fmt.Sprintf(", for %.0f model scores a query.", top.Scored)
	}
	return s + ", without a model."
}

// cheaper names the pipeline with the fewest model scores that keeps nearly all of
// the gain of the one with the most; "" = there is none.
func cheaper(pipelines []PipelineReport, base, top PipelineReport) string {
	full := most(pipelines)
	gain := quality(full) - quality(base)
	if full.Scored == 0 || gain <= 0 {
		return withoutModel(pipelines, base, top)
	}
	var found *PipelineReport
	for i, p := range pipelines {
		if p.Scored < 0.8*full.Scored && quality(p)-quality(base) >= nearlyAll*gain && (found == nil || p.Scored < found.Scored) {
			found = &pipelines[i]
		}
	}
	if found == nil {
		return ""
	}
	return fmt.Sprintf("%s keeps %.0f %% of %s's gain for %.0f of %.0f model scores a query.",
		found.Name, 100*(quality(*found)-quality(base))/gain, full.Name, found.Scored, full.Scored)
}

// most model scores.
func most(pipelines []PipelineReport) (full PipelineReport) {
	for _, p := range pipelines {
		if p.Scored > full.Scored {
			full = p
		}
	}
	return full
}

// withoutModel says how far words alone come, where a model was measured and gives
// nothing more.
func withoutModel(pipelines []PipelineReport, base, top PipelineReport) string {
	if most(pipelines).Scored == 0 || top.Scored > 0 {
		return ""
	}
	return "The model gives nothing more on this collection."
}
