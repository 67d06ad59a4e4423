package querylog

import (
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/splitrank/splitrank/server/internal/experiment"
	"github.com/splitrank/splitrank/server/internal/ubi"
)

func opened(t *testing.T, o Options) *Log {
	t.Helper()
	o.Dir = t.TempDir()
	l, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// counted reads what a folder holds.
func counted(t *testing.T, dir string) (queries, events map[string]int, bad int) {
	t.Helper()
	files, err := Files([]string{dir})
	if err != nil {
		t.Fatal(err)
	}
	queries, events = map[string]int{}, map[string]int{}
	bad, err = Reader{
		Query: func(q *ubi.Query) { queries[q.QueryID]++ },
		Event: func(e *ubi.Event) { events[e.QueryID]++ },
	}.Read(files)
	if err != nil {
		t.Fatal(err)
	}
	return queries, events, bad
}

// TestLogLosesNothing: what many write at once is there after Close, each record once
// and whole, over all files.
func TestLogLosesNothing(t *testing.T) {
	const writers, each = 8, 500
	l := opened(t, Options{MaxMiB: 1, Waiting: writers * each * 2})
	var wg sync.WaitGroup
	long := strings.Repeat("x", 1000) // so that files rotate
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				id := fmt.Sprint(w, "-", i)
				l.Query(len(long), func() *ubi.Query { return &ubi.Query{QueryID: id, UserQuery: long} })
				l.Event(&ubi.Event{QueryID: id, ActionName: "click"})
			}
		})
	}
	wg.Wait()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	queries, events, bad := counted(t, l.options.Dir)
	if len(queries) != writers*each || len(events) != writers*each || bad > 0 {
		t.Errorf("%d queries, %d events, %d bad lines", len(queries), len(events), bad)
	}
	for id, n := range queries {
		if n != 1 {
			t.Errorf("%s is there %d times", id, n)
		}
	}
	if diff := cmp.Diff(State{Queries: writers * each, Events: writers * each}, l.State()); diff != "" {
		t.Error(diff)
	}
	files, _ := filepath.Glob(filepath.Join(l.options.Dir, "ubi_queries-*.jsonl"))
	if len(files) < 3 {
		t.Errorf("only %d files have rotated", len(files))
	}
}

// stuck is a file whose writes wait.
type stuck struct{ go_ chan struct{} }

func (s stuck) Write(p []byte) (int, error) { <-s.go_; return len(p), nil }
func (s stuck) Close() error                { return nil }

// TestFullLogDrops: where the disk stands still nobody waits, and what is lost is
// counted.
func TestFullLogDrops(t *testing.T) {
	l := opened(t, Options{Waiting: 10})
	s := stuck{make(chan struct{})}
	l.files[queriesName].to = s
	for range 1000 {
		l.Query(1, func() *ubi.Query { return &ubi.Query{} })
	}
	dropped := l.State().Dropped
	close(s.go_)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if got := l.State(); dropped < 900 || got.Queries+got.Dropped != 1000 {
		t.Errorf("%d dropped, %+v", dropped, got)
	}
	l.Query(1, func() *ubi.Query { return &ubi.Query{} })
	if got := l.State(); got.Queries+got.Dropped != 1001 {
		t.Errorf("after Close: %+v", got)
	}
}

// TestWaitingBytes: what waits is bounded in memory, too.
func TestWaitingBytes(t *testing.T) {
	l := opened(t, Options{WaitingBytes: 1000})
	s := stuck{make(chan struct{})}
	l.files[queriesName].to = s
	for range 100 {
		l.Query(100, func() *ubi.Query { return &ubi.Query{} })
	}
	l.Query(1001, func() *ubi.Query { return &ubi.Query{} })
	dropped := l.State().Dropped
	close(s.go_)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if got := l.State(); dropped < 75 || got.Queries+got.Dropped != 101 {
		t.Errorf("%d dropped, %+v", dropped, got)
	}
}

// TestWrittenBeforeClose: a record does not wait for the next one, nor for the end.
func TestWrittenBeforeClose(t *testing.T) {
	l := opened(t, Options{})
	l.Query(1, func() *ubi.Query { return &ubi.Query{QueryID: "q"} })
	for l.State().Queries == 0 {
		runtime.Gosched()
	}
	if queries, _, _ := counted(t, l.options.Dir); queries["q"] != 1 {
		t.Errorf("%v", queries)
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, os.ErrClosed }
func (failing) Close() error              { return nil }

func TestFailedWritesAreTold(t *testing.T) {
	told := 0
	l := opened(t, Options{Failed: func(error) { told++ }})
	l.files[eventsName].to = failing{}
	for range 20 {
		l.Event(&ubi.Event{})
	}
	_ = l.Close()
	if l.State().Failed != 20 || told != 1 {
		t.Errorf("%+v, told %d times", l.State(), told)
	}
}

func TestOpenFails(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(Options{Dir: file}); err == nil || !strings.Contains(err.Error(), "opening the query log") {
		t.Error(err)
	}
}

func write(t *testing.T, path, text string) string {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if strings.HasSuffix(path, ".gz") {
		z := gzip.NewWriter(file)
		defer z.Close()
		_, err = z.Write([]byte(text))
	} else {
		_, err = file.WriteString(text)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func exposed(id, client, teams string) string {
	return fmt.Sprintf(`{"query_id":%q,"client_id":%q,"user_query":"","timestamp":"2026-11-30T12:00:00.000Z","query_response_hit_ids":["a","b"],"query_attributes":{"degraded":true,"experiment":{"name":"x","mode":"interleave","digest":"d1","unit":"client","metric":"click","arms":[{"name":"A"},{"name":"B"}],"teams":%q,"answers":[{"arm":"B","latency_ms":7}]}}}`+"\n", id, client, teams)
}

func TestJoin(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "ubi_queries-2026.jsonl.gz"), exposed("q1", "v", "AB"))
	write(t, filepath.Join(dir, "ubi_queries.jsonl"), exposed("q2", "w", "BA")+exposed("q1", "v", "AB")+`{"query_id":"q3","user_query":""}`+"\n"+`{"query_id":"cut`)
	write(t, filepath.Join(dir, "ubi_events.jsonl"), strings.Join([]string{
		`{"action_name":"click","query_id":"q1","event_attributes":{"object":{"object_id":"b"}}}`,
		`{"action_name":"click","query_id":"q1","event_attributes":{"position":{"ordinal":2}}}`, // the same again
		`{"action_name":"view","query_id":"q1","event_attributes":{"object":{"object_id":"b"}}}`,
		`{"action_name":"click","query_id":"q2","event_attributes":{"object":{"object_id":"z"}}}`,
		`{"action_name":"click","query_id":"q3","event_attributes":{"object":{"object_id":"a"}}}`,
		`{"neither":1}`,
	}, "\n"))
	files, err := Files([]string{dir})
	if err != nil {
		t.Fatal(err)
	}
	j, err := Join(files)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(EventCounts{Joined: 2, Counted: 1, Unmatched: 2, Repeated: 1}, j.Events); diff != "" {
		t.Error(diff)
	}
	if j.Bad != 2 || j.Plain != 1 || len(j.Experiments) != 1 || len(j.Experiments[0].Impressions) != 2 {
		t.Fatalf("%+v", j)
	}
	for _, imp := range j.Experiments[0].Impressions {
		if imp.QueryID == "q1" && (imp.Client != "v" || imp.Teams != "AB" || !cmp.Equal(imp.Clicked, []int{1}) || imp.LatencyMS != [2]float64{0, 7} || !imp.Degraded || imp.Time.IsZero()) {
			t.Errorf("%+v", imp)
		}
	}
	if got := experiment.Credit("AB", []int{1}); got != experiment.WonB {
		t.Error(got)
	}
	if _, err := Join(files[:1]); err == nil { // events alone
		t.Error("no experiment is no error")
	}
	if _, err := Files([]string{t.TempDir()}); err == nil {
		t.Error("an empty folder is no error")
	}
}
