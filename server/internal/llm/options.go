package llm

import (
	"cmp"
	"strconv"

	"github.com/go-json-experiment/json"

	"github.com/splitrank/splitrank/shared/api"
)

// Options of a request, its field llm. Zero fields are the operator's defaults,
// and where those are zero, the ones named here.
type Options struct {
	// TopN documents of the cascade are graded, up to MostDocuments. 0 =
	// DefaultDocuments.
	TopN int `json:"top_n,omitzero"`
	// Mode of asking; "" = Batch.
	Mode Mode `json:"mode,omitzero"`
	// Shuffles of mode Consistency, up to MostShuffles. 0 = DefaultShuffles.
	Shuffles int `json:"shuffles,omitzero"`
	// When it is asked; "" = Always.
	When When `json:"when,omitzero"`
	// Verify asks about documents that would rise by more than two places again,
	// with a question that they cannot answer. nil = in mode Isolation.
	Verify *bool `json:"verify,omitzero"`
	// Bounded lets no document gain more than two places by its grade, however good
	// that is. nil = false. See RATIONALE: why-grades-may-be-bounded-all.
	Bounded *bool `json:"bounded,omitzero"`
}

// Bounds and defaults of Options.
const (
	DefaultDocuments = 10
	MostDocuments    = 20
	DefaultShuffles  = 3
	MostShuffles     = 10
)

// Mode of asking, with the calls for n documents, without repair and verifying.
type Mode string

// The modes.
const (
	// Batch: two calls at once with half of the documents each; one for 3 or less.
	Batch Mode = "batch"
	// Isolation: n calls with one document each, so that none can lower others.
	Isolation Mode = "isolation"
	// Consistency: one call with all documents for each of k shuffles; the mean
	// of the grades (Tang et al., arXiv 2310.07712).
	Consistency Mode = "consistency"
	// Listwise: an order instead of grades, by a window of ten that slides by
	// five from the end: 1 + ⌈(n − 10) / 5⌉ calls (Sun et al., arXiv 2304.09542).
	Listwise Mode = "listwise"
	// Likelihood: n calls for one token each, yes or no; the grade is how likely
	// yes is. It needs an endpoint that returns likelihoods.
	Likelihood Mode = "likelihood"
)

// When the llm is asked.
type When string

// The times.
const (
	Always When = "always"
	// Unsure: only where the cascade's scores are close. See unsure.
	Unsure When = "unsure"
)

// options of a request over those of the operator. The error names the field.
func (j *Judge) options(req *api.Request) (Options, error) {
	o := j.config.Options
	if req.LLM != nil {
		var asked Options
		if err := json.Unmarshal(req.LLM, &asked, json.RejectUnknownMembers(true)); err != nil {
			return o, &api.Error{Code: api.UnknownField, Field: "llm", Message: "llm has a field that is unknown or of the wrong type; known are top_n (1 to " +
				strconv.Itoa(MostDocuments) + "), mode, shuffles, when, verify and bounded"}
		}
		o = o.with(asked)
	}
	return o.valid(j.config.Likelihoods)
}

func (o Options) with(asked Options) Options {
	return Options{
		TopN: cmp.Or(asked.TopN, o.TopN), Mode: cmp.Or(asked.Mode, o.Mode), Shuffles: cmp.Or(asked.Shuffles, o.Shuffles),
		When: cmp.Or(asked.When, o.When), Verify: cmp.Or(asked.Verify, o.Verify), Bounded: cmp.Or(asked.Bounded, o.Bounded),
	}
}

// valid options with their defaults. The error names the field.
func (o Options) valid(likelihoods bool) (Options, error) {
	o.TopN, o.Mode, o.Shuffles, o.When = cmp.Or(o.TopN, DefaultDocuments), cmp.Or(o.Mode, Batch), cmp.Or(o.Shuffles, DefaultShuffles), cmp.Or(o.When, Always)
	switch {
	case o.TopN < 1 || o.TopN > MostDocuments:
		return o, outOfRange("top_n", strconv.Itoa(o.TopN)+", outside 1 to "+strconv.Itoa(MostDocuments))
	case o.Shuffles < 1 || o.Shuffles > MostShuffles:
		return o, outOfRange("shuffles", strconv.Itoa(o.Shuffles)+", outside 1 to "+strconv.Itoa(MostShuffles))
	case o.Mode != Batch && o.Mode != Isolation && o.Mode != Consistency && o.Mode != Listwise && o.Mode != Likelihood:
		return o, outOfRange("mode", quoted(string(o.Mode))+", none of batch, isolation, consistency, listwise, likelihood")
	case o.Mode == Likelihood && !likelihoods:
		return o, outOfRange("mode", `"likelihood", and this endpoint returns no likelihoods`)
	case o.When != Always && o.When != Unsure:
		return o, outOfRange("when", quoted(string(o.When))+", neither always nor unsure")
	}
	return o, nil
}

// verifies reports whether documents that rise are asked about again; where all are
// bounded that would change nothing, unless it is asked for.
func (o Options) verifies() bool {
	if o.Verify != nil {
		return *o.Verify
	}
	return o.Mode == Isolation && !o.bounded()
}

func (o Options) bounded() bool { return o.Bounded != nil && *o.Bounded }

func quoted(s string) string {
	s, _ = clip(s, 60)
	return strconv.Quote(s)
}

func outOfRange(field, rest string) *api.Error {
	return &api.Error{Code: api.OutOfRange, Field: "llm." + field, Message: "llm." + field + " is " + rest}
}
