// Package answer is the core that every tier calls. A Planner ranks the
// documents of a request by the heuristics and chooses those that are worth a
// model's score. Plan.Merge puts the scores of a model on top of that order,
// and Plan.Join does so with results that another tier has merged already. Check
// holds results to their promises, and Finish fills them in.
//
// It knows no clock, no network and no model. The same rules stand in
// TypeScript, in web/src/join.ts, and testdata/vectors.json holds both to
// another.
package answer
