package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/splitrank/splitrank/shared/api"
)

// warmServer is a server that reads and keeps documents.
type warmServer struct {
	url, key string
	limits   serverLimits
}

// serverLimits are those of GET /info that matter.
type serverLimits struct {
	Body      int `json:"body_bytes"`
	Documents int `json:"documents"`
	Total     int `json:"total_bytes"`
}

// mostAnswer bounds what is read of a server's answer, in bytes.
const mostAnswer = 1 << 20

// newWarmServer asks a server for its limits.
func newWarmServer(ctx context.Context, url, key string) (*warmServer, error) {
	s := &warmServer{url: strings.TrimSuffix(url, "/"), key: key}
	body, _, err := s.ask(ctx, http.MethodGet, "/info", nil)
	if err != nil {
		return nil, err
	}
	info := struct {
		Limits serverLimits `json:"limits"`
	}{}
	if err := json.Unmarshal(body, &info); err != nil || info.Limits.Documents < 1 || info.Limits.Total < 1 {
		return nil, fmt.Errorf("%s/info does not tell the limits of a splitrank server", s.url)
	}
	s.limits = info.Limits
	return s, nil
}

// keeper in bodies that the server takes, and answers in a fraction of its time-out.
func (s *warmServer) keeper(model string) keeper {
	const most = 200
	const escaped = 6 // bytes of JSON for a byte of text, at worst
	return keeper{
		keep: func(ctx context.Context, req *api.DocumentsRequest) (api.Kept, error) {
			req.Model = model
			return s.keep(ctx, req)
		},
		most: min(most, s.limits.Documents), bytes: min(s.limits.Total, s.limits.Body/escaped-64*most),
	}
}

// mostTries of a body that a busy server refuses.
const mostTries = 100

// keep sends documents, again where the server is busy: what it has read by then it
// knows.
func (s *warmServer) keep(ctx context.Context, req *api.DocumentsRequest) (api.Kept, error) {
	body := api.AppendDocuments(nil, req)
	for try := 1; ; try++ {
		answer, after, err := s.ask(ctx, http.MethodPost, "/documents", body)
		if err == nil {
			return api.DecodeKept(answer)
		}
		if after == 0 || try == mostTries {
			return api.Kept{}, err
		}
		select {
		case <-time.After(after):
		case <-ctx.Done():
			return api.Kept{}, context.Cause(ctx)
		}
	}
}

// ask a server. Where it is worth trying again after is when.
func (s *warmServer) ask(ctx context.Context, method, path string, body []byte) (answer []byte, after time.Duration, err error) {
	r, err := http.NewRequestWithContext(ctx, method, s.url+path, bytes.NewReader(body))
	if err != nil {
		return nil, 0, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "splitrank/"+thisBuild().Version)
	if s.key != "" {
		r.Header.Set("Authorization", "Bearer "+s.key)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, 0, err
	}
	defer response.Body.Close()
	answer, err = io.ReadAll(io.LimitReader(response.Body, mostAnswer))
	if err != nil || response.StatusCode == http.StatusOK {
		return answer, 0, err
	}
	return nil, retryAfter(response), s.refused(response, answer)
}

// retryAfter of an answer that says to come again; 0 = it does not.
func retryAfter(r *http.Response) time.Duration {
	seconds, err := strconv.Atoi(r.Header.Get("Retry-After"))
	if r.StatusCode != http.StatusTooManyRequests || err != nil {
		return 0
	}
	return time.Duration(min(max(seconds, 1), 60)) * time.Second
}

func (s *warmServer) refused(r *http.Response, answer []byte) error {
	if fault, err := api.DecodeError(answer); err == nil {
		return fmt.Errorf("%s answered %d: %s", s.url, r.StatusCode, fault.Message)
	}
	return errors.New(s.url + " answered " + r.Status)
}
