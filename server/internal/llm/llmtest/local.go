package llmtest

import (
	"context"

	"github.com/splitrank/splitrank/server/internal/llm"
)

// Local is the same endpoint without HTTP, for measurements of many requests. It
// implements llm.Client.
type Local struct{ *Server }

// Ask implements llm.Client.
func (l Local) Ask(ctx context.Context, p llm.Prompt) (llm.Reply, error) {
	if ctx.Err() != nil {
		return llm.Reply{}, &llm.Fault{Kind: llm.Late}
	}
	c := Call{System: p.System, User: p.User, Schema: p.Schema != nil, MaxTokens: p.MaxTokens, Likelihoods: p.Likelihoods}
	c.read()
	l.mu.Lock()
	c.Number = len(l.calls) + 1
	l.calls = append(l.calls, c)
	l.mu.Unlock()
	text := l.Text(c)
	read, wrote := l.Bill(c, text)
	return llm.Reply{Text: text, Tokens: llm.Tokens{Input: read, Output: wrote}}, nil
}
