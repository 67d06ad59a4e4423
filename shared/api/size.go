package api

import "slices"

// What a request and its answer take in memory, in bytes: upper bounds, measured
// with Go 1.26 on 64 bits over the worst texts that were found (one letter and
// one space, all of them words of the query), and held by TestAnswerBytes.
const (
	documentBytes    = 128 // a Document, without its texts
	resultBytes      = 288 // a Result in the heuristics' order and in the merged one, and its logit
	explanationBytes = 768 // an Explanation with a part for each signal and a Blend of four terms
	// For each byte of text: matchBytes are the spans of Matches, explainedBytes
	// the hits that the ranking holds for them, diverseBytes what diversity keeps
	// of the ranking until the answer is in order. rankedBytes are the ranking's
	// for each document.
	matchBytes     = 9
	explainedBytes = 60
	diverseBytes   = 16
	rankedBytes    = 1024

	resultJSON      = 512  // a result as JSON, without its id
	explanationJSON = 1792 // its parts and terms
	spanJSON        = 9    // its matches, for each byte of text: "[1000000,1000001]," every other byte
	escapedJSON     = 6    // a byte of a text or an id, at worst \u0000
)

// piece is how much of an answer is encoded before it is handed on.
const piece = 32 << 10

// DecodingBytes bounds what a body of so many bytes becomes when it is decoded
// into at most so many documents: copies of its texts, and what holds them.
func DecodingBytes(body, documents int) int64 {
	const shortest = 3 // bytes of a document: ""
	return int64(body) + documentBytes*int64(min(documents, body/shortest+1))
}

// Bytes bounds the memory that r holds beside the body it was decoded from.
func (r *Request) Bytes() int64 {
	total := int64(len(r.Query)) + documentBytes*int64(len(r.Documents))
	for i := range r.Documents {
		d := &r.Documents[i]
		total += int64(len(d.ID.Text) + len(d.Title) + len(d.Text))
	}
	return total
}

// AnswerBytes bounds the memory that answering r takes from the ranking to the
// last byte written: so many states of its Response at once (1, or more where the
// answer is watched), and the piece of it that is encoded. What a plain ranking
// needs while it runs, up to diverseBytes for each byte of text, is not counted:
// the workers bound it.
func (r *Request) AnswerBytes(states int) int64 {
	var text int64
	largest := 0
	for i := range r.Documents {
		n := r.Documents[i].size(r)
		text, largest = text+int64(len(r.Documents[i].Title)+len(r.Documents[i].Text)), max(largest, n)
	}
	each := int64(resultBytes)
	if r.Explain {
		each += explanationBytes
	}
	total := int64(states)*each*int64(len(r.Documents)) + 2*int64(largest) + 2*piece
	switch {
	case r.Explain:
		total += text*(explainedBytes+matchBytes*int64(states)) + rankedBytes*int64(len(r.Documents))
	case r.Diversity > 0:
		total += text*diverseBytes + rankedBytes*int64(len(r.Documents))
	}
	return total
}

// size bounds one result's JSON.
func (d *Document) size(r *Request) int {
	n := resultJSON + escapedJSON*len(d.ID.Text)
	if r.Explain {
		n += explanationJSON + spanJSON*len(d.Text)
	}
	switch {
	case r.ReturnDocuments && d.Raw != nil && !d.isString() && r.Shape != Native:
		n += 2*len(d.Raw) + len(`{"text":""}`) // a text of other fields' JSON, quoted
	case r.ReturnDocuments && d.Raw != nil:
		n += len(d.Raw)
	case r.ReturnDocuments:
		n += escapedJSON * (len(d.Title) + len(d.Text) + len(d.ID.Text))
	}
	return n
}

// BatchBytes bounds the memory that answering a batch takes where so many of its
// requests at most are at work or wait to be written.
func BatchBytes(items []BatchItem, window int) int64 {
	var all []int64
	for _, item := range items {
		if item.Err == nil {
			all = append(all, item.Request.AnswerBytes(1))
		}
	}
	slices.Sort(all)
	var total int64
	for _, n := range all[max(0, len(all)-window):] {
		total += n
	}
	return total
}
