package gateway

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/shared/wire"
)

// loggedBy is an origin that gives every answer a query id.
func loggedBy(id string) http.HandlerFunc {
	const results = `{"index":0,"rank":1,"relevance_score":0.5,"scored_by":"cross-encoder","logit":1},{"index":1,"rank":2,"relevance_score":0.25,"scored_by":"cross-encoder","logit":1}`
	return text(200, `{"results":[`+results+`],"model":"m","query_id":"`+id+`","usage":{"documents":2,"scored":2},"timings_ms":{}}`)
}

// TestClientAndQueryID: who asks goes to the origin, in the body or the header, what
// the origin calls its answer comes back, and documents keep names that events can use.
func TestClientAndQueryID(t *testing.T) {
	const documents = `"documents":["The fridge.",{"id":"b","text":"Shaped dough."}]`
	for _, tt := range []struct{ name, body, header, want string }{
		{"in the body", `{"query":"dough","client_id":"v",` + documents + `}`, "", `"documents":[{"id":0,"text":"The fridge.","rank":1},{"id":"b","text":"Shaped dough.","rank":2}]`},
		{"in the header", `{"query":"dough",` + documents + `}`, "v", `"client_id":"v"`},
		{"nowhere", `{"query":"dough",` + documents + `}`, "", `"documents":[{"text":"The fridge.","rank":1},{"text":"Shaped dough.","rank":2}]`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g, o := behind(t, loggedBy("id-7"), nil)
			w := post(g, tt.body, wire.HeaderClientID, tt.header)
			var answer struct {
				QueryID string `json:"query_id"`
			}
			if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || answer.QueryID != "id-7" || w.Header().Get(wire.HeaderQueryID) != "id-7" {
				t.Errorf("%v: %s, headers %v", err, w.Body, w.Header())
			}
			if !bytes.Contains(o.seen[0].Body, []byte(tt.want)) {
				t.Errorf("asked %s", o.seen[0].Body)
			}
		})
	}
	g, _ := behind(t, loggedBy("id-7"), nil)
	if w := post(g, `{"query":"dough",`+documents+`}`, wire.HeaderClientID, strings.Repeat("x", 101)); w.Code != 422 {
		t.Errorf("a long header: status %d", w.Code)
	}
}

// TestClientsAreNotCached: an answer that the origin may vary by client, and counts, is
// never another's.
func TestClientsAreNotCached(t *testing.T) {
	for client, want := range map[string]int{"": 1, `"client_id":"v",`: 2} {
		g, o := behind(t, loggedBy("id"), func(c *Config) { c.Cache = mapCache{} })
		post(g, `{"query":"dough",`+client+`"documents":["The fridge.","Shaped dough."]}`)
		again := post(g, `{"query":"dough",`+client+`"documents":["The fridge.","Shaped dough."]}`)
		if told := bytes.Contains(again.Body.Bytes(), []byte("query_id")); told != (client != "") {
			t.Errorf("%q: %s", client, again.Body)
		}
		if len(o.seen) != want {
			t.Errorf("%q: the origin was asked %d times, want %d", client, len(o.seen), want)
		}
	}
}

// TestEvents pass through to the origin, and so does what it says of them.
func TestEvents(t *testing.T) {
	const body = `[{"action_name":"click","query_id":"id-7"}]`
	for _, tt := range []struct {
		name   string
		origin http.HandlerFunc
		status int
		want   string
	}{
		{"taken", text(202, `{"accepted":1,"unknown":0,"late":0}`+"\n"), 202, `{"accepted":1,"unknown":0,"late":0}`},
		{"too many", fails("overloaded", ""), 429, `"overloaded"`},
		{"wrong", fails("missing_field", "events[0].action_name"), 422, `"field":"events[0].action_name"`},
		{"no log", fails("not_found", ""), 404, `"not_found"`},
		{"the edge's key is wrong", fails("unauthorized", ""), 502, `"origin_failed"`},
		{"something else", text(200, `<html>`), 502, `"origin_failed"`},
		{"away", abort, 502, `"origin_failed"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g, o := behind(t, tt.origin, nil)
			w := do(g, "POST", "/events", body, "Content-Type", "application/json")
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.want) {
				t.Errorf("status %d: %s", w.Code, w.Body)
			}
			if len(o.seen) != 1 || o.seen[0].Path != "/events" || string(o.seen[0].Body) != body {
				t.Errorf("%+v", o.seen)
			}
		})
	}
	if w := do(newGateway(t, nil), "POST", "/events", body, "Content-Type", "application/json"); w.Code != 404 {
		t.Errorf("without an origin: status %d", w.Code)
	}
	if w := do(newGateway(t, nil), "GET", "/events", ""); w.Code != 405 {
		t.Errorf("GET: status %d", w.Code)
	}
}
