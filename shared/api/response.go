package api

import (
	"time"

	"github.com/splitrank/splitrank/heuristics"
)

// Response is the answer to one Request.
type Response struct {
	// Results, best first, at most Request.TopK.
	Results []Result
	// Model that scored, "none" where none is loaded.
	Model string
	// Calibration that the model was tuned with; "" = none.
	Calibration string
	// Scorer is the version of the heuristics and their stemmers.
	Scorer string
	// Language of the query, given or detected; "und" where none fits.
	Language string
	// Stemmed says whether a stemmer of that language took part.
	Stemmed bool
	// Degraded says that this is less than was asked for, Reason why.
	Degraded bool
	Reason   string
	// QueryID is what events about this answer refer to; "" = nothing logs them.
	QueryID string
	Usage   Usage
	Timings Timings
}

// ModelNone is Response.Model where no model is loaded.
const ModelNone = "none"

// Result is one document's place in the answer.
type Result struct {
	// Index of the document in the request, from 0.
	Index int
	// Rank in the answer, from 1.
	Rank int
	ID   ID
	// RelevanceScore in [0, 1]; never rises down the list unless diversity
	// is on.
	RelevanceScore float64
	// ScoredBy says where RelevanceScore came from: "heuristic"; the kind of the model
	// that read the document last, "late-interaction" or "cross-encoder", where it is
	// the sigmoid of Logit as the model is calibrated; or "llm", where a grade is fused
	// with that.
	ScoredBy string
	// HeuristicScore in [0, 1].
	HeuristicScore float64
	// Logit is the model's raw score; nil = not scored by a model. Scored by an
	// llm it is that of its grade.
	Logit *float64
	// Truncated says that the model did not see the whole document.
	Truncated bool
	// Suspicious says that an llm graded the document high and the model and the
	// words say the contrary, or that it steers the grader: it was bounded.
	Suspicious bool
	// Document on request; nil = not asked for.
	Document *Document
	// Explanation on request; nil = not asked for.
	Explanation *Explanation
	// Matches of query terms as spans of UTF-8 bytes in the document's text,
	// ascending; nil = not asked for.
	Matches []heuristics.Span
}

// Explanation is the ledger of one score: Parts make the heuristic score, and where a
// model scored the document Blend makes the relevance score.
type Explanation struct {
	// Reason why the document was kept or trimmed; "" = nothing was trimmed.
	Reason string
	// Parts whose contributions sum to the heuristic score exactly.
	Parts []heuristics.Part
	// Blend of what the model, the heuristics and the first stage say; nil = no model
	// scored the document.
	Blend *Blend
	// LLM is what a large language model said; nil = nothing.
	LLM *Grade
}

// Blend is a sum whose sigmoid is the relevance score, or above it where a neighbour's
// bounds that: relevance scores never rise down the list.
type Blend struct {
	Terms []Term
	Sum   float64
}

// Term of a Blend: Contribution = Raw · Weight. Name is a weight of the calibration,
// "logit", "heuristic", "first_stage", "rarity", "feedback" or "shift"; of a document that an llm graded
// "grade", the grade's logit, or "cascade", the logit of its relevance before.
type Term struct {
	Name                      string
	Raw, Weight, Contribution float64
}

// Grade that an llm gave to a document.
type Grade struct {
	// Grade is the integer from 0, of no use, to 10, a full answer; a
	// mean of several where the mode asks more than once.
	Grade float64
	// Why in a sentence, as the llm wrote it: text, not markup. "" = not said.
	Why string
}

// Usage counts what an answer took.
type Usage struct {
	// Documents in the request.
	Documents int
	// Scored documents have a model's score, however it came: Cached, Known and Read
	// add up to it.
	Scored int
	// Cached documents whose model score was remembered.
	Cached int
	// Known documents whose vectors were kept, so that they were only compared.
	Known int
	// Read documents that a model read for this answer.
	Read int
	// Trimmed documents that the model was not asked about.
	Trimmed int
	// Tokens that ran through the model.
	Tokens int
	// LLM is what a large language model took; nil = it was not asked for.
	LLM *LLMUsage
}

// LLMUsage is what a large language model took, retries included.
type LLMUsage struct {
	Model string
	// Calls of the endpoint that were answered or may have been billed.
	Calls int
	// Tokens that were read, those from the provider's cache, those written.
	Input, Cached, Output int
	// CostUSD in dollars; nil = the model's price is not known.
	CostUSD *float64
	// PricesOf is the date of the price list, as 2026-10-07; "" = no price.
	PricesOf string
}

// Timings of an answer in milliseconds.
type Timings struct {
	// Total from when the whole body had come to the answer, Queue included.
	Total float64
	// Heuristic scoring.
	Heuristic float64
	// Queue is the wait for a turn to be decoded, for a free worker, and for the model to
	// begin.
	Queue float64
	// Inference of the model.
	Inference float64
	// Query, Documents and Comparing are parts of Inference, where the model reads
	// query and documents apart: reading the query, reading documents that were not
	// known, and comparing. 0 for other models.
	Query, Documents, Comparing float64
}

// Milliseconds to the microsecond.
func Milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
