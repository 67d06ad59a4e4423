package ubi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/splitrank/splitrank/shared/api"
)

// Limits of a body of events. Longer ones are refused, never cut.
const (
	// MaxBodyBytes is the length of the body.
	MaxBodyBytes = 256 << 10
	// MaxEvents in one body.
	MaxEvents = 100
	// maxID is the length of an id or a name, maxMessage that of a message.
	maxID      = 100
	maxMessage = 1024
)

// DecodeEvents reads the body of POST /events: an array of 1 to MaxEvents events, or
// one event by itself. Fields that the log does not keep are ignored, as a schema
// that is open wants it. now stands for timestamps that are left out. The error is an
// *api.Error.
func DecodeEvents(body []byte, now time.Time) ([]Event, error) {
	if !utf8.Valid(body) {
		return nil, api.NewError(api.InvalidUTF8, "the body is not UTF-8")
	}
	raw, err := elements(body)
	if err != nil {
		return nil, err
	}
	switch {
	case len(raw) == 0:
		return nil, &api.Error{Code: api.MissingField, Message: "there is no event: send 1 to " + strconv.Itoa(MaxEvents)}
	case len(raw) > MaxEvents:
		return nil, &api.Error{Code: api.BatchTooLarge, Message: fmt.Sprintf("there are %d events; at most %d are taken", len(raw), MaxEvents)}
	}
	events := make([]Event, len(raw))
	for i := range raw {
		if err := events[i].decode(i, raw[i], now); err != nil {
			return nil, err
		}
	}
	return events, nil
}

// elements of the body, none of them decoded.
func elements(body []byte) (raw []json.RawMessage, err error) {
	if trimmed := bytes.TrimSpace(body); len(trimmed) > 0 && trimmed[0] == '[' {
		err = json.Unmarshal(body, &raw)
		return raw, malformed("", err)
	}
	var one json.RawMessage
	err = json.Unmarshal(body, &one)
	return []json.RawMessage{one}, malformed("", err)
}

// malformed is err as the caller's error; nil stays nil.
func malformed(field string, err error) error {
	var kind *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &kind):
		if kind.Field != "" {
			field += "." + kind.Field
		}
		return &api.Error{Code: api.WrongType, Field: field, Message: field + " is a JSON " + kind.Value + ": see User Behavior Insights 1.3.0 for what it should be"}
	case errors.As(err, &syntax):
		return api.NewError(api.MalformedJSON, "the body is not JSON, at byte "+strconv.FormatInt(syntax.Offset, 10))
	case errors.Is(err, io.ErrUnexpectedEOF):
		return api.NewError(api.MalformedJSON, "the body ends too early")
	}
	return api.NewError(api.MalformedJSON, "the body is not JSON")
}

func (e *Event) decode(i int, raw json.RawMessage, now time.Time) error {
	at := "events[" + strconv.Itoa(i) + "]"
	if len(raw) == 0 || raw[0] != '{' {
		return &api.Error{Code: api.WrongType, Field: at, Message: at + " is no object"}
	}
	if err := malformed(at, json.Unmarshal(raw, e)); err != nil {
		return err
	}
	if e.Timestamp == "" {
		e.Timestamp = Timestamp(now)
	}
	return e.check(at)
}

func (e *Event) check(at string) error {
	if e.ActionName == "" {
		return &api.Error{Code: api.MissingField, Field: at + ".action_name", Message: at + " has no action_name, such as click"}
	}
	for name, text := range map[string]string{"action_name": e.ActionName, "query_id": e.QueryID, "session_id": e.SessionID, "client_id": e.ClientID, "user_id": e.UserID, "message_type": e.MessageType} {
		if len(text) > maxID {
			return tooLong(at+"."+name, maxID)
		}
	}
	if len(e.Message) > maxMessage {
		return tooLong(at+".message", maxMessage)
	}
	if _, err := time.Parse(time.RFC3339, e.Timestamp); err != nil {
		return &api.Error{Code: api.OutOfRange, Field: at + ".timestamp", Message: at + ".timestamp is not like 2026-11-30T12:00:00.000Z"}
	}
	return e.Attributes.check(at + ".event_attributes")
}

func (a *EventAttributes) check(at string) error {
	switch {
	case a == nil:
		return nil
	case a.Object != nil && len(a.Object.ObjectID) > api.MaxIDBytes:
		return tooLong(at+".object.object_id", api.MaxIDBytes)
	case a.Object != nil && len(a.Object.ObjectIDField) > maxID:
		return tooLong(at+".object.object_id_field", maxID)
	case a.Position != nil && (a.Position.Ordinal < 0 || a.Position.Ordinal > api.MaxNumber):
		return &api.Error{Code: api.OutOfRange, Field: at + ".position.ordinal", Message: at + ".position.ordinal is a place from 1"}
	}
	return nil
}

func tooLong(field string, limit int) error {
	return &api.Error{Code: api.TooLong, Field: field, Message: field + " is longer than " + strconv.Itoa(limit) + " bytes"}
}

// Timestamp as the records have it, in UTC to the millisecond.
func Timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z07:00") }
