package remotetest

import (
	"cmp"
	"encoding/json"
	"io"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// Texts is a server that takes texts: text-embeddings-inference, vLLM or infinity,
// with one model called m.
type Texts struct {
	*Server
	kind  string
	state sync.Mutex
	o     TextsOptions
	asked []TextsRequest
}

// TextsOptions of a server.
type TextsOptions struct {
	// Logit of a pair. nil = TextLogit.
	Logit func(query, text string) float64
	// SHA of the model, of text-embeddings-inference.
	SHA string
	// MostTexts of a call. 0 = 32.
	MostTexts int
	// Embeds serves a model of embeddings.
	Embeds bool
	// Unknown serves another model.
	Unknown bool
	// Squash answers probabilities, whatever is asked for.
	Squash bool
}

// TextsRequest is what was asked.
type TextsRequest struct {
	Query string
	Texts []string
	// Cut allows a pair to be cut; Raw asks for logits.
	Cut, Raw bool
}

// TextLogit of a pair: the words that it shares, and its length.
func TextLogit(query, text string) float64 {
	shared := 0
	for word := range strings.FieldsSeq(query) {
		if strings.Contains(text, word) {
			shared++
		}
	}
	return float64(shared)*1.5 - 3 - float64(len(text)%97)/100
}

// mostWords of a pair are read.
const mostWords = 64

// NewTexts starts one of kind tei, vllm or infinity, which ends with the test.
func NewTexts(t testing.TB, kind string, o TextsOptions) *Texts {
	s := &Texts{kind: kind, o: o}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /health", func(http.ResponseWriter, *http.Request) {})
	switch kind {
	case "tei":
		mux.HandleFunc("GET /info", s.info)
		mux.HandleFunc("POST /rerank", s.tei)
	case "vllm":
		mux.HandleFunc("GET /version", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"version":"0.12.0"}`) })
		mux.HandleFunc("GET /v1/models", s.models)
		mux.HandleFunc("POST /score", s.vllm)
	default:
		mux.HandleFunc("GET /models", s.models)
		mux.HandleFunc("POST /rerank", s.infinity)
	}
	s.Server = start(t, mux)
	return s
}

// Set other options from now on.
func (s *Texts) Set(o TextsOptions) {
	s.state.Lock()
	defer s.state.Unlock()
	s.o = o
}

func (s *Texts) options() TextsOptions {
	s.state.Lock()
	defer s.state.Unlock()
	return s.o
}

// Asked is what the server was asked so far, those of checks included.
func (s *Texts) Asked() []TextsRequest {
	s.state.Lock()
	defer s.state.Unlock()
	return slices.Clone(s.asked)
}

func (s *Texts) mostTexts() int { return cmp.Or(s.options().MostTexts, 32) }

func (s *Texts) info(w http.ResponseWriter, _ *http.Request) {
	kind := map[string]any{"reranker": map[string]any{"id2label": map[string]string{"0": "LABEL_0"}}}
	if s.options().Embeds {
		kind = map[string]any{"embedding": map[string]string{"pooling": "cls"}}
	}
	writeJSON(w, map[string]any{
		"model_id": "org/m", "model_sha": s.options().SHA, "model_dtype": "float32", "model_type": kind, "max_concurrent_requests": 512,
		"max_input_length": 512, "max_batch_tokens": 16384, "max_client_batch_size": s.mostTexts(), "tokenization_workers": 4, "version": "1.9.0",
	})
}

func (s *Texts) models(w http.ResponseWriter, _ *http.Request) {
	id := "m"
	if s.options().Unknown {
		id = "another"
	}
	writeJSON(w, map[string]any{"object": "list", "data": []any{map[string]any{"id": id, "object": "model"}}})
}

func writeJSON(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(body)
}

// decode is strict; the answer was written where it fails.
func decode(w http.ResponseWriter, r *http.Request, to any) bool {
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, 2_000_000))
	d.DisallowUnknownFields()
	if err := d.Decode(to); err != nil {
		fail(w, http.StatusUnprocessableEntity, "%v", err)
		return false
	}
	return true
}

type scored struct {
	index int
	score float64
}

// score a question, or refuse it.
func (s *Texts) score(w http.ResponseWriter, q TextsRequest) (list []scored, ok bool) {
	s.state.Lock()
	s.asked = append(s.asked, q)
	s.state.Unlock()
	if q.Query == "" || len(q.Texts) == 0 || len(q.Texts) > s.mostTexts() {
		fail(w, http.StatusUnprocessableEntity, "batch size %d", len(q.Texts))
		return nil, false
	}
	o := s.options()
	logit := o.Logit
	if logit == nil {
		logit = TextLogit
	}
	for i, text := range q.Texts {
		if len(strings.Fields(q.Query+" "+text)) > mostWords && !q.Cut {
			fail(w, http.StatusRequestEntityTooLarge, "inputs must have less than %d tokens", mostWords)
			return nil, false
		}
		x := logit(q.Query, text)
		if !q.Raw || o.Squash {
			x = 1 / (1 + math.Exp(-x))
		}
		list = append(list, scored{i, x})
	}
	return list, true
}

func best(list []scored) []scored {
	slices.SortStableFunc(list, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
	return list
}

func words(q TextsRequest) (n int) {
	for _, t := range q.Texts {
		n += min(len(strings.Fields(q.Query+" "+t))+3, mostWords)
	}
	return n
}

func (s *Texts) tei(w http.ResponseWriter, r *http.Request) {
	var q struct {
		Query      string   `json:"query"`
		Texts      []string `json:"texts"`
		RawScores  bool     `json:"raw_scores"`
		Truncate   bool     `json:"truncate"`
		Direction  string   `json:"truncation_direction"`
		ReturnText bool     `json:"return_text"`
	}
	if !decode(w, r, &q) {
		return
	}
	asked := TextsRequest{q.Query, q.Texts, q.Truncate, q.RawScores}
	list, ok := s.score(w, asked)
	if !ok {
		return
	}
	ranks := []any{}
	for _, one := range best(list) {
		ranks = append(ranks, map[string]any{"index": one.index, "score": one.score})
	}
	w.Header().Set("X-Compute-Tokens", strconv.Itoa(words(asked)))
	s.reply(w, r, ranks)
}

func (s *Texts) vllm(w http.ResponseWriter, r *http.Request) {
	var q struct {
		Model         string   `json:"model"`
		Text1         string   `json:"text_1"`
		Text2         []string `json:"text_2"`
		Truncate      *int     `json:"truncate_prompt_tokens"`
		UseActivation *bool    `json:"use_activation"`
		Activation    *bool    `json:"activation"`
	}
	if !decode(w, r, &q) {
		return
	}
	if q.Model != "m" {
		fail(w, http.StatusNotFound, "The model does not exist")
		return
	}
	asked := TextsRequest{q.Text1, q.Text2, q.Truncate != nil && *q.Truncate == -1, q.UseActivation != nil && !*q.UseActivation}
	list, ok := s.score(w, asked)
	if !ok {
		return
	}
	data := []any{}
	for _, one := range list {
		data = append(data, map[string]any{"index": one.index, "object": "score", "score": one.score})
	}
	n := words(asked)
	s.reply(w, r, map[string]any{"id": "score-1", "object": "list", "created": 1, "model": "m", "data": data, "usage": map[string]any{"prompt_tokens": n, "total_tokens": n}})
}

func (s *Texts) infinity(w http.ResponseWriter, r *http.Request) {
	var q struct {
		Model     string   `json:"model"`
		Query     string   `json:"query"`
		Documents []string `json:"documents"`
		RawScores bool     `json:"raw_scores"`
		Return    bool     `json:"return_documents"`
	}
	if !decode(w, r, &q) {
		return
	}
	if q.Model != "m" {
		fail(w, http.StatusBadRequest, "model not found")
		return
	}
	asked := TextsRequest{q.Query, q.Documents, true, q.RawScores}
	list, ok := s.score(w, asked)
	if !ok {
		return
	}
	results := []any{}
	for _, one := range best(list) {
		results = append(results, map[string]any{"relevance_score": one.score, "index": one.index, "document": nil})
	}
	n := words(asked)
	s.reply(w, r, map[string]any{"object": "rerank", "results": results, "model": "m", "usage": map[string]any{"prompt_tokens": n, "total_tokens": n}, "id": "infinity-1", "created": 1})
}

func (s *Texts) reply(w http.ResponseWriter, r *http.Request, body any) {
	text, _ := json.Marshal(body)
	s.answer(w, r, string(text))
}
