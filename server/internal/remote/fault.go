package remote

import (
	"strconv"
	"time"

	"github.com/splitrank/splitrank/shared/api"
)

// Kind of a Fault, as metrics name it.
type Kind string

// The kinds.
const (
	Overloaded  Kind = "overloaded"  // 429 or 503
	Broken      Kind = "failed"      // 408 or another 5xx
	Unreachable Kind = "unreachable" // no answer, or one that was cut off
	Late        Kind = "late"        // no whole answer within the time of a try
	Rejected    Kind = "rejected"    // another status that is not 200, redirects too
	Malformed   Kind = "malformed"   // not what was asked for
	Oversized   Kind = "oversized"   // more bytes than the answer can have
	Changed     Kind = "changed"     // it is not known which model answered
	Unavailable Kind = "unavailable" // no backend is ready
	Abandoned   Kind = "abandoned"   // nobody waits for it any more
)

var kindTexts = map[Kind]string{
	Overloaded: "is overloaded", Broken: "failed", Unreachable: "cannot be reached", Late: "did not answer in time",
	Rejected: "rejected the request", Malformed: "answered with something else than scores", Oversized: "answered with too much",
	Changed: "does not say what it serves", Unavailable: "is not ready", Abandoned: "is not waited for any more",
}

// Fault is why a call brought no scores. Its text quotes neither what was asked nor
// what was answered.
type Fault struct {
	Kind Kind
	// Backend that is at fault; "" = all of them.
	Backend string
	// Status of the answer; 0 = there was none, or it is not to blame.
	Status int
	// RetryAfter is what the backend asks to wait; 0 = it did not say.
	RetryAfter time.Duration
	// Detail in the words of this program; "" = the kind says it all.
	Detail string
}

// Error implements error.
func (f *Fault) Error() string {
	s := "backend " + f.Backend + " " + kindTexts[f.Kind]
	switch {
	case f.Backend != "":
	case f.Kind == Unavailable:
		s = "no backend is ready"
	default:
		s = "a backend " + kindTexts[f.Kind]
	}
	if f.Status != 0 {
		s += " (status " + strconv.Itoa(f.Status) + ")"
	}
	if f.Detail != "" {
		s += ": " + f.Detail
	}
	return s
}

// Unwrap is what the caller of the server is told of an overload; nil of all else.
func (f *Fault) Unwrap() error {
	if f.Kind != Overloaded {
		return nil
	}
	return &api.Error{Code: api.Overloaded, Message: "the model's backends are overloaded", RetryAfter: max(1, int(f.RetryAfter.Seconds()))}
}

// Outage implements batch.Outage: what was asked is not to blame, so it is in vain
// to ask for parts of it. An engine that fails may do so because of one pair.
func (f *Fault) Outage() bool {
	switch f.Kind {
	case Overloaded, Unreachable, Late, Changed, Unavailable, Abandoned:
		return true
	}
	return false
}

// elsewhere reports that another backend may do better.
func (f *Fault) elsewhere() bool {
	return f.Kind != Overloaded && f.Kind != Rejected && f.Kind != Abandoned
}

// against reports that it counts against the backend.
func (f *Fault) against() bool { return f.Kind != Overloaded && f.Kind != Rejected }
