// Package crossencoder serves the scores of a model: it joins the exact
// tokenizer, ONNX Runtime and the queue that all requests share.
package crossencoder
