package llm

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/anthropics/anthropic-sdk-go/v2"
	"github.com/anthropics/anthropic-sdk-go/v2/option"
)

// claude asks the Messages API by its own SDK, whose retries are off: they obey
// any Retry-After. See RATIONALE: why-the-sdk-does-not-retry.
type claude struct {
	client anthropic.Client
	model  string
	effort string
}

func newAnthropic(e Endpoint) *claude {
	options := []option.RequestOption{
		option.WithoutEnvironmentDefaults(), option.WithoutOpenTelemetry(), option.WithMaxRetries(0),
		option.WithHTTPClient(newHTTPClient()),
	}
	if e.Key != "" {
		options = append(options, option.WithHeader("x-api-key", e.Key), option.WithAPIKey(e.Key))
	}
	if e.URL != "" {
		options = append(options, option.WithBaseURL(strings.TrimSuffix(e.URL, "/")))
	}
	return &claude{anthropic.NewClient(options...), e.Model, e.Effort}
}

// Ask implements Client. Likelihoods are not to be had from this API.
func (c *claude) Ask(ctx context.Context, p Prompt) (Reply, error) {
	m, err := c.client.Messages.New(ctx, c.params(p))
	if err != nil {
		return Reply{}, claudeFault(ctx, err)
	}
	return replyOf(m)
}

// replyOf a message. The error is why it is none.
func replyOf(m *anthropic.Message) (Reply, error) {
	r := Reply{Tokens: Tokens{
		Input: count(m.Usage.InputTokens), CacheWrite: count(m.Usage.CacheCreationInputTokens),
		Cached: count(m.Usage.CacheReadInputTokens), Output: count(m.Usage.OutputTokens),
	}}
	for _, block := range m.Content {
		if block.Type == "text" {
			r.Text += block.Text
		}
	}
	return r, stopped(string(m.StopReason))
}

// count of tokens, which no endpoint can make negative or absurd.
func count(n int64) int { return int(min(max(n, 0), 1<<30)) }

func (c *claude) params(p Prompt) anthropic.MessageNewParams {
	params := anthropic.MessageNewParams{
		Model: anthropic.Model(c.model), MaxTokens: int64(p.MaxTokens),
		System:   []anthropic.TextBlockParam{{Text: p.System}},
		Messages: []anthropic.MessageParam{anthropic.NewUserMessage(anthropic.NewTextBlock(p.User))},
	}
	params.OutputConfig.Effort = anthropic.OutputConfigEffort(c.effort)
	if p.Schema != nil {
		params.OutputConfig.Format = anthropic.JSONOutputFormatParam{Schema: p.Schema}
	}
	return params
}

// stopped is what a reason to stop means for an answer.
func stopped(reason string) error {
	switch reason {
	case "refusal", "content_filter":
		return &Fault{Kind: Refused}
	case "max_tokens", "model_context_window_exceeded", "length":
		return &Fault{Kind: Cut}
	case "end_turn", "stop_sequence", "stop":
		return nil
	}
	return &Fault{Kind: Malformed}
}

// claudeFault keeps of an error what may be said.
func claudeFault(ctx context.Context, err error) error {
	var fault *Fault
	var refused *anthropic.Error
	switch {
	case errors.As(err, &fault):
		return fault
	case errors.As(err, &refused) && refused.Response != nil:
		if refused.StatusCode < http.StatusBadRequest {
			return &Fault{Kind: Malformed}
		}
		f := statusFault(refused.StatusCode, retryAfter(refused.Response.Header))
		if string(refused.Type()) == "overloaded_error" {
			f.Kind = Overloaded
		}
		return f
	case ctx.Err() != nil:
		return &Fault{Kind: Late}
	case isJSONError(err):
		return &Fault{Kind: Malformed}
	}
	return faultOf(ctx, err)
}
