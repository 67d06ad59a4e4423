package frame_test

import (
	"bytes"
	"encoding/binary"
	"math"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/frame"
)

// malformedVectors breaks one thing at a time in the good frames of v. Only
// TypeScript reads responses and errors.
func malformedVectors(v vectors) []malformedVector {
	request, response, failure := v.Requests[1].Frame, v.Responses[2].Frame, v.Errors[1].Frame
	list := []malformedVector{
		{"request: empty", "request", []byte{}, frame.CodeMalformed, "frame"},
		{"request: header only", "request", resized(request[:12]), frame.CodeMalformed, "frame"},
		{"request: cut by one byte", "request", request[:len(request)-1], frame.CodeMalformed, "size"},
		{"request: cut, size put right", "request", resized(request[:len(request)-1]), frame.CodeMalformed, "strings"},
		{"request: one byte more", "request", resized(append(bytes.Clone(request), 0)), frame.CodeMalformed, "strings"},
		{"request: another magic", "request", with(request, 0, 0x20465253), frame.CodeMalformed, "magic"},
		{"request: another version", "request", with(request, 0, frame.Magic+1<<24), frame.CodeMalformed, "magic"},
		{"request: a response", "request", response, frame.CodeMalformed, "kind"},
		{"request: unknown operation", "request", with(request, 12, 2), frame.CodeRange, "operation"},
		{"request: unknown flag", "request", with(request, 16, 32), frame.CodeMalformed, "flags"},
		{"request: top k over an int32", "request", with(request, 20, 1<<31), frame.CodeRange, "topK"},
		{"request: diversity NaN", "request", withFloat(request, 24, math.NaN()), frame.CodeRange, "diversity"},
		{"request: diversity over 1", "request", withFloat(request, 24, 1.0000001), frame.CodeRange, "diversity"},
		{"request: diversity under 0", "request", withFloat(request, 24, -1e-300), frame.CodeRange, "diversity"},
		{"request: length over an int32", "request", with(request, frame.LengthAt, 1<<31), frame.CodeRange, "length.short"},
		{"request: budget over an int32", "request", with(request, frame.BudgetAt, 1<<31), frame.CodeRange, "budget.documents"},
		{"request: budget of first stage under -1", "request", with(request, frame.BudgetAt+16, 1<<32-2), frame.CodeRange, "budget.firstStage"},
		{"request: weight over an int32", "request", with(request, frame.WeightsAt+4*int(heuristics.FirstStageOrder), 1<<31), frame.CodeRange, "weights.firstStage"},
		{"request: weights without their flag", "request", with(request, 16, frame.FlagHidden), frame.CodeMalformed, "weights"},
		{"request: first reserved word", "request", with(request, frame.ReservedAt, 1), frame.CodeMalformed, "reserved"},
		{"request: last reserved word", "request", with(request, frame.LanguageAt-4, 1<<31), frame.CodeMalformed, "reserved"},
		{"request: language past the end", "request", with(request, frame.LanguageAt, math.MaxUint32), frame.CodeMalformed, "strings"},
		{"request: query past the end", "request", with(request, frame.QueryAt, math.MaxUint32), frame.CodeMalformed, "strings"},
		{"request: more documents than bytes", "request", with(request, frame.CountAt, frame.MaxDocuments), frame.CodeMalformed, "documents"},
		{"request: too many documents", "request", with(request, frame.CountAt, frame.MaxDocuments+1), frame.CodeTooMany, "documents"},
		{"request: title past the end", "request", with(request, frame.RequestFixed, math.MaxUint32), frame.CodeMalformed, "strings"},
		{"request: text short by one", "request", with(request, frame.RequestFixed+4, 17), frame.CodeMalformed, "strings"},
		{"request: rank over an int32", "request", with(request, frame.RequestFixed+frame.DocumentBytes+8, 1<<31), frame.CodeRange, "documents[1].rank"},
		{"error: header only", "error", resized(failure[:12]), frame.CodeMalformed, "frame"},
		{"error: a response", "error", response, frame.CodeMalformed, "kind"},
		{"error: code past the end", "error", with(failure, 12, math.MaxUint32), frame.CodeMalformed, "strings"},
		{"error: message short by one", "error", resized(failure[:len(failure)-1]), frame.CodeMalformed, "strings"},
	}
	return append(list, malformedResponses(response)...)
}

// malformedResponses breaks the response "names shared between reasons and
// signals": 3 names, 3 items, 3 parts, 4 spans.
func malformedResponses(good []byte) []malformedVector {
	item := frame.ResponseFixed + 3*frame.NameBytes
	part := item + 3*frame.ItemBytes
	span := part + 3*frame.PartBytes
	list := []malformedVector{
		{"header only", "", resized(good[:12]), frame.CodeMalformed, "frame"},
		{"unknown flag", "", with(good, 12, 2), frame.CodeMalformed, "response"},
		{"trust of 2^53", "", with(good, 20, 1<<21), frame.CodeMalformed, "response"},
		{"scorer past the end", "", with(good, 24, math.MaxUint32), frame.CodeMalformed, "strings"},
		{"too many names", "", with(good, 32, frame.MaxNames+1), frame.CodeTooLarge, "names"},
		{"more items than bytes", "", with(good, 36, math.MaxUint32), frame.CodeMalformed, "response"},
		{"more parts than bytes", "", with(good, 40, math.MaxUint32), frame.CodeMalformed, "response"},
		{"more spans than bytes", "", with(good, 44, math.MaxUint32), frame.CodeMalformed, "response"},
		{"two equal names", "", equalNames(good), frame.CodeMalformed, "names"},
		{"score of 2^53", "", with(good, item+4, 1<<21), frame.CodeMalformed, "items"},
		{"index over an int32", "", with(good, item+8, 1<<31), frame.CodeMalformed, "items"},
		{"name used before its turn", "", with(good, item+12, 1), frame.CodeMalformed, "items"},
		{"name that is not there", "", with(good, item+12, 3), frame.CodeMalformed, "items"},
		{"unknown item flag", "", with(good, item+16, 2), frame.CodeMalformed, "items"},
		{"more parts than there are", "", with(good, item+20, 4), frame.CodeMalformed, "items"},
		{"fewer parts than there are", "", with(good, item+20, 1), frame.CodeMalformed, "response"},
		{"more spans than there are", "", with(good, item+24, math.MaxUint32), frame.CodeMalformed, "items"},
		{"signal that is not there", "", with(good, part, math.MaxUint32), frame.CodeMalformed, "items"},
		{"weight of 2^53", "", with(good, part+16, 1<<21), frame.CodeMalformed, "items"},
		{"span that ends before it starts", "", with(good, span, 5), frame.CodeMalformed, "items"},
		{"span over an int32", "", with(good, span+4, 1<<31), frame.CodeMalformed, "items"},
		{"one byte more", "", resized(append(bytes.Clone(good), 0)), frame.CodeMalformed, "strings"},
	}
	for i := range list {
		list[i].Name, list[i].Kind = "response: "+list[i].Name, "response"
	}
	return list
}

func with(good []byte, at int, word uint32) []byte {
	b := bytes.Clone(good)
	binary.LittleEndian.PutUint32(b[at:], word)
	return b
}

func withFloat(good []byte, at int, f float64) []byte {
	b := bytes.Clone(good)
	binary.LittleEndian.PutUint64(b[at:], math.Float64bits(f))
	return b
}

// resized writes the length of b into its header.
func resized(b []byte) []byte { return with(b, 8, uint32(len(b))) }

// equalNames gives all names of a response length 0 and cuts their bytes.
func equalNames(good []byte) []byte {
	b := bytes.Clone(good)
	cut := 0
	for at := frame.ResponseFixed; at < frame.ResponseFixed+3*frame.NameBytes; at += frame.NameBytes {
		cut += int(binary.LittleEndian.Uint32(b[at:]))
		binary.LittleEndian.PutUint32(b[at:], 0)
	}
	return resized(b[:len(b)-cut])
}
