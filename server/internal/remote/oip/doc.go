// Package oip has the graph of a cross-encoder run by a server that speaks the Open
// Inference Protocol v2 over HTTP, such as KServe, Triton or MLServer. Texts never
// leave this process: pairs are tokenized and cut here, exactly as for a local
// model, and token ids are sent.
//
// Tensors are JSON, or bytes where the server lists the extension binary_tensor_data.
// What the protocol leaves open is configured: names of tensors, their type, and how
// many logits a pair has. An error's body is not relied on: servers disagree about it.
package oip
