// Package eval measures rankings against judgements the way trec_eval does,
// says how sure a difference of two means is, and reads the files that such
// measurements come in: BEIR folders, TREC runs and judgements, and JSONL
// cases. It opens no files itself: readers take an io.Reader and the name to
// use in errors.
package eval
