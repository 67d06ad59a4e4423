package api

// Reasons of a degraded answer, or of one in which the heuristics had a part.
const (
	ReasonBudget   = "budget"   // the llm would have cost more than the server may spend
	ReasonDeadline = "deadline" // the model did not answer in time
	ReasonLanguage = "language" // the model was not trained on the query's, or on that of documents
	ReasonModel    = "model"    // the model failed, or there is none; the log knows why
	ReasonOrigin   = "origin"   // the server behind the edge could not be asked, or answered nonsense
	ReasonOverload = "overload" // the model had too much to do
)
