// Package tune finds, for a model and judged collections, the smallest budget
// that loses no more than was allowed against scoring every candidate, fits
// relevance scores to the judgements, and writes both down for a server to use.
package tune
