package api

import (
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/splitrank/splitrank/heuristics"
)

// Request is one query and what is to be ranked for it. Its zero fields are
// the defaults of the wire format.
type Request struct {
	// Shape of the body, and so of the answer.
	Shape Shape
	Query string
	// Documents in the retriever's order.
	Documents []Document
	// TopK is the number of results wanted; 0 = all.
	TopK int
	// Pipeline; "" = the best that is served: cascade, else cross-encoder, else
	// heuristic; never llm, which costs money.
	Pipeline Pipeline
	// FirstStage says whether the order of Documents may be trusted.
	FirstStage heuristics.FirstStage
	// Budget of the expensive score. The heuristic pipeline has nothing to
	// spend it on: see RATIONALE: why-the-heuristic-pipeline-takes-a-budget.
	Budget Budget
	// Diversity d in [0, 1] re-orders by maximal marginal relevance with
	// lambda = 1 - d. 0 = off.
	Diversity float64
	// Language of the query, an ISO 639-1 code or a locale such as "en-US"; ""
	// or "auto" detects it.
	Language string
	// Typing takes a query that ends inside a word for one that is being typed:
	// see heuristics.Options.
	Typing bool
	// NoCache is the wire's "cache": false.
	NoCache bool
	// Tenant keeps what is remembered for this request from those of others:
	// no tenant learns from Usage.Cached what another has asked. It is no part
	// of a body. "" = all are one.
	Tenant string
	// Came is when the whole body had come, where a server noted it: from there its
	// deadline counts. It is no part of a body. The zero value = when it is answered.
	Came time.Time
	// Waited is how long it has waited since then for its turn to be decoded; 0 = it
	// had not to.
	Waited time.Duration
	// ClientID names who asks, as the caller knows them: a visitor, a session. It
	// is what experiments assign by, and changes no answer else. "" = unknown.
	ClientID string
	// Explain asks for Result.Explanation and Result.Matches.
	Explain bool
	// ReturnDocuments asks for Result.Document.
	ReturnDocuments bool
	// RawScores asks for relevance scores as logits, which are not in [0, 1].
	RawScores bool
	// Strict prefers an error to a degraded answer.
	Strict bool
	// Model by name; "" = the server's own choice.
	Model string
	// FirstModel of pipeline cascade chooses what Model reads: the name of a
	// late-interaction model, or NoFirstModel. "" = the server's own choice.
	FirstModel string
	// Truncation of what is longer than the model can read; what it leaves out is
	// the server's own choice. The heuristic pipeline reads everything.
	Truncation *Truncation
	// LLM are the options of pipeline LLM as they stand in the body, a JSON
	// object that the server reads; nil = none. See RATIONALE: why-options-of-the-llm-are-raw.
	LLM jsontext.Value
}

// NoFirstModel has the words choose what a model reads.
const NoFirstModel = "none"

// LanguageNamed reports whether the caller named the language of the query;
// "auto" names none.
func (r *Request) LanguageNamed() bool {
	code, _ := heuristics.LanguageCode(r.Language)
	return code != "auto"
}

// Pipeline names a way to the answer.
type Pipeline string

// The pipelines.
const (
	Heuristic    Pipeline = "heuristic"
	CrossEncoder Pipeline = "cross-encoder"
	Cascade      Pipeline = "cascade"
	// LLM is the cascade, and then a large language model that grades its best.
	LLM Pipeline = "llm"
)

// Document is one candidate.
type Document struct {
	// ID as the caller gave it; the zero ID is none.
	ID    ID
	Title string
	Text  string
	// Rank in the first stage, 1 = best; 0 = unknown. A body that says 0 is refused:
	// see RATIONALE: why-rank-begins-at-1.
	Rank int
	// Score of the first stage; nil = unknown. It is checked and passed on,
	// the order is taken from Rank or the position.
	Score *float64
	// Raw is the document as it stood in the body, metadata and all. It
	// aliases the body. nil = it came from no body.
	Raw jsontext.Value
}

// ID of a document: a JSON string, or an integer kept digit by digit. The two
// that spell the same are the same id.
type ID struct {
	Text string
	// Number says that it is an integer on the wire.
	Number bool
}

// IsZero reports that there is no id.
func (id ID) IsZero() bool { return id.Text == "" }

// Budget bounds the expensive score; the tightest part counts, 0 = no bound.
type Budget struct {
	// Documents to score at most.
	Documents int
	// Tokens to run through the model at most, query and special ones included.
	Tokens int
	// DeadlineMS is the time for the whole answer in milliseconds.
	DeadlineMS int
}
