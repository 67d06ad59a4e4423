package llm

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/splitrank/splitrank/shared/api"
)

// Kind of a Fault.
type Kind string

// The kinds. Some are worth another try: see Kind.transient.
const (
	Overloaded   Kind = "is overloaded"                  // 429, 503, 529, or said in the body
	Broken       Kind = "failed"                         // 5xx
	Unreachable  Kind = "cannot be reached"              // no answer, or one that was cut off
	Late         Kind = "did not answer in time"         // the deadline, or --llm-timeout
	Refused      Kind = "refused to answer"              // stop reason refusal, content filter
	Cut          Kind = "was cut off by its token limit" // max_tokens, context window
	Malformed    Kind = "answered with no grades"        // not the JSON that was asked for
	Oversized    Kind = "answered with too much"         // more bytes than any answer has
	Unauthorized Kind = "refused the key"                // 401, 403, and 402: no credit
	Rejected     Kind = "rejected the request"           // other 4xx, redirects
	OverBudget   Kind = "would cost more than is allowed"
	OpenCircuit  Kind = "is left alone after many failures"
	Busy         Kind = "has no call to spare" // --llm-concurrency
	NoBatches    Kind = "has no batches"       // no such path
)

// transient says that the same call may do better in a moment.
func (k Kind) transient() bool { return k == Overloaded || k == Broken || k == Unreachable }

// Fault is why a call of the endpoint brought nothing. Its text quotes neither
// what was asked nor what was answered, and no address.
type Fault struct {
	Kind Kind
	// Status of the answer; 0 = there was none, or it is not to blame.
	Status int
	// RetryAfter is what the endpoint asks to wait; 0 = it did not say.
	RetryAfter time.Duration
	// unsent says that there was no connection, so nothing was read and nothing is billed.
	unsent bool
}

// Error implements error.
func (f *Fault) Error() string {
	s := "the llm " + string(f.Kind)
	if f.Status != 0 {
		s += " (status " + strconv.Itoa(f.Status) + ")"
	}
	return s
}

// Reason of the answer that lacks what the call should have brought.
func (f *Fault) Reason() string {
	switch f.Kind {
	case Late:
		return api.ReasonDeadline
	case Overloaded, OpenCircuit, Busy:
		return api.ReasonOverload
	case OverBudget:
		return api.ReasonBudget
	}
	return api.ReasonModel
}

// faultOf any error of a call. What is not known is not quoted.
func faultOf(ctx context.Context, err error) *Fault {
	var fault *Fault
	switch {
	case err == nil:
		return nil
	case errors.As(err, &fault):
		return fault
	case ctx.Err() != nil || errors.Is(err, context.DeadlineExceeded):
		return &Fault{Kind: Late}
	}
	return &Fault{Kind: Unreachable}
}

// statusFault is what a status other than 200 means.
func statusFault(status int, retryAfter time.Duration) *Fault {
	kind := Rejected
	switch {
	case status == 429 || status == 503 || status == 529:
		kind = Overloaded
	case status == 401 || status == 402 || status == 403:
		kind = Unauthorized
	case status == 408 || status == 409 || status >= 500:
		kind = Broken
	}
	return &Fault{Kind: kind, Status: status, RetryAfter: retryAfter}
}
