package llm

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/anthropics/anthropic-sdk-go/v2"
	"github.com/anthropics/anthropic-sdk-go/v2/option"
)

// CreateBatch implements Batches. See RATIONALE: why-batches-are-named-by-their-texts.
func (c *claude) CreateBatch(ctx context.Context, prompts map[string]Prompt) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, batchTimeout)
	defer cancel()
	var params anthropic.MessageBatchNewParams
	for name, p := range prompts {
		m := c.params(p)
		params.Requests = append(params.Requests, anthropic.MessageBatchNewParamsRequest{
			CustomID: name,
			Params: anthropic.MessageBatchNewParamsRequestParams{
				Model: m.Model, MaxTokens: m.MaxTokens, System: m.System, Messages: m.Messages, OutputConfig: m.OutputConfig,
			},
		})
	}
	b, err := c.client.Messages.Batches.New(ctx, params)
	if err != nil {
		return "", claudeFault(ctx, err)
	}
	if !batchID(b.ID) {
		return "", &Fault{Kind: Malformed}
	}
	return b.ID, nil
}

// BatchShare implements Batches.
func (c *claude) BatchShare() float64 { return 0.5 }

// BatchState implements Batches.
func (c *claude) BatchState(ctx context.Context, id string) (BatchState, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	b, err := c.client.Messages.Batches.Get(ctx, id, anthropic.MessageBatchGetParams{})
	var refused *anthropic.Error
	if errors.As(err, &refused) && refused.StatusCode == http.StatusNotFound {
		return BatchState{Gone: true}, nil
	}
	if err != nil {
		return BatchState{}, claudeFault(ctx, err)
	}
	n := b.RequestCounts
	done := count(n.Succeeded) + count(n.Errored) + count(n.Canceled) + count(n.Expired)
	return BatchState{
		Ended: b.ProcessingStatus == anthropic.MessageBatchProcessingStatusEnded, Gone: !b.ArchivedAt.IsZero(),
		Done: done, Total: done + count(n.Processing),
	}, nil
}

// BatchResults implements Batches. They are read from the path of the batch; where
// the endpoint says that they are is not followed, which could lead the key elsewhere.
func (c *claude) BatchResults(ctx context.Context, id string, n int, result func(string, Reply, error)) error {
	ctx, cancel := context.WithTimeout(ctx, batchTimeout)
	defer cancel()
	var answer *http.Response
	err := c.client.Get(ctx, "v1/messages/batches/"+id+"/results", nil, &answer, option.WithHTTPClient(newBatchClient()))
	if err != nil {
		return claudeFault(ctx, err)
	}
	defer answer.Body.Close()
	left := n + resultsBeyond
	return readLines(ctx, answer.Body, &left, func(line []byte) { readResult(line, result) })
}

func readResult(line []byte, result func(string, Reply, error)) {
	var r anthropic.MessageBatchIndividualResponse
	if json.Unmarshal(line, &r) != nil || r.CustomID == "" {
		return
	}
	switch r.Result.Type {
	case "succeeded":
		reply, err := replyOf(&r.Result.Message)
		result(r.CustomID, reply, err)
	case "expired":
		result(r.CustomID, Reply{}, &Fault{Kind: Late})
	default: // errored, canceled
		result(r.CustomID, Reply{}, &Fault{Kind: Broken})
	}
}
