// Package llm lets a large language model grade the best documents of a cascade:
// Claude, or any server that speaks OpenAI's chat completions. It asks under
// positional keys of its own, believes only grades that are well formed, and
// never breaks an answer: whatever an endpoint does, the documents that it did
// not grade properly are left as the cascade has them.
//
// Nothing is sent unless an operator configured an endpoint. Neither its address
// nor its key nor any text stands in an error or a log.
package llm
