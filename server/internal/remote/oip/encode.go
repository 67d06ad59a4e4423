package oip

import (
	"encoding/binary"
	"net/http"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/splitrank/splitrank/server/internal/ort"
	"github.com/splitrank/splitrank/server/internal/remote"
)

// headLength is the header that says where JSON ends and tensors begin, in bytes.
const headLength = "Inference-Header-Content-Length"

// tensor is an input of the graph.
type tensor struct {
	name   string
	values []int64
}

// tensors that the graph takes.
func (e *Engine) tensors(t ort.Tensors) (list []tensor) {
	names := e.config.Tensors
	for _, one := range []tensor{{names.InputIDs, t.IDs}, {names.AttentionMask, t.Mask}, {names.TokenTypeIDs, t.Types}} {
		if one.name != remote.None {
			list = append(list, one)
		}
	}
	return list
}

// encode the question, with tensors as JSON or as bytes behind it.
func (e *Engine) encode(t ort.Tensors, asBytes bool) remote.Request {
	inputs := e.tensors(t)
	body := append(make([]byte, 0, 256+len(inputs)*len(t.IDs)*7), `{"inputs":[`...)
	for i, in := range inputs {
		if i > 0 {
			body = append(body, ',')
		}
		body = e.appendInput(body, in, t, asBytes)
	}
	body = append(body, `],"outputs":[{"name":`...)
	body = appendString(body, e.config.Tensors.Logits)
	if !asBytes {
		return remote.Request{Header: http.Header{"Content-Type": {"application/json"}}, Body: append(body, `}]}`...)}
	}
	body = append(body, `,"parameters":{"binary_data":true}}]}`...)
	header := http.Header{"Content-Type": {"application/octet-stream"}, headLength: {strconv.Itoa(len(body))}}
	for _, in := range inputs {
		body = e.appendBytes(body, in.values)
	}
	return remote.Request{Header: header, Body: body}
}

func (e *Engine) appendInput(to []byte, in tensor, t ort.Tensors, asBytes bool) []byte {
	to = appendString(append(to, `{"name":`...), in.name)
	to = append(strconv.AppendInt(append(to, `,"shape":[`...), int64(t.Rows), 10), ',')
	to = append(strconv.AppendInt(to, int64(t.Width), 10), `],"datatype":"`...)
	to = append(append(to, e.config.Tensors.Datatype...), '"')
	if asBytes {
		to = append(to, `,"parameters":{"binary_data_size":`...)
		return append(strconv.AppendInt(to, int64(len(in.values)*e.valueBytes()), 10), `}}`...)
	}
	to = append(to, `,"data":[`...)
	for i, v := range in.values {
		if i > 0 {
			to = append(to, ',')
		}
		to = strconv.AppendInt(to, v, 10)
	}
	return append(to, `]}`...)
}

func (e *Engine) valueBytes() int {
	if e.config.Tensors.Datatype == "INT32" {
		return 4
	}
	return 8
}

// appendBytes adds values, little end first.
func (e *Engine) appendBytes(to []byte, values []int64) []byte {
	narrow := e.valueBytes() == 4
	for _, v := range values {
		if narrow {
			to = binary.LittleEndian.AppendUint32(to, uint32(v))
		} else {
			to = binary.LittleEndian.AppendUint64(to, uint64(v))
		}
	}
	return to
}

func appendString(to []byte, s string) []byte {
	to, _ = jsontext.AppendQuote(to, s) // it replaces what is no UTF-8
	return to
}
