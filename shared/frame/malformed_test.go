package frame

import (
	"bytes"
	"encoding/binary"
	"math"
)

// malformedVectors breaks one thing at a time in the good frames of v.
func malformedVectors(v vectors) []malformedVector {
	request, response, failure := v.Requests[1].Frame, v.Responses[2].Frame, v.Errors[1].Frame
	list := []malformedVector{
		{"request: empty", "request", []byte{}, CodeMalformed, "frame"},
		{"request: header only", "request", resized(request[:12]), CodeMalformed, "frame"},
		{"request: cut by one byte", "request", request[:len(request)-1], CodeMalformed, "size"},
		{"request: cut, size put right", "request", resized(request[:len(request)-1]), CodeMalformed, "strings"},
		{"request: one byte more", "request", resized(append(bytes.Clone(request), 0)), CodeMalformed, "strings"},
		{"request: another magic", "request", with(request, 0, 0x20465253), CodeMalformed, "magic"},
		{"request: another version", "request", with(request, 0, magic+1<<24), CodeMalformed, "magic"},
		{"request: a response", "request", response, CodeMalformed, "kind"},
		{"request: unknown operation", "request", with(request, 12, 2), CodeRange, "operation"},
		{"request: unknown flag", "request", with(request, 16, 32), CodeMalformed, "flags"},
		{"request: top k over an int32", "request", with(request, 20, 1<<31), CodeRange, "topK"},
		{"request: diversity NaN", "request", withFloat(request, 24, math.NaN()), CodeRange, "diversity"},
		{"request: diversity over 1", "request", withFloat(request, 24, 1.0000001), CodeRange, "diversity"},
		{"request: diversity under 0", "request", withFloat(request, 24, -1e-300), CodeRange, "diversity"},
		{"request: length over an int32", "request", with(request, lengthAt, 1<<31), CodeRange, "length.short"},
		{"request: budget over an int32", "request", with(request, budgetAt, 1<<31), CodeRange, "budget.documents"},
		{"request: budget of first stage under -1", "request", with(request, budgetAt+16, 1<<32-2), CodeRange, "budget.firstStage"},
		{"request: weight over an int32", "request", with(request, weightsAt+32, 1<<31), CodeRange, "weights.firstStage"},
		{"request: weights without their flag", "request", with(request, 16, flagHidden), CodeMalformed, "weights"},
		{"request: first reserved word", "request", with(request, reservedAt, 1), CodeMalformed, "reserved"},
		{"request: last reserved word", "request", with(request, languageAt-4, 1<<31), CodeMalformed, "reserved"},
		{"request: language past the end", "request", with(request, languageAt, math.MaxUint32), CodeMalformed, "strings"},
		{"request: query past the end", "request", with(request, queryAt, math.MaxUint32), CodeMalformed, "strings"},
		{"request: more documents than bytes", "request", with(request, countAt, MaxDocuments), CodeMalformed, "documents"},
		{"request: too many documents", "request", with(request, countAt, MaxDocuments+1), CodeTooMany, "documents"},
		{"request: title past the end", "request", with(request, requestFixed, math.MaxUint32), CodeMalformed, "strings"},
		{"request: text short by one", "request", with(request, requestFixed+4, 17), CodeMalformed, "strings"},
		{"request: rank over an int32", "request", with(request, requestFixed+documentBytes+8, 1<<31), CodeRange, "documents[1].rank"},
		{"error: header only", "error", resized(failure[:12]), CodeMalformed, "frame"},
		{"error: a response", "error", response, CodeMalformed, "kind"},
		{"error: code past the end", "error", with(failure, 12, math.MaxUint32), CodeMalformed, "strings"},
		{"error: message short by one", "error", resized(failure[:len(failure)-1]), CodeMalformed, "strings"},
	}
	return append(list, malformedResponses(response)...)
}

// malformedResponses breaks the response "names shared between reasons and
// signals": 3 names, 3 items, 3 parts, 4 spans.
func malformedResponses(good []byte) []malformedVector {
	s := shape{names: 3, items: 3, parts: 3, spans: 4}
	item, part, span := s.itemsAt(), s.partsAt(), s.spansAt()
	list := []malformedVector{
		{"header only", "", resized(good[:12]), CodeMalformed, "frame"},
		{"unknown flag", "", with(good, 12, 2), CodeMalformed, "response"},
		{"trust of 2^53", "", with(good, 20, 1<<21), CodeMalformed, "response"},
		{"scorer past the end", "", with(good, 24, math.MaxUint32), CodeMalformed, "strings"},
		{"too many names", "", with(good, 32, MaxNames+1), CodeTooLarge, "names"},
		{"more items than bytes", "", with(good, 36, math.MaxUint32), CodeMalformed, "response"},
		{"more parts than bytes", "", with(good, 40, math.MaxUint32), CodeMalformed, "response"},
		{"more spans than bytes", "", with(good, 44, math.MaxUint32), CodeMalformed, "response"},
		{"two equal names", "", equalNames(good), CodeMalformed, "names"},
		{"score of 2^53", "", with(good, item+4, 1<<21), CodeMalformed, "items"},
		{"index over an int32", "", with(good, item+8, 1<<31), CodeMalformed, "items"},
		{"name used before its turn", "", with(good, item+12, 1), CodeMalformed, "items"},
		{"name that is not there", "", with(good, item+12, 3), CodeMalformed, "items"},
		{"unknown item flag", "", with(good, item+16, 2), CodeMalformed, "items"},
		{"more parts than there are", "", with(good, item+20, 4), CodeMalformed, "items"},
		{"fewer parts than there are", "", with(good, item+20, 1), CodeMalformed, "response"},
		{"more spans than there are", "", with(good, item+24, math.MaxUint32), CodeMalformed, "items"},
		{"signal that is not there", "", with(good, part, math.MaxUint32), CodeMalformed, "items"},
		{"weight of 2^53", "", with(good, part+16, 1<<21), CodeMalformed, "items"},
		{"span that ends before it starts", "", with(good, span, 5), CodeMalformed, "items"},
		{"span over an int32", "", with(good, span+4, 1<<31), CodeMalformed, "items"},
		{"one byte more", "", resized(append(bytes.Clone(good), 0)), CodeMalformed, "strings"},
	}
	for i := range list {
		list[i].Name, list[i].Kind = "response: "+list[i].Name, "response"
	}
	return list
}

func with(frame []byte, at int, word uint32) []byte {
	b := bytes.Clone(frame)
	binary.LittleEndian.PutUint32(b[at:], word)
	return b
}

func withFloat(frame []byte, at int, f float64) []byte {
	b := bytes.Clone(frame)
	binary.LittleEndian.PutUint64(b[at:], math.Float64bits(f))
	return b
}

// resized writes the length of b into its header.
func resized(b []byte) []byte { return with(b, 8, uint32(len(b))) }

// equalNames gives all names of a response length 0 and cuts their bytes.
func equalNames(good []byte) []byte {
	b := bytes.Clone(good)
	cut := 0
	for at := responseFixed; at < responseFixed+3*nameBytes; at += nameBytes {
		cut += int(binary.LittleEndian.Uint32(b[at:]))
		binary.LittleEndian.PutUint32(b[at:], 0)
	}
	return resized(b[:len(b)-cut])
}
