package llm

import (
	"context"
	"errors"

	"github.com/splitrank/splitrank/server/internal/tracing"
)

// traced asks, and notes the call by OpenTelemetry's conventions for generative models:
// which model, how many tokens, whether it failed. The trace is not handed on:
// see RATIONALE: why-traces-do-not-follow-to-an-llm.
func (j *Judge) traced(ctx context.Context, p Prompt) (Reply, error) {
	ctx, span := tracing.StartCall(ctx, tracing.GenAIChat+" "+j.config.Model)
	defer span.End()
	reply, err := j.config.Client.Ask(ctx, p)
	span.Word(tracing.GenAIOperation, tracing.GenAIChat)
	span.Word(tracing.GenAIProvider, j.config.Protocol)
	span.Word(tracing.GenAIModel, j.config.Model)
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
