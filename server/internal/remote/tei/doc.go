// Package tei serves the scores of cross-encoders that take texts over HTTP:
// text-embeddings-inference, vLLM and infinity. They tokenize and cut by themselves, so
// some things are not known here: whether a text was cut, and how many tokens it had.
// Tokens are estimated from bytes, by what backends told of earlier calls.
//
// Raw logits are asked for; that they are none shows in the checked pairs. Scores come
// back in any order and are told apart by their index.
package tei
