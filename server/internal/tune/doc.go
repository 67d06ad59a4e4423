// Package tune finds, for a model and judged collections, the smallest budget
// that loses no more than was allowed against scoring every candidate, fits
// relevance scores to the judgements, and writes both down for a server to use.
//
// Until then it holds what the model says of all candidates: with a late-interaction model
// some 0.6 kB each, 60 MB for 1,000 questions with 100 candidates.
package tune
