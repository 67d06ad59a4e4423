package remotetest

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// OIP is a server of the Open Inference Protocol with one model called m, whose
// inputs are input_ids, attention_mask and token_type_ids.
type OIP struct {
	*Server
	state sync.Mutex
	o     OIPOptions
}

// OIPOptions of a server.
type OIPOptions struct {
	// Logit of a row, whose padding is cut off. nil = Logit.
	Logit func(ids []int64) float32
	// Version of the model; "" = it tells none, as MLServer does.
	Version string
	// Binary lists the extension, and answers with bytes where it is asked to.
	Binary bool
	// NotReady answers 503 for the model while the server says that it is ready.
	NotReady bool
	// Unknown answers 404.
	Unknown bool
}

// Logit of token ids, a number that depends on each and on its place.
func Logit(ids []int64) float32 {
	sum := int64(0)
	for i, id := range ids {
		sum = (sum*31 + id*int64(i+1)) % 100003
	}
	return float32(sum)/10007 - 5
}

// NewOIP starts one, which ends with the test.
func NewOIP(t testing.TB, o OIPOptions) *OIP {
	s := &OIP{o: o}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v2", s.metadata)
	mux.HandleFunc("GET /v2/health/ready", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /v2/models/m/ready", s.ready)
	mux.HandleFunc("GET /v2/models/m/versions/{version}/ready", s.ready)
	mux.HandleFunc("POST /v2/models/m/infer", s.infer)
	mux.HandleFunc("POST /v2/models/m/versions/{version}/infer", s.infer)
	s.Server = start(t, mux)
	return s
}

// Set other options from now on.
func (s *OIP) Set(o OIPOptions) {
	s.state.Lock()
	defer s.state.Unlock()
	s.o = o
}

func (s *OIP) options() OIPOptions {
	s.state.Lock()
	defer s.state.Unlock()
	return s.o
}

func (s *OIP) metadata(w http.ResponseWriter, _ *http.Request) {
	list := []string{}
	if s.options().Binary {
		list = append(list, "binary_tensor_data")
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"name": "fake", "version": "1", "extensions": list})
}

func (s *OIP) ready(w http.ResponseWriter, _ *http.Request) {
	switch o := s.options(); {
	case o.Unknown:
		fail(w, http.StatusNotFound, "no such model")
	case o.NotReady:
		fail(w, http.StatusServiceUnavailable, "not ready")
	}
}

func fail(w http.ResponseWriter, status int, format string, args ...any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"error": fmt.Sprintf(format, args...)})
}

type oipRequest struct {
	Inputs []struct {
		Name       string
		Shape      []int
		Datatype   string
		Data       []int64
		Parameters map[string]int
	}
	Outputs []struct {
		Name       string
		Parameters map[string]bool
	}
}

// infer refuses what is not exactly what the model takes.
func (s *OIP) infer(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		fail(w, http.StatusBadRequest, "body: %v", err)
		return
	}
	head, rest := body, []byte(nil)
	if n := r.Header.Get("Inference-Header-Content-Length"); n != "" {
		if !s.options().Binary {
			fail(w, http.StatusUnprocessableEntity, "bytes are not read here")
			return
		}
		at, err := strconv.Atoi(n)
		if err != nil || at > len(body) {
			fail(w, http.StatusBadRequest, "length of the header")
			return
		}
		head, rest = body[:at], body[at:]
	}
	var q oipRequest
	d := json.NewDecoder(strings.NewReader(string(head)))
	d.DisallowUnknownFields()
	if err := d.Decode(&q); err != nil {
		fail(w, http.StatusBadRequest, "JSON: %v", err)
		return
	}
	logits, err := s.score(q, rest)
	if err != nil {
		fail(w, http.StatusInternalServerError, "%v", err)
		return
	}
	s.reply(w, r, q, logits)
}

// score takes the inputs apart.
func (s *OIP) score(q oipRequest, rest []byte) ([]float32, error) {
	if len(q.Inputs) != 3 || len(q.Outputs) != 1 || q.Outputs[0].Name != "logits" {
		return nil, fmt.Errorf("%d inputs, outputs %v", len(q.Inputs), q.Outputs)
	}
	values := map[string][]int64{}
	shape := q.Inputs[0].Shape
	for _, in := range q.Inputs {
		data := in.Data
		if n, binaryInput := in.Parameters["binary_data_size"]; binaryInput {
			if n > len(rest) || n%8 != 0 {
				return nil, fmt.Errorf("%s has %d of %d bytes", in.Name, n, len(rest))
			}
			data = nil
			for at := 0; at < n; at += 8 {
				data = append(data, int64(binary.LittleEndian.Uint64(rest[at:])))
			}
			rest = rest[n:]
		}
		if len(in.Shape) != 2 || in.Datatype != "INT64" || len(data) != in.Shape[0]*in.Shape[1] || in.Shape[0] != shape[0] || in.Shape[1] != shape[1] {
			return nil, fmt.Errorf("%s has %d values of %v %s", in.Name, len(data), in.Shape, in.Datatype)
		}
		values[in.Name] = data
	}
	if len(rest) > 0 || values["input_ids"] == nil || values["attention_mask"] == nil || values["token_type_ids"] == nil {
		return nil, fmt.Errorf("other inputs, or bytes left over")
	}
	return s.rows(shape, values["input_ids"], values["attention_mask"]), nil
}

func (s *OIP) rows(shape []int, ids, mask []int64) (logits []float32) {
	logit := s.options().Logit
	if logit == nil {
		logit = Logit
	}
	for i := range shape[0] {
		var row []int64
		for j := i * shape[1]; j < (i+1)*shape[1]; j++ {
			if mask[j] == 1 {
				row = append(row, ids[j])
			}
		}
		logits = append(logits, logit(row))
	}
	return logits
}

func (s *OIP) reply(w http.ResponseWriter, r *http.Request, q oipRequest, logits []float32) {
	out := map[string]any{"name": "logits", "shape": []int{len(logits), 1}, "datatype": "FP32"}
	answer := map[string]any{"model_name": "m", "outputs": []any{out}}
	if v := s.options().Version; v != "" {
		answer["model_version"] = v
	}
	var raw []byte
	if q.Outputs[0].Parameters["binary_data"] {
		for _, x := range logits {
			raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(x))
		}
		out["parameters"] = map[string]int{"binary_data_size": len(raw)}
	} else {
		out["data"] = logits
	}
	head, _ := json.Marshal(answer)
	if raw != nil {
		w.Header().Set("Inference-Header-Content-Length", strconv.Itoa(len(head)))
	}
	s.answer(w, r, string(head)+string(raw))
}
