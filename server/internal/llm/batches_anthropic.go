package llm

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/anthropics/anthropic-sdk-go/v2"
	"github.com/anthropics/anthropic-sdk-go/v2/option"
)

// batchTimeout of one call about a batch, which may be large.
const batchTimeout = 10 * time.Minute

// What the results of a batch may be, whatever an endpoint sends.
const (
	mostResult    = 64 << 10 // bytes of one; a longer one is none
	resultsBeyond = 100      // results more than there were prompts
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

// batchID is one that can stand in a path and in a file.
func batchID(id string) bool {
	return id != "" && len(id) <= 200 && id == url.PathEscape(id) && strings.Trim(id, ".") != ""
}

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
	lines := bufio.NewReaderSize(answer.Body, mostResult)
	for range n + resultsBeyond {
		line, whole, err := nextLine(lines)
		if whole && len(line) > 0 {
			readResult(line, result)
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return faultOf(ctx, err)
		}
	}
	return &Fault{Kind: Oversized}
}

// newBatchClient bounds results by their number and lengths, not as a whole.
func newBatchClient() *http.Client {
	c := newHTTPClient()
	c.Transport = c.Transport.(boundedTransport).behind
	return c
}

// nextLine of at most mostResult bytes; a longer one is passed over, and not whole.
func nextLine(r *bufio.Reader) (line []byte, whole bool, err error) {
	line, err = r.ReadSlice('\n')
	if !errors.Is(err, bufio.ErrBufferFull) {
		return line, true, err
	}
	for passed := 0; errors.Is(err, bufio.ErrBufferFull); passed++ {
		if passed > 1024 {
			return nil, false, &Fault{Kind: Oversized}
		}
		_, err = r.ReadSlice('\n')
	}
	return nil, false, err
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
