package llm

import (
	"context"
	"errors"

	"github.com/splitrank/splitrank/server/internal/tracing"
)

// traced asks, and notes the call by OpenTelemetry's conventions for generative models:
// which model, how many tokens, whether it failed. The trace is not handed on:
// see RATIONALE: why-traces-do-not-follow-to-an-llm.
func (s *session) traced(ctx context.Context, p Prompt) (Reply, error) {
	ctx, span := tracing.StartCall(ctx, tracing.GenAIChat+" "+s.judge.config.Model)
	defer span.End()
	reply, err := s.judge.config.Client.Ask(ctx, p)
	span.Word(tracing.GenAIOperation, tracing.GenAIChat)
	span.Word(tracing.GenAIProvider, s.judge.config.Protocol)
	span.Word(tracing.GenAIModel, s.judge.config.Model)
	span.Int(tracing.GenAITokensIn, reply.Tokens.Input+reply.Tokens.CacheWrite+reply.Tokens.Cached)
	span.Int(tracing.GenAITokensOut, reply.Tokens.Output)
	if err != nil {
		span.Fail(kindOf(err))
	}
	return reply, err
}

// kindOf an error, in words of this program.
func kindOf(err error) string {
	var f *Fault
	if errors.As(err, &f) {
		return string(f.Kind)
	}
	return "connection"
}
