// Package vectors keeps what a model has read of documents, so that no document
// is read twice: opaque, immutable values under digests, in memory, in a folder
// of this machine, and, if there is one, in a Redis that machines share.
//
// It is a help and never a condition: a folder that cannot be used, a full
// disk, a Redis that is away cost one warning each, and what is not found is
// read anew. Every value is checked against a checksum of its key and itself
// before it is given out. What Flush has acknowledged survives the end of the
// process, however it ends, and, as far as fsync does, that of the machine.
//
// The folder holds no texts, but vectors can betray the texts they were made
// of: guard it as you would guard the documents.
package vectors
