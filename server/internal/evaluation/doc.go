// Package evaluation measures pipelines on judged collections: it reads what
// shared/eval knows how to read, lets every pipeline order the same
// candidates, and reports quality, certainty, cost and what a trim lost.
package evaluation
