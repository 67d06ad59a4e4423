// Package llmtest is an endpoint for tests: a real HTTP server that speaks both
// protocols, grades by a function, counts tokens by a rule of its own, and
// misbehaves where a test wants it to.
package llmtest

import (
	"encoding/json"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"unicode"
)

// Document as a prompt showed it.
type Document struct {
	Key   string `json:"key"`
	Title string `json:"title"`
	Text  string `json:"text"`
}

// Call that came in.
type Call struct {
	// Number from 1.
	Number int
	// Claude says that it spoke the Messages API.
	Claude       bool
	Header       http.Header
	System, User string
	Query        string
	Documents    []Document
	// Schema says that structured output was asked for, MaxTokens how much may be
	// written, Format what the openai protocol calls response_format.
	Schema    bool
	MaxTokens int
	Format    string
	// Order, Why and Likelihoods say what is asked for instead of grades, or beside.
	Order, Why, Likelihoods bool
}

// Server is an endpoint. Its fields must not change while it serves.
type Server struct {
	// Grade of a document from 0 to 10, what a judge would say.
	Grade func(query string, d Document) int
	// Misbehave writes an answer of its own and reports that it did; nil = never.
	Misbehave func(s *Server, c Call, w http.ResponseWriter) bool

	// Count tokens that a call and its answer have; nil = CountTokens of both.
	Count func(c Call, text string) (read, wrote int)
	// Rewrite is the server that answers a call in its place; nil = this one.
	Rewrite func(s *Server, c Call) *Server

	http  *httptest.Server
	mu    sync.Mutex
	calls []Call
	read  int
	wrote int
}

// Start serves until Close.
func (s *Server) Start() *Server {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/messages", s.serve)
	mux.HandleFunc("POST /v1/chat/completions", s.serve)
	s.http = httptest.NewServer(mux)
	return s
}

// Close ends all connections.
func (s *Server) Close() {
	s.http.CloseClientConnections()
	s.http.Close()
}

// URL for a protocol.
func (s *Server) URL(claude bool) string {
	if claude {
		return s.http.URL
	}
	return s.http.URL + "/v1"
}

// Handler of both protocols.
func (s *Server) Handler() http.Handler { return http.HandlerFunc(s.serve) }

// Calls so far.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Call(nil), s.calls...)
}

// Tokens counted so far, read and written.
func (s *Server) Tokens() (read, wrote int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.read, s.wrote
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	c := readCall(body, strings.HasSuffix(r.URL.Path, "/messages"))
	c.Header = r.Header
	s.mu.Lock()
	c.Number = len(s.calls) + 1
	s.calls = append(s.calls, c)
	s.mu.Unlock()
	if s.Misbehave != nil && s.Misbehave(s, c, w) {
		return
	}
	s.Answer(w, c, s.Text(c), "")
}

type wireCall struct {
	System []struct {
		Text string `json:"text"`
	} `json:"system"`
	Messages []struct {
		Role    string          `json:"role"`
		Content json.RawMessage `json:"content"`
	} `json:"messages"`
	MaxTokens    int `json:"max_tokens"`
	OutputConfig struct {
		Format json.RawMessage `json:"format"`
	} `json:"output_config"`
	ResponseFormat struct {
		Type string `json:"type"`
	} `json:"response_format"`
	Logprobs bool `json:"logprobs"`
}

func readCall(body []byte, claude bool) Call {
	var in wireCall
	_ = json.Unmarshal(body, &in)
	c := Call{Claude: claude, MaxTokens: in.MaxTokens, Format: in.ResponseFormat.Type, Likelihoods: in.Logprobs}
	c.Schema = in.OutputConfig.Format != nil || c.Format == "json_schema"
	for _, part := range in.System {
		c.System += part.Text
	}
	for _, m := range in.Messages {
		if text := textOf(m.Content); m.Role == "system" {
			c.System += text
		} else {
			c.User += text
		}
	}
	c.read()
	return c
}

// textOf a string or of blocks.
func textOf(content json.RawMessage) (s string) {
	if json.Unmarshal(content, &s) == nil {
		return s
	}
	var blocks []struct {
		Text string `json:"text"`
	}
	_ = json.Unmarshal(content, &blocks)
	for _, b := range blocks {
		s += b.Text
	}
	return s
}

// read what is asked, and the lines of JSON between the tags.
func (c *Call) read() {
	c.Order, c.Why = strings.Contains(c.System, `"order"`), strings.Contains(c.System, `"why"`)
	for line := range strings.Lines(c.User) {
		var d struct {
			Query string `json:"query"`
			Document
		}
		if !strings.HasPrefix(line, "{") || json.Unmarshal([]byte(line), &d) != nil {
			continue
		}
		if d.Key == "" {
			c.Query = d.Query
		} else {
			c.Documents = append(c.Documents, d.Document)
		}
	}
}

// Text of a good answer.
func (s *Server) Text(c Call) string {
	if s.Rewrite != nil {
		if other := s.Rewrite(s, c); other != s {
			return other.Text(c)
		}
	}
	if c.Order {
		return orderOf(c, s.Grade)
	}
	entries := map[string]any{}
	for _, d := range c.Documents {
		if grade := s.Grade(c.Query, d); c.Why {
			entries[d.Key] = map[string]any{"why": "It says so in the text of the document itself.", "grade": grade}
		} else {
			entries[d.Key] = grade
		}
	}
	text, _ := json.Marshal(entries)
	return string(text)
}

func orderOf(c Call, grade func(string, Document) int) string {
	var keys []string
	for want := 10; want >= 0; want-- {
		for _, d := range c.Documents {
			if grade(c.Query, d) == want {
				keys = append(keys, d.Key)
			}
		}
	}
	text, _ := json.Marshal(map[string]any{"order": keys})
	return string(text)
}

// Answer with a text in the call's protocol. stop "" = a good one.
func (s *Server) Answer(w http.ResponseWriter, c Call, text, stop string) {
	read, wrote := s.Bill(c, text)
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(s.body(c, text, stop, read, wrote))
}

// Bill a call and its answer, which need not arrive, and return their tokens.
func (s *Server) Bill(c Call, text string) (read, wrote int) {
	read, wrote = CountTokens(c.System)+CountTokens(c.User)+8, CountTokens(text)
	if s.Count != nil {
		read, wrote = s.Count(c, text)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.read, s.wrote = s.read+read, s.wrote+wrote
	return read, wrote
}

func (s *Server) body(c Call, text, stop string, read, wrote int) any {
	if c.Claude {
		if stop == "" {
			stop = "end_turn"
		}
		return map[string]any{
			"id": "msg_1", "type": "message", "role": "assistant", "model": "fake", "stop_reason": stop,
			"content": []any{map[string]any{"type": "text", "text": text}},
			"usage":   map[string]any{"input_tokens": read, "output_tokens": wrote, "cache_read_input_tokens": 0, "cache_creation_input_tokens": 0},
		}
	}
	if stop == "" {
		stop = "stop"
	}
	choice := map[string]any{"index": 0, "finish_reason": stop, "message": map[string]any{"role": "assistant", "content": text}}
	if c.Likelihoods && len(c.Documents) == 1 {
		choice["logprobs"] = likelihoods(float64(s.Grade(c.Query, c.Documents[0])))
	}
	return map[string]any{"choices": []any{choice}, "usage": map[string]any{"prompt_tokens": read, "completion_tokens": wrote}}
}

func likelihoods(grade float64) any {
	p := (grade + 0.5) / 11
	return map[string]any{"content": []any{map[string]any{"token": "yes", "top_logprobs": []any{
		map[string]any{"token": "Yes", "logprob": math.Log(p)}, map[string]any{"token": " no", "logprob": math.Log(1 - p)},
	}}}}
}

// CountTokens by a rule that has nothing to do with the estimate's: letters in
// pieces of up to four, digits in threes, everything else but spaces by itself.
func CountTokens(s string) (n int) {
	run, kind := 0, ' '
	for _, r := range s {
		k := kindOf(r)
		most := map[rune]int{'a': 4, '0': 3}[k]
		if k == kind && run < most {
			run++
			continue
		}
		if kind, run = k, 1; k != ' ' {
			n++
		}
	}
	return n
}

func kindOf(r rune) rune {
	switch {
	case unicode.IsLetter(r):
		return 'a'
	case unicode.IsDigit(r):
		return '0'
	case unicode.IsSpace(r):
		return ' '
	}
	return r
}
