package llm

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
)

// chat asks an OpenAI-compatible server. Their dialects differ, so it asks for
// structured output in the forms that there are, the strictest first, and stays
// with the first one that the server takes.
// See RATIONALE: why-the-openai-client-is-our-own.
type chat struct {
	client   *http.Client
	base     string // what paths are put behind
	endpoint Endpoint
	form     atomic.Int32
}

// The forms of structured output.
const (
	formSchema = iota // response_format json_schema
	formJSON          // response_format json_object
	formText          // none: the prompt says it
)

func newOpenAI(e Endpoint) *chat {
	return &chat{client: newHTTPClient(), base: strings.TrimSuffix(e.URL, "/"), endpoint: e}
}

// Ask implements Client. A server that rejects a form of structured output is
// asked for the next one at once.
func (c *chat) Ask(ctx context.Context, p Prompt) (Reply, error) {
	for {
		form := c.form.Load()
		r, err := c.try(ctx, p, int(form))
		var fault *Fault
		if !errors.As(err, &fault) || fault.Kind != Rejected || fault.Status != 400 && fault.Status != 422 {
			return r, err
		}
		if p.Schema == nil || form == formText {
			return r, err
		}
		c.form.CompareAndSwap(form, form+1)
	}
}

func (c *chat) try(ctx context.Context, p Prompt, form int) (Reply, error) {
	body, err := json.Marshal(c.body(p, form))
	if err != nil {
		return Reply{}, fmt.Errorf("writing a prompt: %w", err)
	}
	answer, err := c.request(ctx, c.client, http.MethodPost, "/chat/completions", "application/json", bytes.NewReader(body))
	if err != nil {
		return Reply{}, err
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		return Reply{}, faultOf(ctx, err)
	}
	return readCompletion(data)
}

// exchange JSON with the endpoint, nil in = no body.
func (c *chat) exchange(ctx context.Context, method, path string, in, out any) error {
	if in == nil {
		return c.send(ctx, method, path, "", nil, out)
	}
	body, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("writing a request: %w", err)
	}
	return c.send(ctx, method, path, "application/json", bytes.NewReader(body), out)
}

// send a body and read the JSON that comes back into out, nil = it does not matter.
func (c *chat) send(ctx context.Context, method, path, contentType string, body io.Reader, out any) error {
	answer, err := c.request(ctx, c.client, method, path, contentType, body)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	switch {
	case err != nil:
		return faultOf(ctx, err)
	case out != nil && json.Unmarshal(data, out) != nil:
		return &Fault{Kind: Malformed}
	}
	return nil
}

// request of a path behind the endpoint's URL. The answer has status 200 or 201.
func (c *chat) request(ctx context.Context, client *http.Client, method, path, contentType string, body io.Reader) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return nil, &Fault{Kind: Rejected}
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	if c.endpoint.Key != "" {
		req.Header.Set("Authorization", "Bearer "+c.endpoint.Key)
	}
	answer, err := client.Do(req)
	if err != nil {
		return nil, faultOf(ctx, err)
	}
	if answer.StatusCode != http.StatusOK && answer.StatusCode != http.StatusCreated {
		defer answer.Body.Close()
		return nil, statusFault(answer.StatusCode, retryAfter(answer.Header))
	}
	return answer, nil
}

func (c *chat) body(p Prompt, form int) map[string]any {
	body := map[string]any{
		"model": c.endpoint.Model, "max_tokens": p.MaxTokens, "temperature": 0, "stream": false,
		"messages": []map[string]string{{"role": "system", "content": p.System}, {"role": "user", "content": p.User}},
	}
	if c.endpoint.Effort != "" {
		body["reasoning_effort"] = c.endpoint.Effort
		delete(body, "temperature") // which reasoning models reject
	}
	if p.Likelihoods {
		body["logprobs"], body["top_logprobs"] = true, mostLikely
	}
	switch {
	case p.Schema == nil:
	case form == formSchema:
		body["response_format"] = map[string]any{
			"type": "json_schema", "json_schema": map[string]any{"name": "grades", "strict": true, "schema": p.Schema},
		}
	case form == formJSON:
		body["response_format"] = map[string]any{"type": "json_object"}
	}
	return body
}

// mostLikely tokens that are asked for.
const mostLikely = 20

// completion is what is read of an answer.
type completion struct {
	Choices []struct {
		Message struct {
			Content string  `json:"content"`
			Refusal *string `json:"refusal"`
		} `json:"message"`
		FinishReason string `json:"finish_reason"`
		Logprobs     *struct {
			Content []struct {
				TopLogprobs []struct {
					Token   string  `json:"token"`
					Logprob float64 `json:"logprob"`
				} `json:"top_logprobs"`
			} `json:"content"`
		} `json:"logprobs"`
	} `json:"choices"`
	Usage struct {
		PromptTokens        int64 `json:"prompt_tokens"`
		CompletionTokens    int64 `json:"completion_tokens"`
		PromptTokensDetails struct {
			CachedTokens int64 `json:"cached_tokens"`
		} `json:"prompt_tokens_details"`
	} `json:"usage"`
	Error json.RawMessage `json:"error"`
}

func readCompletion(data []byte) (Reply, error) {
	var c completion
	if err := json.Unmarshal(data, &c); err != nil {
		return Reply{}, &Fault{Kind: Malformed}
	}
	cached := count(c.Usage.PromptTokensDetails.CachedTokens)
	r := Reply{Tokens: Tokens{Input: max(0, count(c.Usage.PromptTokens)-cached), Cached: cached, Output: count(c.Usage.CompletionTokens)}}
	switch {
	case len(c.Error) > 0 && string(c.Error) != "null":
		return r, &Fault{Kind: Broken}
	case len(c.Choices) == 0:
		return r, &Fault{Kind: Malformed}
	case c.Choices[0].Message.Refusal != nil && *c.Choices[0].Message.Refusal != "":
		return r, &Fault{Kind: Refused}
	}
	choice := c.Choices[0]
	r.Text = choice.Message.Content
	if choice.Logprobs != nil && len(choice.Logprobs.Content) > 0 {
		r.Likelihoods = map[string]float64{}
		for _, t := range choice.Logprobs.Content[0].TopLogprobs {
			r.Likelihoods[t.Token] = t.Logprob
		}
	}
	if r.Likelihoods != nil && choice.FinishReason == "length" {
		return r, nil // one token was asked for
	}
	return r, stopped(choice.FinishReason)
}

// isJSONError reports that an answer was no JSON, or another JSON than expected.
func isJSONError(err error) bool {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	return errors.As(err, &syntax) || errors.As(err, &kind)
}
