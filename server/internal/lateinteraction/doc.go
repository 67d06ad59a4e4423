// Package lateinteraction serves the scores of a model that reads query and document
// apart and compares the vectors of their tokens (MaxSim, Khattab and Zaharia 2020).
// What it has read of a document is kept, so a document that is known costs a
// comparison and no run of the model.
package lateinteraction
