package llm

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// Prompt is one call, whatever the endpoint speaks.
type Prompt struct {
	System, User string
	// Schema of the answer, a JSON schema; nil = free text.
	Schema map[string]any
	// MaxTokens of the answer.
	MaxTokens int
	// Likelihoods asks for one token and the likeliest in its place.
	Likelihoods bool
}

// Reply is what came back.
type Reply struct {
	Text string
	// Likelihoods of first tokens, as natural logarithms.
	Likelihoods map[string]float64
	Tokens      Tokens
}

// Tokens of one or more calls, as the endpoint counts them.
type Tokens struct {
	// Input that was read, without what came from the provider's cache; CacheWrite
	// of it was written there. Output is what was written, thinking included.
	Input, CacheWrite, Cached, Output int
}

func (t Tokens) plus(u Tokens) Tokens {
	return Tokens{t.Input + u.Input, t.CacheWrite + u.CacheWrite, t.Cached + u.Cached, t.Output + u.Output}
}

// Client speaks one protocol. It tries once, and ends with ctx. Every error is a
// *Fault or what faultOf makes one of.
type Client interface {
	Ask(ctx context.Context, p Prompt) (Reply, error)
}

// Protocols that a Client can speak.
const (
	Anthropic = "anthropic"
	OpenAI    = "openai"
)

// Endpoint is where a model is asked. It is the operator's alone.
type Endpoint struct {
	// Model by the endpoint's own id.
	Model string
	// URL that the paths of the protocol are put behind, as
	// http://localhost:11434/v1; "" = that of the model's maker.
	URL string
	// Protocol, Anthropic or OpenAI; "" = Anthropic without a URL or for a model
	// called claude, else OpenAI.
	Protocol string
	// Key; "" = none is sent.
	Key string
	// Effort that the model is asked to make; "" = its own choice.
	Effort string
}

// NewClient makes a Client of an endpoint. The error names no address.
func NewClient(e Endpoint) (Client, error) {
	if e.Model == "" {
		return nil, fmt.Errorf("an llm has no model")
	}
	if e.URL != "" {
		u, err := url.Parse(e.URL)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			return nil, fmt.Errorf("the URL of the llm is not like https://host/v1")
		}
		if u.User != nil {
			return nil, fmt.Errorf("the URL of the llm holds a user: give the key as a key")
		}
	}
	switch e.protocol() {
	case Anthropic:
		if e.URL == "" && e.Key == "" {
			return nil, fmt.Errorf("model %q needs a key", e.Model)
		}
		return newAnthropic(e), nil
	case OpenAI:
		if e.URL == "" {
			return nil, fmt.Errorf("model %q needs the URL of its endpoint", e.Model)
		}
		return newOpenAI(e), nil
	}
	return nil, fmt.Errorf("protocol %q of the llm is neither %s nor %s", e.Protocol, Anthropic, OpenAI)
}

func (e Endpoint) protocol() string {
	switch {
	case e.Protocol != "":
		return e.Protocol
	case e.URL == "" || isClaude(e.Model):
		return Anthropic
	}
	return OpenAI
}

func isClaude(model string) bool { return len(model) > 7 && model[:7] == "claude-" }

// What an endpoint may answer, and how long it may let a connection stand.
const (
	mostReply   = 1 << 20 // bytes
	mostHeaders = 64 << 10
	dialTimeout = 5 * time.Second
)

// newHTTPClient reads no more than mostReply and follows no redirect, which
// could lead the key elsewhere.
func newHTTPClient() *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxResponseHeaderBytes, t.TLSHandshakeTimeout = mostHeaders, dialTimeout
	t.MaxIdleConnsPerHost = 32
	return &http.Client{
		Transport:     boundedTransport{t},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Speaks is the protocol of the endpoint.
func (e Endpoint) Speaks() string { return e.protocol() }

// SpeaksOpenAI reports whether the endpoint speaks OpenAI's protocol.
func (e Endpoint) SpeaksOpenAI() bool { return e.protocol() == OpenAI }
