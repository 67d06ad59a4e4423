// Package hub knows which models are worth having, brings them from a Hugging
// Face hub and finds them again on disk.
//
// The cache on disk is Hugging Face's own (models--ORG--NAME with blobs,
// refs and snapshots), so that a model which Python has fetched is found here
// and the other way round. Beside it lies one file of ours, splitrank.json:
// which commit is pinned, and the SHA-256 of every file of it.
//
// Nothing reaches the cache under its final name before all of it has been
// hashed and compared with the digest that the hub gave.
package hub
