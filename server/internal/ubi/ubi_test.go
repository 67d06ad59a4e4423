package ubi

import (
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/splitrank/splitrank/shared/api"
)

var noon = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

func TestDecodeEvents(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		want       []Event
	}{
		{"one by itself", `{"action_name":"click","query_id":"q"}`, []Event{{ActionName: "click", QueryID: "q", Timestamp: "2026-11-30T12:00:00.000Z"}}},
		{"a list", ` [{"action_name":"click","timestamp":"2026-11-30T11:00:00+02:00","application":"shop","event_attributes":{"object":{"object_id":"a","name":"x"},"position":{"ordinal":2}}}]`,
			[]Event{{ActionName: "click", Timestamp: "2026-11-30T11:00:00+02:00", Attributes: &EventAttributes{&Position{2}, &Object{ObjectID: "a"}}}}},
		{"null attributes", `{"action_name":"view","event_attributes":null}`, []Event{{ActionName: "view", Timestamp: "2026-11-30T12:00:00.000Z"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := DecodeEvents([]byte(tt.body), noon)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDecodeEventsRefuses(t *testing.T) {
	long := strings.Repeat("x", 2000)
	for _, tt := range []struct {
		name, body string
		code       api.Code
		field      string
	}{
		{"empty", ``, api.MalformedJSON, ""},
		{"cut off", `[{"action_name":"click"}`, api.MalformedJSON, ""},
		{"two values", `{"action_name":"click"}{}`, api.MalformedJSON, ""},
		{"not UTF-8", "{\"action_name\":\"\xff\"}", api.InvalidUTF8, ""},
		{"no events", `[]`, api.MissingField, ""},
		{"too many", "[" + strings.TrimSuffix(strings.Repeat(`{"action_name":"c"},`, 101), ",") + "]", api.BatchTooLarge, ""},
		{"a number", `[1]`, api.WrongType, "events[0]"},
		{"a text", `"click"`, api.WrongType, "events[0]"},
		{"null", `null`, api.WrongType, "events[0]"},
		{"no action", `[{"action_name":"a"},{"query_id":"q"}]`, api.MissingField, "events[1].action_name"},
		{"an action that is a number", `[{"action_name":1}]`, api.WrongType, "events[0].action_name"},
		{"a long action", `[{"action_name":"` + long + `"}]`, api.TooLong, "events[0].action_name"},
		{"a long client", `[{"action_name":"a","client_id":"` + long + `"}]`, api.TooLong, "events[0].client_id"},
		{"a long message", `[{"action_name":"a","message":"` + long + `"}]`, api.TooLong, "events[0].message"},
		{"a long object", `[{"action_name":"a","event_attributes":{"object":{"object_id":"` + long + `"}}}]`, api.TooLong, "events[0].event_attributes.object.object_id"},
		{"a time without a zone", `[{"action_name":"a","timestamp":"2026-11-30T12:00:00"}]`, api.OutOfRange, "events[0].timestamp"},
		{"a negative place", `[{"action_name":"a","event_attributes":{"position":{"ordinal":-1}}}]`, api.OutOfRange, "events[0].event_attributes.position.ordinal"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := DecodeEvents([]byte(tt.body), noon)
			var fault *api.Error
			if !errors.As(err, &fault) || fault.Code != tt.code || fault.Field != tt.field {
				t.Errorf("%+v", err)
			}
		})
	}
}

// FuzzDecodeEvents: no body panics, a refusal is the caller's error, and what is taken
// is short and can be written as one line and read again.
func FuzzDecodeEvents(f *testing.F) {
	for _, seed := range []string{``, `null`, `[]`, `{}`, `[{"action_name":"click","query_id":"q","event_attributes":{"object":{"object_id":"\u2028"},"position":{"ordinal":1e2}}}]`, `[{"action_name":"a"},7]`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		events, err := DecodeEvents(body, noon)
		var fault *api.Error
		if err != nil {
			if !errors.As(err, &fault) || fault.Status() >= 500 || fault.Message == "" {
				t.Fatalf("%#v", err)
			}
			return
		}
		for _, e := range events {
			line, err := json.Marshal(e)
			var again Event
			if err != nil || strings.Contains(string(line), "\n") || json.Unmarshal(line, &again) != nil || !cmp.Equal(e, again) {
				t.Fatalf("%s, error %v", line, err)
			}
		}
	})
}

func TestQueryIDs(t *testing.T) {
	s, other := NewSigner([]byte("0123456789abcdef")), NewSigner(nil)
	id := s.NewID(noon)
	if at, ok := s.Given(id); !ok || !at.Equal(noon) || len(id) > 100 {
		t.Errorf("%q: %v, %v", id, at, ok)
	}
	if replica := NewSigner([]byte("0123456789abcdef")); id == s.NewID(noon) {
		t.Error("an id comes twice")
	} else if _, ok := replica.Given(id); !ok {
		t.Error("another server with the key does not know the id")
	}
	if _, ok := other.Given(id); ok {
		t.Error("another key knows the id")
	}
	for _, bad := range []string{"", "x", id + "A", id[1:], strings.Repeat("A", len(id)), id + "=", " " + id} {
		if _, ok := s.Given(bad); ok {
			t.Errorf("%q is taken", bad)
		}
	}
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	for i := range id { // also the bits of the last letter that say nothing
		for _, c := range letters {
			if changed := id[:i] + string(c) + id[i+1:]; changed != id {
				if _, ok := s.Given(changed); ok {
					t.Fatalf("%q is taken for %q", changed, id)
				}
			}
		}
	}
}

// TestIDsInStock: however many are given out, and in whatever order of time, each is
// another one and of its own second.
func TestIDsInStock(t *testing.T) {
	s := NewSigner(nil)
	var given sync.Map
	var group sync.WaitGroup
	for worker := range 4 {
		group.Go(func() {
			for n := range 5 * atOnce {
				now := noon.Add(time.Duration(n/7-worker) * time.Second)
				id := s.NewID(now)
				if at, ok := s.Given(id); !ok || !at.Equal(now) {
					t.Errorf("%q: %v, %v, want %v", id, at, ok, now)
				}
				if _, again := given.LoadOrStore(id, true); again {
					t.Errorf("%q is given out twice", id)
				}
			}
		})
	}
	group.Wait()
}

func TestUserQuery(t *testing.T) {
	s := NewSigner([]byte("0123456789abcdef"))
	if s.UserQuery("לחם", NoWords) != "" || s.UserQuery("לחם", Full) != "לחם" {
		t.Error("none or full is not what it says")
	}
	hash := s.UserQuery("bread", Hashed)
	if hash != s.UserQuery("bread", Hashed) || hash == s.UserQuery("breads", Hashed) || strings.Contains(hash, "bread") || hash == NewSigner(nil).UserQuery("bread", Hashed) {
		t.Error(hash)
	}
}

func TestPlace(t *testing.T) {
	hits := []string{"a", "b", "2"}
	for _, tt := range []struct {
		name string
		e    *EventAttributes
		want int
		ok   bool
	}{
		{"nothing", nil, 0, false},
		{"object", &EventAttributes{Object: &Object{ObjectID: "b"}}, 1, true},
		{"object before position", &EventAttributes{Object: &Object{ObjectID: "2"}, Position: &Position{1}}, 2, true},
		{"an object that was not shown", &EventAttributes{Object: &Object{ObjectID: "z"}, Position: &Position{1}}, 0, false},
		{"position", &EventAttributes{Position: &Position{3}}, 2, true},
		{"position 0", &EventAttributes{Position: &Position{0}}, 0, false},
		{"beyond", &EventAttributes{Position: &Position{4}}, 0, false},
	} {
		e := Event{Attributes: tt.e}
		if got, ok := e.Place(hits); got != tt.want || ok != tt.ok {
			t.Errorf("%s: %d, %v", tt.name, got, ok)
		}
	}
}
