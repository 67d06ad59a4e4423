package llm

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"time"
)

// OpenAI's protocol for batches: a file of prompts is uploaded, a batch is made of it,
// and its results lie in two files more, one of them for what failed.

// CreateBatch implements Batches. See RATIONALE: why-batches-are-named-by-their-texts.
func (c *chat) CreateBatch(ctx context.Context, prompts map[string]Prompt) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, batchTimeout)
	defer cancel()
	names := slices.Sorted(maps.Keys(prompts))
	if len(names) == 0 {
		return "", &Fault{Kind: Malformed}
	}
	if err := c.chooseForm(ctx, prompts[names[0]]); err != nil {
		return "", err
	}
	file, err := c.upload(ctx, names, prompts)
	if err != nil {
		return "", err
	}
	var b openAIBatch
	err = c.exchange(ctx, http.MethodPost, "/batches", map[string]string{
		"input_file_id": file, "endpoint": "/v1/chat/completions", "completion_window": "24h",
	}, &b)
	if err = noBatches(err); err != nil {
		c.forget(ctx, file, err)
		return "", err
	}
	if !batchID(b.ID) {
		return "", &Fault{Kind: Malformed}
	}
	return b.ID, nil
}

// chooseForm of structured output by a single call: in a batch, each prompt would fail
// by itself, a day later. What else becomes of that call does not matter.
func (c *chat) chooseForm(ctx context.Context, p Prompt) error {
	_, err := c.Ask(ctx, p)
	var f *Fault
	if errors.As(err, &f) && (f.Kind == Unauthorized || f.Kind == Rejected) {
		return f
	}
	if ctx.Err() != nil {
		return faultOf(ctx, ctx.Err())
	}
	return nil
}

// upload prompts as a file of JSON lines, and return its id.
func (c *chat) upload(ctx context.Context, names []string, prompts map[string]Prompt) (id string, err error) {
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	err = w.WriteField("purpose", "batch")
	file, fileErr := w.CreateFormFile("file", "prompts.jsonl")
	if err = errors.Join(err, fileErr); err != nil {
		return "", fmt.Errorf("writing prompts: %w", err)
	}
	lines := json.NewEncoder(file)
	for _, name := range names {
		line := map[string]any{
			"custom_id": name, "method": http.MethodPost, "url": "/v1/chat/completions", "body": c.body(prompts[name], int(c.form.Load())),
		}
		if err := lines.Encode(line); err != nil {
			return "", fmt.Errorf("writing prompts: %w", err)
		}
	}
	if err := w.Close(); err != nil {
		return "", fmt.Errorf("writing prompts: %w", err)
	}
	var made struct {
		ID string `json:"id"`
	}
	if err := noBatches(c.send(ctx, http.MethodPost, "/files", w.FormDataContentType(), &form, &made)); err != nil {
		return "", err
	}
	if !batchID(made.ID) {
		return "", &Fault{Kind: Malformed}
	}
	return made.ID, nil
}

// forget an uploaded file, if the endpoint has certainly made no batch of it.
func (c *chat) forget(ctx context.Context, file string, err error) {
	if f := faultOf(ctx, err); f.Status >= 400 && f.Status < 500 {
		_ = c.send(ctx, http.MethodDelete, "/files/"+file, "", nil, nil) // what is left costs nothing
	}
}

// noBatches makes of an error that the path is not there what it means for a batch.
func noBatches(err error) error {
	var f *Fault
	if errors.As(err, &f) && (f.Status == http.StatusNotFound || f.Status == http.StatusMethodNotAllowed || f.Status == http.StatusNotImplemented) {
		return &Fault{Kind: NoBatches, Status: f.Status}
	}
	return err
}

// openAIBatch is what is read of a batch.
type openAIBatch struct {
	ID     string `json:"id"`
	Status string `json:"status"`
	Output string `json:"output_file_id"`
	Errors string `json:"error_file_id"`
	Counts struct {
		Total     int64 `json:"total"`
		Completed int64 `json:"completed"`
		Failed    int64 `json:"failed"`
	} `json:"request_counts"`
}

// BatchState implements Batches.
func (c *chat) BatchState(ctx context.Context, id string) (BatchState, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	b, err := c.batch(ctx, id)
	var f *Fault
	if errors.As(err, &f) && f.Status == http.StatusNotFound {
		return BatchState{Gone: true}, nil
	}
	if err != nil {
		return BatchState{}, err
	}
	s := BatchState{Done: count(b.Counts.Completed) + count(b.Counts.Failed), Total: count(b.Counts.Total)}
	switch b.Status {
	case "completed":
		s.Ended = true
	case "failed", "expired", "cancelled":
		s.Ended, s.Why = true, b.Status
	case "validating", "in_progress", "finalizing", "cancelling":
	default:
		return BatchState{}, &Fault{Kind: Malformed}
	}
	return s, nil
}

func (c *chat) batch(ctx context.Context, id string) (b openAIBatch, err error) {
	err = c.exchange(ctx, http.MethodGet, "/batches/"+id, nil, &b)
	if err == nil && b.ID != id {
		err = &Fault{Kind: Malformed}
	}
	b.Status = strings.ToLower(b.Status) // some servers write it in capitals
	return b, err
}

// BatchResults implements Batches. A batch that expired or was cancelled has what was
// answered until then; one that failed, or of which nothing failed, lacks a file.
func (c *chat) BatchResults(ctx context.Context, id string, n int, result func(string, Reply, error)) error {
	ctx, cancel := context.WithTimeout(ctx, batchTimeout)
	defer cancel()
	b, err := c.batch(ctx, id)
	if err != nil {
		return err
	}
	left := n + resultsBeyond
	for _, file := range []string{b.Output, b.Errors} {
		if file == "" {
			continue
		}
		if !batchID(file) {
			return &Fault{Kind: Malformed}
		}
		if err := c.download(ctx, file, &left, result); err != nil {
			return err
		}
	}
	return nil
}

func (c *chat) download(ctx context.Context, file string, left *int, result func(string, Reply, error)) error {
	answer, err := c.request(ctx, newBatchClient(), http.MethodGet, "/files/"+file+"/content", "", nil)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	return readLines(ctx, answer.Body, left, func(line []byte) { readOpenAIResult(line, result) })
}

func readOpenAIResult(line []byte, result func(string, Reply, error)) {
	var r struct {
		CustomID string `json:"custom_id"`
		Response *struct {
			Status int             `json:"status_code"`
			Body   json.RawMessage `json:"body"`
		} `json:"response"`
		Error *struct {
			Code string `json:"code"`
		} `json:"error"`
	}
	if json.Unmarshal(line, &r) != nil || r.CustomID == "" {
		return
	}
	switch {
	case r.Error != nil && r.Error.Code == "batch_expired":
		result(r.CustomID, Reply{}, &Fault{Kind: Late})
	case r.Error != nil || r.Response == nil:
		result(r.CustomID, Reply{}, &Fault{Kind: Broken})
	case r.Response.Status != http.StatusOK:
		result(r.CustomID, Reply{}, statusFault(r.Response.Status, 0))
	default:
		reply, err := readCompletion(r.Response.Body)
		result(r.CustomID, reply, err)
	}
}

// BatchShare implements Batches: what a batch costs differs from maker to maker.
func (c *chat) BatchShare() float64 { return 0 }
