// Package colbert reads what late-interaction models from elsewhere say about
// themselves, and writes their inputs: ColBERT (Khattab and Zaharia 2020) in Hugging
// Face's layout, as PyLate or the original saves it.
//
// A text begins with a marker that says whether it is a query or a document. A query
// is filled up with mask tokens, which the encoder turns into words that could stand
// there (query expansion). Of a document the vectors of punctuation are left out (skip
// list). Where the graph ends before the projection, this package multiplies by it.
//
// Token ids and vectors are those of PyLate; parity/golden.py says of which version,
// and writes the golden files. It knows neither ONNX Runtime nor scores.
package colbert
