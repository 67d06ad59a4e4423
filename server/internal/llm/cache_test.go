package llm_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/splitrank/splitrank/server/internal/llm"
	"github.com/splitrank/splitrank/server/internal/llm/llmtest"
	"github.com/splitrank/splitrank/server/internal/rediskv"
	"github.com/splitrank/splitrank/server/internal/redistest"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// byLength grades by the length of texts.
func byLength(_ string, d llmtest.Document) int { return len(d.Text) % 11 }

// mapLevel is a level that a test can look into.
type mapLevel struct {
	mu     sync.Mutex
	values map[[32]byte]string
}

func (l *mapLevel) Get(_ context.Context, keys [][32]byte) []*string {
	l.mu.Lock()
	defer l.mu.Unlock()
	found := make([]*string, len(keys))
	for i, k := range keys {
		if v, ok := l.values[k]; ok {
			found[i] = &v
		}
	}
	return found
}

func (l *mapLevel) Set(k [32]byte, value []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.values[k] = string(value)
}

// each value becomes another.
func (l *mapLevel) each(change func(string) string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for k, v := range l.values {
		l.values[k] = change(v)
	}
}

func sortGrades(list []answer.Grade) {
	slices.SortFunc(list, func(a, b answer.Grade) int { return a.Document - b.Document })
}

// TestSharedCache: what one server asked, another knows, for the same tenant, the same
// trust and the same request alone; nothing of it can be read where it is kept, and
// what is damaged there is asked for anew and counted.
func TestSharedCache(t *testing.T) {
	level := &mapLevel{values: map[[32]byte]string{}}
	s := &llmtest.Server{Grade: byLength}
	server := func() *llm.Judge { return localJudge(t, llm.Config{Shared: level}, llmtest.Local{Server: s}) }
	req := passages(0, 8)
	one := judged(t, server(), req)
	calls := len(s.Calls())
	other := server()
	two := judged(t, other, req)
	if len(s.Calls()) != calls || two.Usage.Calls != 0 || len(two.Grades) != 8 || two.Grades[0].Why == "" {
		t.Fatalf("%d more calls, %+v", len(s.Calls())-calls, two)
	}
	sortGrades(one.Grades)
	sortGrades(two.Grades)
	if !slices.Equal(one.Grades, two.Grades) || one.Trust != two.Trust {
		t.Errorf("grades\n%+v, want\n%+v", two.Grades, one.Grades)
	}
	if st := other.CacheStats(); st.Shared != 1 || st.Misses != 0 || st.Corrupt != 0 || st.Entries != 1 {
		t.Errorf("%+v", st)
	}
	for k, v := range level.values {
		if strings.Contains(v, "valve") || strings.Contains(v, "text") || strings.Contains(string(k[:]), "valve") {
			t.Error("a text can be read")
		}
	}
	half := 0.5
	for what, ask := range map[string]func() *llm.Judge{
		"trust": func() *llm.Judge {
			return localJudge(t, llm.Config{Shared: level, Trust: &half}, llmtest.Local{Server: s})
		},
		"effort": func() *llm.Judge {
			return localJudge(t, llm.Config{Shared: level, Identity: "high"}, llmtest.Local{Server: s})
		},
	} {
		if v := judged(t, ask(), req); v.Usage.Calls == 0 {
			t.Errorf("another %s: taken from the cache", what)
		}
	}
	for what, change := range map[string]func(r *api.Request){
		"opt-out": func(r *api.Request) { r.NoCache = true }, "tenant": func(r *api.Request) { r.Tenant = "another" },
		"text": func(r *api.Request) { r.Documents[3].Text += "." },
	} {
		changed := passages(0, 8)
		change(changed)
		if v := judged(t, server(), changed); v.Usage.Calls == 0 {
			t.Errorf("%s: taken from the cache", what)
		}
	}
	for what, damage := range map[string]func(string) string{
		"a bit": func(v string) string { return v[:9] + string(v[9]^4) + v[10:] }, "cut": func(v string) string { return v[:len(v)/2] },
		"empty": func(string) string { return "" }, "rubbish": func(string) string { return `{"t":1,"g":[{"p":0,"g":10}]}` },
		"long": func(v string) string { return strings.Repeat(v, 1000) },
	} {
		level.each(damage)
		j := server()
		if v := judged(t, j, req); v.Usage.Calls == 0 || len(v.Grades) != 8 {
			t.Errorf("%s: %+v", what, v)
		}
		if st := j.CacheStats(); st.Corrupt != 1 || st.Misses != 1 || st.Shared != 0 {
			t.Errorf("%s: %+v", what, st)
		}
		if v := judged(t, server(), req); v.Usage.Calls != 0 {
			t.Errorf("%s: not written anew", what)
		}
	}
}

// TestRedis: the level is a real Redis, which may go away.
func TestRedis(t *testing.T) {
	redis := redistest.ForTest(t)
	s := &llmtest.Server{Grade: byLength}
	server := func() (*llm.Judge, *rediskv.Client) {
		c, err := rediskv.New(rediskv.Options{URL: redis.URL(), Prefix: "test:", MaxValue: llm.MostShared, ReadTimeout: time.Minute, Away: time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		return localJudge(t, llm.Config{Shared: c}, llmtest.Local{Server: s}), c
	}
	j, c := server()
	judged(t, j, passages(0, 8))
	if err := c.Close(); err != nil { // which writes what waits
		t.Fatal(err)
	}
	j, c = server()
	defer c.Close()
	if v := judged(t, j, passages(0, 8)); v.Usage.Calls != 0 || len(v.Grades) != 8 {
		t.Errorf("%+v", v)
	}
	redis.Kill()
	for i := range 5 {
		if v := judged(t, j, passages(2*i+2, 8)); v.Reason != "" || v.Usage.Calls == 0 {
			t.Errorf("without Redis: %+v", v)
		}
	}
	if st := c.Stats(); !st.Away || st.Errors == 0 {
		t.Errorf("%+v", st)
	}
}

// TestHostileRedis: whatever stands at its address, requests are graded.
func TestHostileRedis(t *testing.T) {
	for name, text := range map[string]string{
		"a string of 2 GB": "$2000000000\r\n", "a billion values": "*1000000000\r\n", "no Redis": "HTTP/1.1 400 Bad Request\r\n\r\n", "silence": "",
		"another's value": "*1\r\n$5\r\nhello\r\n", "numbers": "*1\r\n:5\r\n", "an error": "-ERR no\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			s := &llmtest.Server{Grade: byLength}
			c, err := rediskv.New(rediskv.Options{URL: "redis://" + saying(t, text), MaxValue: llm.MostShared, ReadTimeout: 50 * time.Millisecond})
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			j := localJudge(t, llm.Config{Shared: c}, llmtest.Local{Server: s})
			for i := range 4 {
				if v := judged(t, j, passages(i, 8)); v.Reason != "" || len(v.Grades) != 8 || v.Usage.Calls == 0 {
					t.Errorf("%+v", v)
				}
			}
		})
	}
}

// saying listens, and says a text to whatever is written to it.
func saying(t *testing.T, text string) (address string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				room := make([]byte, 4096)
				for {
					if _, err := c.Read(room); err != nil {
						return
					}
					if _, err := io.WriteString(c, text); err != nil {
						return
					}
				}
			}()
		}
	}()
	return ln.Addr().String()
}

// TestEqualRequestsOnce: equal requests at the same time are asked for once.
func TestEqualRequestsOnce(t *testing.T) {
	s := &llmtest.Server{Grade: byLength}
	alone := localJudge(t, llm.Config{}, llmtest.Local{Server: s})
	judged(t, alone, passages(0, 8))
	calls := len(s.Calls())
	j := localJudge(t, llm.Config{}, llmtest.Local{Server: s})
	var wg sync.WaitGroup
	for range 12 {
		wg.Go(func() {
			req := passages(0, 8)
			if v := j.Judge(t.Context(), req, resultsOf(req)); len(v.Grades) != 8 {
				t.Errorf("%+v", v)
			}
		})
	}
	wg.Wait()
	if n := len(s.Calls()) - calls; n != calls {
		t.Errorf("%d calls for 12 equal requests, %d for one", n, calls)
	}
	if st := j.CacheStats(); st.Misses != 1 || st.Hits+st.Joined != 11 {
		t.Errorf("%+v", st)
	}
}

// TestLeaderGivesUp: a request that fails takes none with it that waits for it, and
// one that waits keeps its deadline.
func TestLeaderGivesUp(t *testing.T) {
	came, gate := make(chan struct{}), make(chan struct{})
	var n atomic.Int32
	s := (&llmtest.Server{Grade: byLength, Misbehave: func(s *llmtest.Server, c llmtest.Call, w http.ResponseWriter) bool {
		if n.Add(1) > 1 {
			return false
		}
		close(came)
		<-gate
		s.Answer(w, c, "no", "refusal")
		return true
	}}).Start()
	defer s.Close()
	full := 1.0
	j := judgeOf(t, s.URL(true), true, llm.Config{Trust: &full})
	ask := func(ctx context.Context) string {
		req := passages(0, 3)
		return j.Judge(ctx, req, resultsOf(req)).Reason
	}
	first, second := make(chan string, 1), make(chan string, 1)
	go func() { first <- ask(t.Context()) }()
	<-came
	hurried, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if reason := ask(hurried); reason != api.ReasonDeadline {
		t.Errorf("waiting: reason %q", reason)
	}
	go func() { second <- ask(t.Context()) }()
	close(gate)
	if reason := <-first; reason != api.ReasonModel {
		t.Errorf("refused: reason %q", reason)
	}
	if reason := <-second; reason != "" {
		t.Errorf("after that: reason %q", reason)
	}
}
