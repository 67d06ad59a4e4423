package oip

import (
	"net/http"
	"strconv"
	"testing"

	"github.com/splitrank/splitrank/server/internal/ort"
	"github.com/splitrank/splitrank/server/internal/remote"
)

// FuzzDecode: whatever a server answers is as many logits as were asked for, or a fault.
func FuzzDecode(f *testing.F) {
	p, err := ort.LoadPairInputs(folder(f), true, 0, ort.Options{})
	if err != nil {
		f.Fatal(err)
	}
	e := &Engine{PairInputs: p, config: remote.Config{Tensors: remote.Tensors{Logits: "logits"}}}
	right := `{"model_version":"1","outputs":[{"name":"logits","shape":[2,1],"datatype":"FP32","data":[[1.5],[null]]}]}`
	asBytes := `{"outputs":[{"name":"logits","shape":[2,1],"datatype":"FP16","parameters":{"binary_data_size":4}}]}`
	f.Add([]byte(right), "")
	f.Add([]byte(asBytes+"abcd"), strconv.Itoa(len(asBytes)))
	f.Add([]byte(`{"outputs":[{"name":"logits","shape":[2],"datatype":"FP32","data":[1,[[[2]]]]}]}`), "99")
	f.Fuzz(func(t *testing.T, body []byte, length string) {
		h := http.Header{}
		if length != "" {
			h.Set(headLength, length)
		}
		a, err := e.decode(remote.Reply{Header: h, Body: body}, 2)
		if err == nil && len(a.logits) != 2 {
			t.Errorf("%d logits for 2 pairs", len(a.logits))
		}
	})
}
