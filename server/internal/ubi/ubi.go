// Package ubi has the records of User Behavior Insights 1.3.0 that say what was
// shown and what was done with it, as OpenSearch keeps them in ubi_queries and
// ubi_events (github.com/o19s/ubi), and the ids that tie them together.
package ubi

import "github.com/splitrank/splitrank/server/internal/experiment"

// Query is one answer that was shown.
type Query struct {
	Application string `json:"application"`
	QueryID     string `json:"query_id"`
	ClientID    string `json:"client_id,omitempty"`
	// UserQuery is what the operator lets the log hold of it: see Words.
	UserQuery string `json:"user_query"`
	// Timestamp in ISO 8601 with a zone.
	Timestamp     string `json:"timestamp"`
	ObjectIDField string `json:"object_id_field"`
	ResponseID    string `json:"query_response_id"`
	// HitIDs are the documents in the order shown: the id, or the index in the
	// request where a document has none.
	HitIDs     []string   `json:"query_response_hit_ids"`
	Attributes Attributes `json:"query_attributes"`
}

// Attributes of a Query, which the schema leaves free.
type Attributes struct {
	Pipeline  string  `json:"pipeline,omitempty"` // as the request says
	Model     string  `json:"model,omitempty"`    // that scored
	Scorer    string  `json:"scorer,omitempty"`
	Language  string  `json:"language,omitempty"`
	Documents int     `json:"documents"`
	Scored    int     `json:"scored"`
	Cached    int     `json:"cached"`
	LatencyMS float64 `json:"latency_ms"`
	Degraded  bool    `json:"degraded,omitempty"`
	Reason    string  `json:"reason,omitempty"`
	// Error is the code of an answer that there was none of.
	Error      string    `json:"error,omitempty"`
	Experiment *Exposure `json:"experiment,omitempty"`
}

// Exposure is what an experiment did to an answer.
type Exposure struct {
	experiment.Experiment
	Digest string `json:"digest"`
	// Arm that was shown, by its name; of an interleaving none.
	Arm string `json:"arm,omitempty"`
	// Teams are the owners of the places of an interleaved list, Rankings what it
	// was drawn from.
	Teams    string      `json:"teams,omitempty"`
	Rankings [][]string  `json:"rankings,omitempty"`
	Answers  []ArmAnswer `json:"answers,omitempty"`
	// Shadow compares what was shown with the second arm's ranking.
	Shadow *experiment.Comparison `json:"shadow,omitempty"`
}

// ArmAnswer is how one arm answered.
type ArmAnswer struct {
	Arm       string  `json:"arm"`
	Model     string  `json:"model,omitempty"`
	LatencyMS float64 `json:"latency_ms"`
	Degraded  bool    `json:"degraded,omitempty"`
	Reason    string  `json:"reason,omitempty"`
	Error     string  `json:"error,omitempty"`
}

// Event is something that somebody did with an answer.
type Event struct {
	ActionName string `json:"action_name"`
	QueryID    string `json:"query_id,omitempty"`
	SessionID  string `json:"session_id,omitempty"`
	ClientID   string `json:"client_id,omitempty"`
	UserID     string `json:"user_id,omitempty"`
	// Timestamp in ISO 8601 with a zone; "" in a body = when it came.
	Timestamp   string           `json:"timestamp"`
	MessageType string           `json:"message_type,omitempty"`
	Message     string           `json:"message,omitempty"`
	Attributes  *EventAttributes `json:"event_attributes,omitempty"`
}

// EventAttributes say what of the answer it was done with.
type EventAttributes struct {
	Position *Position `json:"position,omitempty"`
	Object   *Object   `json:"object,omitempty"`
}

// Position in the answer, from 1.
type Position struct {
	Ordinal int `json:"ordinal"`
}

// Object is the document.
type Object struct {
	ObjectID      string `json:"object_id"`
	ObjectIDField string `json:"object_id_field,omitempty"`
}

// Place of the event in an answer, from 0: where its object is, else its position.
func (e *Event) Place(hits []string) (place int, ok bool) {
	a := e.Attributes
	if a == nil {
		return 0, false
	}
	if a.Object != nil && a.Object.ObjectID != "" {
		for i, id := range hits {
			if id == a.Object.ObjectID {
				return i, true
			}
		}
		return 0, false
	}
	if a.Position != nil && a.Position.Ordinal >= 1 && a.Position.Ordinal <= len(hits) {
		return a.Position.Ordinal - 1, true
	}
	return 0, false
}

// Taken says what became of the events of one body.
type Taken struct {
	// Accepted ones go to the log.
	Accepted int `json:"accepted"`
	// Unknown ones name no query id that this deployment gave out, Late ones one that
	// is too old.
	Unknown int `json:"unknown"`
	Late    int `json:"late"`
}
