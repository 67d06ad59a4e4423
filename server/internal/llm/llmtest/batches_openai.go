package llmtest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
)

// OpenAIBatches is a server of OpenAI's files and batches, which answers as a Server
// would. Its fields must not change while it serves.
type OpenAIBatches struct {
	*Server
	// Polls after which a batch has ended.
	Polls int
	// Status that a batch ends with; "" = completed.
	Status string
	// Misbehave writes an answer of its own and reports that it did; nil = never.
	Misbehave func(w http.ResponseWriter, r *http.Request) bool
	// Results are the lines of both files that came of the batch's prompts; nil = as
	// they are, without errors.
	Results func(lines []string) (output, errors []string)

	http    *httptest.Server
	mu      sync.Mutex
	files   [][]byte
	deleted int
	batches []*openAIBatch
}

type openAIBatch struct {
	prompts []openAIPrompt
	polls   int
}

type openAIPrompt struct {
	CustomID string          `json:"custom_id"`
	Method   string          `json:"method"`
	URL      string          `json:"url"`
	Body     json.RawMessage `json:"body"`
}

// Start serves until Close.
func (b *OpenAIBatches) Start() *OpenAIBatches {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/chat/completions", b.Server.serve)
	mux.HandleFunc("POST /v1/files", b.upload)
	mux.HandleFunc("DELETE /v1/files/{id}", b.remove)
	mux.HandleFunc("GET /v1/files/{id}/content", b.content)
	mux.HandleFunc("POST /v1/batches", b.create)
	mux.HandleFunc("GET /v1/batches/{id}", b.state)
	b.http = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if b.Misbehave == nil || !b.Misbehave(w, r) {
			mux.ServeHTTP(w, r)
		}
	}))
	return b
}

// URL of the endpoint.
func (b *OpenAIBatches) URL() string { return b.http.URL + "/v1" }

// Close ends all connections.
func (b *OpenAIBatches) Close() {
	b.http.CloseClientConnections()
	b.http.Close()
}

// Made is how many prompts each batch had that was made.
func (b *OpenAIBatches) Made() (sizes []int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, made := range b.batches {
		sizes = append(sizes, len(made.prompts))
	}
	return sizes
}

// Format of structured output that the last batch's prompts ask for.
func (b *OpenAIBatches) Format() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return readCall(b.batches[len(b.batches)-1].prompts[0].Body, false).Format
}

// Files that were uploaded and not deleted.
func (b *OpenAIBatches) Files() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.files) - b.deleted
}

func (b *OpenAIBatches) upload(w http.ResponseWriter, r *http.Request) {
	file, _, err := r.FormFile("file")
	if err != nil || r.FormValue("purpose") != "batch" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	defer file.Close()
	data, err := io.ReadAll(file)
	if err != nil {
		return
	}
	b.mu.Lock()
	b.files = append(b.files, data)
	id := len(b.files)
	b.mu.Unlock()
	tellJSON(w, map[string]any{"id": fmt.Sprintf("file-in-%d", id), "object": "file", "purpose": "batch"})
}

func (b *OpenAIBatches) remove(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	b.deleted++
	b.mu.Unlock()
	tellJSON(w, map[string]any{"id": r.PathValue("id"), "deleted": true})
}

func (b *OpenAIBatches) create(w http.ResponseWriter, r *http.Request) {
	var in struct {
		File     string `json:"input_file_id"`
		Endpoint string `json:"endpoint"`
		Window   string `json:"completion_window"`
	}
	var n int
	err := json.NewDecoder(r.Body).Decode(&in)
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, bad := fmt.Sscanf(in.File, "file-in-%d", &n); err != nil || bad != nil || n < 1 || n > len(b.files) || in.Endpoint != "/v1/chat/completions" || in.Window != "24h" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	made := &openAIBatch{}
	for line := range strings.Lines(string(b.files[n-1])) {
		var p openAIPrompt
		if json.Unmarshal([]byte(line), &p) != nil || p.Method != http.MethodPost || p.URL != in.Endpoint {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		made.prompts = append(made.prompts, p)
	}
	b.batches = append(b.batches, made)
	b.tell(w, len(b.batches), "validating")
}

// find the batch that a name ends with; nil = it wrote 404.
func (b *OpenAIBatches) find(w http.ResponseWriter, name, form string) (id int, made *openAIBatch) {
	if _, err := fmt.Sscanf(name, form, &id); err != nil || id < 1 || id > len(b.batches) {
		w.WriteHeader(http.StatusNotFound)
		return 0, nil
	}
	return id, b.batches[id-1]
}

func (b *OpenAIBatches) state(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	id, made := b.find(w, r.PathValue("id"), "batch_%d")
	if made == nil {
		return
	}
	status := "in_progress"
	if made.polls++; made.polls > b.Polls {
		if status = b.Status; status == "" {
			status = "completed"
		}
	}
	b.tell(w, id, status)
}

// tell of a batch whose files are there when it has ended.
func (b *OpenAIBatches) tell(w http.ResponseWriter, id int, status string) {
	out := map[string]any{
		"id": fmt.Sprintf("batch_%d", id), "object": "batch", "status": status, "output_file_id": nil, "error_file_id": nil,
		"request_counts": map[string]int{"total": len(b.batches[id-1].prompts)},
	}
	if output, errors := b.lines(id); status != "in_progress" && status != "validating" && status != "failed" {
		if len(output) > 0 {
			out["output_file_id"] = fmt.Sprintf("file-out-%d", id)
		}
		if len(errors) > 0 {
			out["error_file_id"] = fmt.Sprintf("file-err-%d", id)
		}
	}
	tellJSON(w, out)
}

// lines of both files of a batch.
func (b *OpenAIBatches) lines(id int) (output, errors []string) {
	for _, p := range b.batches[id-1].prompts {
		c := readCall(p.Body, false)
		text := b.Text(c)
		body, _ := json.Marshal(b.body(c, text, "", CountTokens(c.System)+CountTokens(c.User)+8, CountTokens(text)))
		output = append(output, Completed(p.CustomID, string(body)))
	}
	if b.Results != nil {
		return b.Results(output)
	}
	return output, nil
}

func (b *OpenAIBatches) content(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	name := r.PathValue("id")
	form := "file-out-%d"
	if strings.HasPrefix(name, "file-err-") {
		form = "file-err-%d"
	}
	id, made := b.find(w, name, form)
	if made == nil {
		return
	}
	lines, failed := b.lines(id)
	if form == "file-err-%d" {
		lines = failed
	}
	_, _ = io.WriteString(w, strings.Join(lines, "\n")+"\n")
}

// Completed is the line of a result.
func Completed(name, body string) string {
	return fmt.Sprintf(`{"id":"batch_req_1","custom_id":%q,"response":{"status_code":200,"request_id":"r","body":%s},"error":null}`, name, body)
}

func tellJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}
