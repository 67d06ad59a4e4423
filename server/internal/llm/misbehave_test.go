package llm_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/splitrank/splitrank/server/internal/llm"
	"github.com/splitrank/splitrank/server/internal/llm/llmtest"
	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

const (
	secretKey  = "sk-secret-4711"
	secretWord = "xylophone" // in every text that is sent
	documents  = 8
)

// misbehaviour of an endpoint, and what must come of it.
type misbehaviour struct {
	name string
	do   func(s *llmtest.Server, c llmtest.Call, w http.ResponseWriter) bool
	// graded documents of 8; reason of the answer, "" = none.
	graded int
	reason string
	// calls at most; 0 = not looked at.
	calls int
	// only one protocol: "claude" or "openai".
	only string
	// deadline in ms; 0 = a minute.
	deadline int
}

// text of every answer.
func text(f func(c llmtest.Call, good string) string) func(*llmtest.Server, llmtest.Call, http.ResponseWriter) bool {
	return func(s *llmtest.Server, c llmtest.Call, w http.ResponseWriter) bool {
		s.Answer(w, c, f(c, s.Text(c)), "")
		return true
	}
}

func fixed(s string) func(*llmtest.Server, llmtest.Call, http.ResponseWriter) bool {
	return text(func(llmtest.Call, string) string { return s })
}

// first call, and then what is right.
func first(n int, do func(s *llmtest.Server, c llmtest.Call, w http.ResponseWriter) bool) func(*llmtest.Server, llmtest.Call, http.ResponseWriter) bool {
	return func(s *llmtest.Server, c llmtest.Call, w http.ResponseWriter) bool {
		return c.Number <= n && do(s, c, w)
	}
}

// grade of d1 in every answer, as JSON.
func d1(value string) func(*llmtest.Server, llmtest.Call, http.ResponseWriter) bool {
	return text(func(c llmtest.Call, good string) string {
		var parts []string
		for i, d := range c.Documents {
			v := "5"
			if i == 0 {
				v = value
			}
			parts = append(parts, fmt.Sprintf("%q:%s", d.Key, v))
		}
		return "{" + strings.Join(parts, ",") + "}"
	})
}

func status(code int, header ...string) func(*llmtest.Server, llmtest.Call, http.ResponseWriter) bool {
	return func(s *llmtest.Server, c llmtest.Call, w http.ResponseWriter) bool {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		fmt.Fprintf(w, `{"type":"error","error":{"type":"some_error","message":"about %s"}}`, secretWord)
		return true
	}
}

func body(contentType, s string) func(*llmtest.Server, llmtest.Call, http.ResponseWriter) bool {
	return func(_ *llmtest.Server, _ llmtest.Call, w http.ResponseWriter) bool {
		w.Header().Set("Content-Type", contentType)
		fmt.Fprint(w, s)
		return true
	}
}

func stop(reason string, f func(good string) string) func(*llmtest.Server, llmtest.Call, http.ResponseWriter) bool {
	return func(s *llmtest.Server, c llmtest.Call, w http.ResponseWriter) bool {
		s.Answer(w, c, f(s.Text(c)), reason)
		return true
	}
}

func whole(s string) string { return s }
func half(s string) string  { return s[:len(s)/2] }

// raw writes to the connection itself and closes it.
func raw(s string) func(*llmtest.Server, llmtest.Call, http.ResponseWriter) bool {
	return func(_ *llmtest.Server, _ llmtest.Call, w http.ResponseWriter) bool {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			_, _ = conn.Write([]byte(s))
			_ = conn.Close()
		}
		return true
	}
}

// stall after what was written, until the caller is gone.
func stall(before string) func(*llmtest.Server, llmtest.Call, http.ResponseWriter) bool {
	return func(_ *llmtest.Server, _ llmtest.Call, w http.ResponseWriter) bool {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return true
		}
		defer conn.Close()
		_, _ = conn.Write([]byte(before))
		_, _ = conn.Read(make([]byte, 1)) // ends when the client hangs up
		return true
	}
}

func drip(_ *llmtest.Server, _ llmtest.Call, w http.ResponseWriter) bool {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return true
	}
	defer conn.Close()
	_, _ = conn.Write([]byte("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n"))
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		if _, err := conn.Write([]byte(" ")); err != nil {
			return true
		}
	}
	return true
}

func informational(_ *llmtest.Server, _ llmtest.Call, w http.ResponseWriter) bool {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return true
	}
	defer conn.Close()
	many := []byte(strings.Repeat("HTTP/1.1 102 Processing\r\n\r\n", 100))
	tick := time.NewTicker(5 * time.Millisecond) // or it takes the processors from the other tests
	defer tick.Stop()
	for range tick.C {
		if _, err := conn.Write(many); err != nil {
			return true
		}
	}
	return true
}

// zeros are 16 MiB of them in a few kilobytes.
var zeros = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	for range 16 {
		_, _ = z.Write(make([]byte, 1<<20))
	}
	_ = z.Close()
	return b.Bytes()
})

func bomb(_ *llmtest.Server, _ llmtest.Call, w http.ResponseWriter) bool {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Encoding", "gzip")
	_, _ = w.Write(zeros())
	return true
}

var misbehaviours = []misbehaviour{
	// What it writes.
	{name: "prose", do: fixed("Sure! Here are the grades you asked for."), reason: "model", calls: 3},
	{name: "no document is relevant", do: fixed("No document is relevant."), reason: "model", calls: 3},
	{name: "nothing", do: fixed(""), reason: "model", calls: 3},
	{name: "null", do: fixed("null"), reason: "model", calls: 3},
	{name: "empty object", do: fixed("{}"), reason: "model", calls: 3},
	{name: "a list", do: fixed(`[7,5,3,1]`), reason: "model", calls: 3},
	{name: "nested lists", do: fixed(`{"d1":[[7]],"d2":[[5]],"d3":[],"d4":[[[]]]}`), reason: "model", calls: 3},
	{name: "prose once", do: first(2, fixed("Let me think.")), graded: 8, calls: 3},
	{name: "prose around JSON", do: text(func(_ llmtest.Call, good string) string { return "Here: " + good + " Done." }), reason: "model", calls: 3},
	{name: "prose behind JSON", do: text(func(_ llmtest.Call, good string) string { return good + "\nI hope this helps." }), reason: "model", calls: 3},
	{name: "fenced", do: text(func(_ llmtest.Call, good string) string { return "```json\n" + good + "\n```" }), graded: 8, calls: 2},
	{name: "white space", do: text(func(_ llmtest.Call, good string) string { return "\n \t" + good + "\n\n" }), graded: 8, calls: 2},
	{name: "two objects", do: text(func(_ llmtest.Call, good string) string { return good + good }), reason: "model", calls: 3},
	{name: "half an object", do: text(func(_ llmtest.Call, good string) string { return half(good) }), reason: "model", calls: 3},
	{name: "a missing document", do: first(2, text(func(c llmtest.Call, good string) string {
		return strings.Replace(good, `"d1"`, `"x"`, 1)[:0] + withoutFirst(c)
	})), graded: 8, calls: 3},
	{name: "a document always missing", do: text(func(c llmtest.Call, _ string) string { return withoutFirst(c) }), graded: 7, reason: "model", calls: 3},
	{name: "a doubled document", do: text(func(_ llmtest.Call, good string) string { return strings.Replace(good, "{", `{"d1":10,`, 1) }), graded: 7, reason: "model", calls: 3},
	{name: "a foreign document", do: text(func(_ llmtest.Call, good string) string { return strings.Replace(good, "{", `{"d99":10,`, 1) }), graded: 8, calls: 2},
	{name: "counted from 0", do: text(func(c llmtest.Call, _ string) string { return counted(c, 0) }), reason: "model", calls: 3},
	{name: "counted from -2", do: text(func(c llmtest.Call, _ string) string { return counted(c, -2) }), reason: "model", calls: 3},
	{name: "the caller's ids", do: fixed(`{"doc-0":9,"doc-1":3}`), reason: "model", calls: 3},
	{name: "grade 11", do: d1("11"), graded: 7, reason: "model", calls: 3},
	{name: "grade 100", do: d1("100"), graded: 7, reason: "model", calls: 3},
	{name: "grade -2", do: d1("-2"), graded: 7, reason: "model", calls: 3},
	{name: "grade -0", do: d1("-0"), graded: 7, reason: "model", calls: 3},
	{name: "grade 7.5", do: d1("7.5"), graded: 7, reason: "model", calls: 3},
	{name: "grade 1e1", do: d1("1e1"), graded: 7, reason: "model", calls: 3},
	{name: "grade in a string", do: d1(`"7"`), graded: 7, reason: "model", calls: 3},
	{name: "grade null", do: d1("null"), graded: 7, reason: "model", calls: 3},
	{name: "grade true", do: d1("true"), graded: 7, reason: "model", calls: 3},
	{name: "grade NaN", do: d1("NaN"), reason: "model", calls: 3},
	{name: "grade in a list", do: d1("[7]"), graded: 7, reason: "model", calls: 3},
	{name: "grade under another name", do: d1(`{"score":7}`), graded: 7, reason: "model", calls: 3},
	{name: "grade twice", do: d1(`{"grade":7,"grade":8}`), graded: 7, reason: "model", calls: 3},
	{name: "grade with more beside", do: d1(`{"grade":7,"confidence":0.3}`), graded: 8, calls: 2},
	{name: "a reason that is no text", do: d1(`{"grade":7,"why":[1]}`), graded: 8, calls: 2},
	{name: "a reason with escapes and markup", do: d1(`{"grade":7,"why":"\u001b[31m<script>\u202e\u0000\ud83d"}`), graded: 8, calls: 2},
	{name: "a reason of 100 KB", do: d1(`{"grade":7,"why":"` + strings.Repeat("long ", 20_000) + `"}`), graded: 8, calls: 2},
	{name: "invalid UTF-8", do: d1("{\"grade\":7,\"why\":\"\xff\xfe\"}"), graded: 8, calls: 2},
	{name: "deep nesting", do: fixed(strings.Repeat(`{"d1":`, 20_000)), reason: "model", calls: 3},
	// How it stops.
	{name: "refusal", do: stop("refusal", whole), reason: "model", calls: 2, only: "claude"},
	{name: "content filter", do: stop("content_filter", whole), reason: "model", calls: 2, only: "openai"},
	{name: "refusal in the message", do: body("application/json", `{"choices":[{"finish_reason":"stop","message":{"content":null,"refusal":"I cannot"}}]}`), reason: "model", calls: 2, only: "openai"},
	{name: "token limit", do: stop("max_tokens", half), reason: "model", calls: 3, only: "claude"},
	{name: "token limit once", do: first(2, stop("max_tokens", half)), graded: 8, calls: 3, only: "claude"},
	{name: "length", do: stop("length", half), reason: "model", calls: 3, only: "openai"},
	{name: "context window", do: stop("model_context_window_exceeded", half), reason: "model", calls: 3, only: "claude"},
	{name: "tool use", do: stop("tool_use", whole), reason: "model", calls: 3, only: "claude"},
	{name: "tool calls", do: stop("tool_calls", whole), reason: "model", calls: 3, only: "openai"},
	{name: "an unknown reason to stop", do: stop("bored", whole), reason: "model", calls: 3},
	// Statuses.
	{name: "400", do: status(400), reason: "model"},
	{name: "401", do: status(401), reason: "model", calls: 2},
	{name: "402", do: status(402), reason: "model", calls: 2},
	{name: "403", do: status(403), reason: "model", calls: 2},
	{name: "404", do: status(404), reason: "model", calls: 2},
	{name: "413", do: status(413), reason: "model", calls: 2},
	{name: "418", do: status(418), reason: "model", calls: 2},
	{name: "429 for ever", do: status(429), reason: "overload", calls: 6},
	{name: "429 once", do: first(1, status(429)), graded: 8, calls: 3},
	{name: "429 with Retry-After 3600", do: status(429, "Retry-After", "3600"), reason: "overload", calls: 2},
	{name: "429 with Retry-After nonsense", do: first(1, status(429, "Retry-After", "soon")), graded: 8, calls: 3},
	{name: "429 with Retry-After -5", do: first(1, status(429, "Retry-After", "-5")), graded: 8, calls: 3},
	{name: "429 with Retry-After of a date", do: status(429, "Retry-After", "Fri, 31 Dec 2099 23:59:59 GMT"), reason: "overload", calls: 2},
	{name: "500 for ever", do: status(500), reason: "model", calls: 6},
	{name: "500 once", do: first(1, status(500)), graded: 8, calls: 3},
	{name: "502 with a page", do: func(_ *llmtest.Server, _ llmtest.Call, w http.ResponseWriter) bool {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(502)
		fmt.Fprint(w, "<html>bad gateway</html>")
		return true
	}, reason: "model", calls: 6},
	{name: "503", do: status(503), reason: "overload", calls: 6},
	{name: "504", do: status(504), reason: "model", calls: 6},
	{name: "529 for ever", do: status(529), reason: "overload", calls: 6},
	{name: "529 and then success", do: first(2, status(529)), graded: 8, calls: 4},
	{name: "x-should-retry for ever", do: status(429, "X-Should-Retry", "true", "Retry-After", "7200"), reason: "overload", calls: 2},
	{name: "a redirect", do: status(307, "Location", "http://127.0.0.1:1/steal"), reason: "model", calls: 4},
	{name: "301 without a place", do: status(301), reason: "model", calls: 4},
	{name: "204", do: func(_ *llmtest.Server, _ llmtest.Call, w http.ResponseWriter) bool { w.WriteHeader(204); return true }, reason: "model"},
	// Bodies.
	{name: "a page", do: body("text/html", "<html>hello</html>"), reason: "model"},
	{name: "no body", do: body("application/json", ""), reason: "model"},
	{name: "broken JSON", do: body("application/json", `{"content":[{"type":"te`), reason: "model"},
	{name: "other JSON", do: body("application/json", `[1,2,3]`), reason: "model"},
	{name: "other types", do: body("application/json", `{"content":7,"choices":"x","stop_reason":{}}`), reason: "model"},
	{name: "no content", do: body("application/json", `{"content":[],"choices":[],"stop_reason":"end_turn"}`), reason: "model"},
	{name: "an error with status 200", do: body("application/json", `{"error":{"type":"overloaded_error","message":"x"}}`), reason: "model"},
	{name: "usage that is negative", do: usage(-5, -7), graded: 8, calls: 2},
	{name: "usage that is absurd", do: usage(1<<62, 1<<62), graded: 8, calls: 2},
	{name: "no usage", do: func(s *llmtest.Server, c llmtest.Call, w http.ResponseWriter) bool {
		body("application/json", fmt.Sprintf(`{"stop_reason":"end_turn","content":[{"type":"text","text":%q}],"choices":[{"finish_reason":"stop","message":{"content":%q}}]}`, s.Text(c), s.Text(c)))(s, c, w)
		return true
	}, graded: 8, calls: 2},
	{name: "thinking before the text", do: func(s *llmtest.Server, c llmtest.Call, w http.ResponseWriter) bool {
		body("application/json", fmt.Sprintf(`{"stop_reason":"end_turn","content":[{"type":"thinking","thinking":"{\"d1\":0}","signature":"x"},{"type":"text","text":%q}]}`, s.Text(c)))(s, c, w)
		return true
	}, graded: 8, calls: 2, only: "claude"},
	{name: "2 MB", do: body("application/json", `{"x":"`+strings.Repeat("y", 2<<20)+`"}`), reason: "model", calls: 2},
	{name: "a bomb of gzip", do: bomb, reason: "model", calls: 2},
	{name: "headers of 1 MB", do: raw("HTTP/1.1 200 OK\r\nX: " + strings.Repeat("y", 1<<20) + "\r\n\r\n"), reason: "model", calls: 6},
	{name: "json_schema rejected", do: func(s *llmtest.Server, c llmtest.Call, w http.ResponseWriter) bool {
		return c.Format == "json_schema" && status(400)(s, c, w)
	}, graded: 8, only: "openai"},
	{name: "every response_format rejected", do: func(s *llmtest.Server, c llmtest.Call, w http.ResponseWriter) bool {
		return c.Format != "" && status(422)(s, c, w)
	}, graded: 8, only: "openai"},
	// Connections.
	{name: "closed at once", do: raw(""), reason: "model", calls: 6},
	{name: "closed once", do: first(1, raw("")), graded: 8, calls: 3},
	{name: "closed in the headers", do: raw("HTTP/1.1 200 OK\r\nContent-Ty"), reason: "model", calls: 6},
	{name: "closed in the body", do: raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"content\":["), reason: "model", calls: 6},
	{name: "no HTTP", do: raw("SSH-2.0-OpenSSH_9.9\r\n"), reason: "model", calls: 6},
	{name: "stalls before the headers", do: stall(""), reason: "deadline", calls: 2, deadline: 1500},
	{name: "stalls in the headers", do: stall("HTTP/1.1 200 OK\r\nContent-Type: app"), reason: "deadline", calls: 2, deadline: 1500},
	{name: "stalls in the body", do: stall("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"), reason: "deadline", calls: 2, deadline: 1500},
	{name: "drips", do: drip, reason: "deadline", calls: 2, deadline: 1500},
	{name: "informational answers for ever", do: informational, reason: "model", calls: 6},
	{name: "stalls for one half", do: first(1, stall("")), graded: 4, reason: "deadline", calls: 2, deadline: 1500},
}

func withoutFirst(c llmtest.Call) string {
	var parts []string
	for _, d := range c.Documents {
		if !strings.HasPrefix(d.Text, "0 ") {
			parts = append(parts, fmt.Sprintf("%q:5", d.Key))
		}
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func counted(c llmtest.Call, from int) string {
	var parts []string
	for i := range c.Documents {
		parts = append(parts, fmt.Sprintf(`"d%d":%d`, from+i, i))
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func usage(input, output int64) func(*llmtest.Server, llmtest.Call, http.ResponseWriter) bool {
	return func(s *llmtest.Server, c llmtest.Call, w http.ResponseWriter) bool {
		return body("application/json", fmt.Sprintf(`{"stop_reason":"end_turn","content":[{"type":"text","text":%q}],"choices":[{"finish_reason":"stop","message":{"content":%q}}],
			"usage":{"input_tokens":%d,"output_tokens":%d,"prompt_tokens":%d,"completion_tokens":%d}}`, s.Text(c), s.Text(c), input, output, input, output))(s, c, w)
	}
}

// atOnce are run: they wait more than they work.
var atOnce = flag.Int("at-once", 16, "misbehaviours that are run at once")

// overrun of a deadline: by an answer, and by a timer that was set to the same moment
// and had nothing else to do.
type overrun struct {
	of            string
	answer, timer time.Duration
}

// overruns of all deadlines.
type overruns struct {
	mu   sync.Mutex
	list []overrun
}

func (o *overruns) note(late overrun) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.list = append(o.list, late)
}

// largest of some figure, and where.
func (o *overruns) largest(of func(overrun) time.Duration) string {
	var most overrun
	for _, late := range o.list {
		if of(late) > of(most) {
			most = late
		}
	}
	return fmt.Sprintf("%s (%s)", of(most).Round(100*time.Microsecond), most.of)
}

func (o *overruns) String() string {
	return fmt.Sprintf("%d deadlines passed; the latest answer came %s after its own, the latest timer %s, the latest answer behind its own timer %s", len(o.list),
		o.largest(func(l overrun) time.Duration { return l.answer }), o.largest(func(l overrun) time.Duration { return l.timer }),
		o.largest(func(l overrun) time.Duration { return l.answer - l.timer }))
}

// timing a deadline with a timer. What it returns waits for that.
func timing(began time.Time, deadline time.Duration) (timer func() time.Duration) {
	fired := make(chan time.Duration, 1)
	time.AfterFunc(deadline, func() { fired <- time.Since(began) - deadline })
	return func() time.Duration { return <-fired }
}

// TestMisbehaviour: whatever an endpoint does, the answer is whole and in time,
// says what is missing, and neither it nor the log has anything of the texts, the
// key or the address.
func TestMisbehaviour(t *testing.T) {
	var late overruns
	n := 0
	var all sync.WaitGroup
	places := make(chan struct{}, *atOnce)
	for _, m := range misbehaviours {
		for _, protocol := range []string{"claude", "openai"} {
			if m.only != "" && m.only != protocol {
				continue
			}
			n++
			places <- struct{}{}
			all.Go(func() {
				defer func() { <-places }()
				t.Run(m.name+"/"+protocol, func(t *testing.T) { m.run(t, protocol == "claude", &late) })
			})
		}
	}
	all.Wait()
	t.Logf("%d misbehaviours, %d with their protocols, %d at once; %s", len(misbehaviours), n, *atOnce, &late)
}

func (m misbehaviour) run(t *testing.T, claude bool, late *overruns) {
	endpoint := (&llmtest.Server{
		Grade:     func(_ string, d llmtest.Document) int { return len(d.Text) % 11 },
		Misbehave: m.do,
	}).Start()
	t.Cleanup(endpoint.Close)
	var failures failures
	engine := engineOf(t, endpoint.URL(claude), claude, llm.Config{Timeout: time.Minute}, &failures)
	req := request(documents)
	req.Budget.DeadlineMS = 60_000 // which no busy machine needs
	if m.deadline > 0 {
		req.Budget.DeadlineMS = m.deadline
	}
	deadline := time.Duration(req.Budget.DeadlineMS) * time.Millisecond
	began := time.Now()
	timer := func() time.Duration { return 0 }
	if m.deadline > 0 {
		timer = timing(began, deadline)
	}
	r, err := engine.Rerank(t.Context(), req)
	took := time.Since(began)
	if err != nil {
		t.Fatal(err)
	}
	if m.deadline > 0 {
		late.note(overrun{m.name, took - deadline, timer()})
	}
	if took > deadline+5*time.Second {
		t.Errorf("answered after %s, with a deadline of %s", took, deadline)
	}
	if got := graded(r); got != m.graded || r.Reason != m.reason || r.Degraded != (m.reason != "") {
		t.Errorf("%d graded, reason %q, degraded %t; want %d, %q (%v)", got, r.Reason, r.Degraded, m.graded, m.reason, failures.all())
	}
	if len(r.Results) != documents {
		t.Errorf("%d results for %d documents", len(r.Results), documents)
	}
	if calls := len(endpoint.Calls()); m.calls > 0 && calls > m.calls {
		t.Errorf("%d calls, want %d at most", calls, m.calls)
	}
	address := strings.TrimPrefix(endpoint.URL(true), "http://")
	for _, s := range append(failures.all(), fmt.Sprintf("%+v", r.Usage.LLM)) {
		for _, secret := range []string{secretKey, secretWord, address} {
			if strings.Contains(s, secret) {
				t.Errorf("%q holds %q", s, secret)
			}
		}
	}
	for _, result := range r.Results {
		if e := result.Explanation; e != nil && e.LLM != nil && (len(e.LLM.Why) > 310 || strings.ContainsAny(e.LLM.Why, "\x1b\x00\u202e\n")) {
			t.Errorf("reason %q", e.LLM.Why)
		}
	}
}

type failures struct {
	mu   sync.Mutex
	list []string
}

func (f *failures) add(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = append(f.list, err.Error())
}

func (f *failures) all() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.list)
}

func graded(r *api.Response) (n int) {
	for _, result := range r.Results {
		if result.ScoredBy == string(api.LLM) {
			n++
		}
	}
	return n
}

func request(n int) *api.Request {
	req := &api.Request{Query: "how does a " + secretWord + " sound", Pipeline: api.LLM, Explain: true}
	for i := range n {
		req.Documents = append(req.Documents, api.Document{
			ID: api.ID{Text: fmt.Sprint("doc-", i)}, Text: fmt.Sprintf("%d the %s %s", i, secretWord, strings.Repeat("sounds ", i%5)),
		})
	}
	return req
}

func judgeOf(t testing.TB, url string, claude bool, c llm.Config) *llm.Judge {
	t.Helper()
	protocol := llm.OpenAI
	if claude {
		protocol = llm.Anthropic
	}
	client, err := llm.NewClient(llm.Endpoint{Model: "claude-haiku-5-5", URL: url, Protocol: protocol, Key: secretKey})
	if err != nil {
		t.Fatal(err)
	}
	if c.Client == nil {
		c.Client = client
	}
	c.Model, c.Likelihoods = "claude-haiku-5-5", !claude
	if c.Trust == nil {
		full := 1.0
		c.Trust = &full
	}
	judge, err := llm.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return judge
}

func engineOf(t testing.TB, url string, claude bool, c llm.Config, failed *failures) *rerank.Engine {
	t.Helper()
	engine, err := rerank.New(rerank.Config{Planner: answer.NewPlanner(nil), Judge: judgeOf(t, url, claude, c), Failed: failed.add})
	if err != nil {
		t.Fatal(err)
	}
	return engine
}

// TestNobodyThere: an endpoint that does not listen.
func TestNobodyThere(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := ln.Addr().String()
	_ = ln.Close()
	for _, claude := range []bool{true, false} {
		var failures failures
		r, err := engineOf(t, "http://"+address, claude, llm.Config{Timeout: 10 * time.Second}, &failures).Rerank(t.Context(), request(documents))
		if err != nil || r.Reason != api.ReasonModel || graded(r) != 0 {
			t.Fatalf("%v, %+v", err, r)
		}
		if s := strings.Join(failures.all(), " "); strings.Contains(s, address) || s == "" {
			t.Errorf("logged %q", s)
		}
	}
}

// TestStrict: a strict caller gets an error instead.
func TestStrict(t *testing.T) {
	endpoint := (&llmtest.Server{Misbehave: status(529)}).Start()
	defer endpoint.Close()
	req := request(documents)
	req.Strict = true
	_, err := engineOf(t, endpoint.URL(true), true, llm.Config{}, new(failures)).Rerank(t.Context(), req)
	var fault *api.Error
	if !errors.As(err, &fault) || fault.Code != api.Overloaded {
		t.Errorf("got %v, want %s", err, api.Overloaded)
	}
}

// TestCancelled: a caller that is gone ends the calls.
func TestCancelled(t *testing.T) {
	here := make(chan struct{}, 2)
	endpoint := (&llmtest.Server{Misbehave: func(s *llmtest.Server, c llmtest.Call, w http.ResponseWriter) bool {
		here <- struct{}{}
		return stall("")(s, c, w)
	}}).Start()
	defer endpoint.Close()
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-here; cancel() }()
	if _, err := engineOf(t, endpoint.URL(false), false, llm.Config{}, new(failures)).Rerank(ctx, request(documents)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
