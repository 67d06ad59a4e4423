package llmtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
)

// Batches is a server of Claude's message batches, which answers as a Server would.
// Its fields must not change while it serves.
type Batches struct {
	*Server
	// Polls after which a batch has ended.
	Polls int
	// Misbehave writes an answer of its own and reports that it did; nil = never.
	Misbehave func(w http.ResponseWriter, r *http.Request) bool
	// Results are the lines that came of the batch's prompts; nil = as they are.
	Results func(lines []string) []string

	http    *httptest.Server
	mu      sync.Mutex
	batches []*madeBatch
}

type madeBatch struct {
	requests []batchRequest
	polls    int
}

type batchRequest struct {
	CustomID string          `json:"custom_id"`
	Params   json.RawMessage `json:"params"`
}

// Start serves until Close.
func (b *Batches) Start() *Batches {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/messages/batches", b.create)
	mux.HandleFunc("GET /v1/messages/batches/{id}", b.state)
	mux.HandleFunc("GET /v1/messages/batches/{id}/results", b.results)
	b.http = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if b.Misbehave == nil || !b.Misbehave(w, r) {
			mux.ServeHTTP(w, r)
		}
	}))
	return b
}

// URL of the endpoint.
func (b *Batches) URL() string { return b.http.URL }

// Close ends all connections.
func (b *Batches) Close() {
	b.http.CloseClientConnections()
	b.http.Close()
}

// Made is how many prompts each batch had that was made.
func (b *Batches) Made() (sizes []int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, made := range b.batches {
		sizes = append(sizes, len(made.requests))
	}
	return sizes
}

func (b *Batches) create(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Requests []batchRequest `json:"requests"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	b.mu.Lock()
	b.batches = append(b.batches, &madeBatch{requests: in.Requests})
	id := len(b.batches)
	b.mu.Unlock()
	b.tell(w, id, false)
}

// find the batch of a request; nil = it wrote 404.
func (b *Batches) find(w http.ResponseWriter, r *http.Request) (id int, made *madeBatch) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, err := fmt.Sscanf(r.PathValue("id"), "msgbatch_%d", &id); err != nil || id < 1 || id > len(b.batches) {
		w.WriteHeader(http.StatusNotFound)
		return 0, nil
	}
	return id, b.batches[id-1]
}

func (b *Batches) state(w http.ResponseWriter, r *http.Request) {
	id, made := b.find(w, r)
	if made == nil {
		return
	}
	b.mu.Lock()
	made.polls++
	ended := made.polls > b.Polls
	b.mu.Unlock()
	b.tell(w, id, ended)
}

func (b *Batches) tell(w http.ResponseWriter, id int, ended bool) {
	status := "in_progress"
	if ended {
		status = "ended"
	}
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"id":"msgbatch_%d","type":"message_batch","processing_status":%q,"results_url":"http://127.0.0.1:1/elsewhere",`+
		`"request_counts":{"processing":1,"succeeded":0,"errored":0,"canceled":0,"expired":0}}`, id, status)
}

func (b *Batches) results(w http.ResponseWriter, r *http.Request) {
	_, made := b.find(w, r)
	if made == nil {
		return
	}
	var lines []string
	for _, request := range made.requests {
		c := readCall(request.Params, true)
		text := b.Text(c)
		message, _ := json.Marshal(b.body(c, text, "", CountTokens(c.System)+CountTokens(c.User)+8, CountTokens(text)))
		lines = append(lines, Succeeded(request.CustomID, string(message)))
	}
	if b.Results != nil {
		lines = b.Results(lines)
	}
	w.Header().Set("Content-Type", "application/x-jsonl")
	_, _ = w.Write([]byte(strings.Join(lines, "\n") + "\n"))
}

// Succeeded is the line of a result.
func Succeeded(name, message string) string {
	return fmt.Sprintf(`{"custom_id":%q,"result":{"type":"succeeded","message":%s}}`, name, message)
}
