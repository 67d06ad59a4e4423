package gateway

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/splitrank/splitrank/shared/api"
)

// refusal is a status of the origin's other than 200.
type refusal struct {
	status int
	fault  *api.Error // what it said; nil = it said nothing that is understood here
}

// Error is for the log.
func (r *refusal) Error() string {
	if r.fault == nil {
		return "the origin answered with status " + strconv.Itoa(r.status)
	}
	return fmt.Sprintf("the origin answered with status %d, code %q", r.status, r.fault.Code)
}

// read the body of an answer, whatever its status, within the limit of a body.
func read(a *Answer, l api.Limits) ([]byte, error) {
	defer a.Body.Close()
	body, err := io.ReadAll(io.LimitReader(a.Body, int64(l.BodyBytes)+1))
	switch {
	case errors.Is(err, ErrDeadline):
		return nil, err
	case err != nil:
		return nil, fmt.Errorf("reading the origin's answer: %w", err)
	case len(body) > l.BodyBytes:
		return nil, fmt.Errorf("reading the origin's answer: it is longer than %d bytes", l.BodyBytes)
	case a.Status != http.StatusOK:
		return nil, refused(a, body)
	}
	return body, nil
}

func refused(a *Answer, body []byte) *refusal {
	fault, err := api.DecodeError(body)
	if err != nil {
		return &refusal{status: a.Status}
	}
	fault.RetryAfter, _ = strconv.Atoi(a.Header.Get("Retry-After"))
	return &refusal{a.Status, fault}
}

func understood(body []byte) (*api.Response, error) {
	heard, err := api.DecodeResponse(body)
	if err != nil {
		return nil, notUnderstood(err)
	}
	return heard, nil
}

// notUnderstood takes the code of err only: its message is about the origin's
// words, and it is not the caller's fault.
func notUnderstood(err error) error {
	var fault *api.Error
	if errors.As(err, &fault) {
		return fmt.Errorf("reading the origin's answer: %s at %q", fault.Code, fault.Field)
	}
	return errors.New("reading the origin's answer: " + err.Error())
}

// check holds an answer to its promises: every document that was asked about
// once, scores in [0, 1] that never rise.
func (t *task) check(heard *api.Response) error {
	if len(heard.Results) != len(t.kept) {
		return fmt.Errorf("the origin answered with %d results for %d documents", len(heard.Results), len(t.kept))
	}
	seen, least := make([]bool, len(t.kept)), 1.0
	for i := range heard.Results {
		r := &heard.Results[i]
		switch {
		case r.Index < 0 || r.Index >= len(seen):
			return fmt.Errorf("the origin's result %d is for document %d of %d", i, r.Index, len(seen))
		case seen[r.Index]:
			return fmt.Errorf("the origin's result %d is for document %d again", i, r.Index)
		case !(r.RelevanceScore >= 0 && r.RelevanceScore <= least):
			return fmt.Errorf("the origin's result %d has score %v, outside 0 to %v", i, r.RelevanceScore, least)
		case (r.ScoredBy == string(api.CrossEncoder)) != (r.Logit != nil):
			return fmt.Errorf("the origin's result %d is scored by %.40q, which does not go with its logit", i, r.ScoredBy)
		}
		seen[r.Index], least = true, r.RelevanceScore
	}
	return nil
}
