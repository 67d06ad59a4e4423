// Package ort scores pairs with a cross-encoder on ONNX Runtime. It loads a
// model folder in Hugging Face's layout, and refuses at load time, in one line,
// what it could only score wrongly: a graph with other inputs or outputs, a
// tokenizer that does not fit the vocabulary, fewer positions than promised.
//
// libonnxruntime is a shared library found at run time: see FindLibrary, and
// install.mjs, which installs the pinned one. The package needs cgo; built
// without, it compiles, and Start and Load say how to enable it.
//
// PairInputs is the part that needs no ONNX Runtime: what a graph is given, and how
// its logits are read. A scorer that asks another engine shares it.
//
// No memory is freed under a running call: Score returns only after ONNX
// Runtime has, however early its context is done.
package ort
