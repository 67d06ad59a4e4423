package oip

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/splitrank/splitrank/server/internal/ort"
	"github.com/splitrank/splitrank/server/internal/remote"
	"github.com/splitrank/splitrank/server/internal/remote/remotetest"
)

func dirFS(dir string) fs.FS { return os.DirFS(dir) }

// TestScores: the logits come back in the order of the pairs, the same bits whether
// tensors are JSON or bytes.
func TestScores(t *testing.T) {
	for _, tt := range []struct {
		name   string
		server remotetest.OIPOptions
		more   map[string]any
		bytes  bool
	}{
		{"JSON", remotetest.OIPOptions{}, nil, false},
		{"bytes where they are offered", remotetest.OIPOptions{Binary: true}, nil, true},
		{"JSON where that is wanted", remotetest.OIPOptions{Binary: true}, map[string]any{"tensors": map[string]any{"binary": false}}, false},
		{"a version", remotetest.OIPOptions{Version: "3"}, map[string]any{"version": "3"}, false},
		{"pair by pair", remotetest.OIPOptions{}, map[string]any{"pair_by_pair": true}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := remotetest.NewOIP(t, tt.server)
			e := open(t, configOf(t, tt.more, s), remote.Options{})
			ready(t, e)
			pairs, want := some(t, e)
			got, err := e.Score(t.Context(), pairs)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if asBytes := strings.Join(s.Headers(headLength), "") != ""; asBytes != tt.bytes {
				t.Errorf("tensors as bytes: %v", asBytes)
			}
		})
	}
}

// failures of a backend, and what each is. Those that another backend may do better at
// are tried there.
var failures = []struct {
	name      string
	fault     remotetest.Fault
	kind      remote.Kind
	elsewhere bool
}{
	{"overloaded, 429", remotetest.Fault{Status: 429}, remote.Overloaded, false},
	{"overloaded, 503", remotetest.Fault{Status: 503, Body: `{"error":"busy"}`, Header: http.Header{"Retry-After": {"1"}}}, remote.Overloaded, false},
	{"an error in JSON", remotetest.Fault{Status: 500, Body: `{"error":"oh"}`}, remote.Broken, true},
	{"an error in text", remotetest.Fault{Status: 500, Body: "Internal Server Error"}, remote.Broken, true},
	{"a bad gateway", remotetest.Fault{Status: 502, Body: "<html>"}, remote.Broken, true},
	{"a time-out of its own", remotetest.Fault{Status: 408}, remote.Broken, true},
	{"no number, as TEI says it", remotetest.Fault{Status: 424, Body: `{"error":"NaN"}`}, remote.Broken, true},
	{"a request it does not like", remotetest.Fault{Status: 400, Body: `{"error":"batch"}`}, remote.Rejected, false},
	{"another one", remotetest.Fault{Status: 422, Body: `{"detail":[]}`}, remote.Rejected, false},
	{"a key it does not like", remotetest.Fault{Status: 401}, remote.Rejected, false},
	{"no such model", remotetest.Fault{Status: 404, Body: "unknown model"}, remote.Rejected, false},
	{"a redirect", remotetest.Fault{Status: 307, Header: http.Header{"Location": {"http://127.0.0.1:1/"}}}, remote.Rejected, false},
	{"success without a body", remotetest.Fault{Status: 204}, remote.Rejected, false},
	{"nothing", remotetest.Fault{Hang: true}, remote.Late, true},
	{"a byte at a time", remotetest.Fault{Drip: true}, remote.Late, true},
	{"a body that is cut off", remotetest.Fault{Cut: true}, remote.Unreachable, true},
	{"a hundred times as much", remotetest.Fault{Bytes: 100 * (answerBytes + 4*logitBytes)}, remote.Oversized, true},
	{"garbage", remotetest.Fault{Body: "\x00\xff garbage"}, remote.Malformed, true},
	{"nothing at all", remotetest.Fault{Status: 200}, remote.Malformed, true},
	{"a list", remotetest.Fault{Body: "[1,2,3,4]"}, remote.Malformed, true},
	{"NaN, which is no JSON", change(`"data":[`, `"data":[NaN,`), remote.Malformed, true},
	{"too many logits", change(`"data":[`, `"data":[1,`), remote.Malformed, true},
	{"too few logits", remotetest.Fault{Change: func(s string) string {
		from, rest, _ := strings.Cut(s, `"data":[`)
		return from + `"data":[` + rest[strings.IndexByte(rest, ',')+1:]
	}}, remote.Malformed, true},
	{"another shape", change(`"shape":[4,1]`, `"shape":[1,4]`), remote.Malformed, true},
	{"a shape that is too large to count", change(`"shape":[4,1]`, `"shape":[4,4611686018427387904,4]`), remote.Malformed, true},
	{"a shape below nothing", change(`"shape":[4,1]`, `"shape":[4,-1,-1]`), remote.Malformed, true},
	{"no shape", change(`,"shape":[4,1]`, ``), remote.Malformed, true},
	{"logits of a kind of text", change(`"FP32"`, `"BYTES"`), remote.Malformed, true},
	{"words for logits", change(`"data":[`, `"data":["a",`), remote.Malformed, true},
	{"an object for logits", change(`"data":[`, `"data":{"a":[`), remote.Malformed, true},
	{"one number for logits", remotetest.Fault{Body: `{"outputs":[{"name":"logits","shape":[4,1],"datatype":"FP32","data":4}]}`}, remote.Malformed, true},
	{"no outputs", remotetest.Fault{Body: `{"model_name":"m","outputs":[]}`}, remote.Malformed, true},
	{"other outputs", change(`"outputs":[`, `"outputs":[{"name":"a","shape":[1],"datatype":"FP32","data":[1]},{"name":"b","shape":[1],"datatype":"FP32","data":[1]}],"more":[`), remote.Malformed, true},
	{"its output twice", change(`"outputs":[`, `"outputs":[{"name":"logits","shape":[1],"datatype":"FP32","data":[1]},`), remote.Malformed, true},
	{"a member twice", change(`"outputs":[`, `"outputs":[],"outputs":[`), remote.Malformed, true},
	{"bytes that are not there", change(`"name":"logits"`, `"name":"logits","parameters":{"binary_data_size":16}`), remote.Malformed, true},
	{"a head longer than the body", remotetest.Fault{Header: http.Header{headLength: {"99999999999"}}}, remote.Malformed, true},
	{"a head of no length", remotetest.Fault{Header: http.Header{headLength: {"-1"}}}, remote.Malformed, true},
}

func change(from, to string) remotetest.Fault {
	return remotetest.Fault{Change: func(s string) string { return strings.Replace(s, from, to, 1) }}
}

// TestFailures: each is told for what it is, without what was asked or answered.
func TestFailures(t *testing.T) {
	for _, tt := range failures {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := remotetest.NewOIP(t, remotetest.OIPOptions{})
			e := open(t, configOf(t, map[string]any{"timeout_ms": patienceFor(tt.kind)}, s), remote.Options{})
			ready(t, e)
			pairs, want := some(t, e)
			s.Fail(tt.fault)
			_, err := e.Score(t.Context(), pairs)
			var f *remote.Fault
			if !errors.As(err, &f) || f.Kind != tt.kind || f.Backend == "" {
				t.Fatalf("error %v, want a fault %q of the backend", err, tt.kind)
			}
			if strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "garbage") {
				t.Errorf("error %v", err)
			}
			until(t, func() bool { // it is asked again soon
				got, err := e.Score(t.Context(), pairs)
				return err == nil && cmp.Equal(want, got)
			})
		})
	}
}

// patienceFor a fault: only what is late is waited for, in milliseconds.
func patienceFor(k remote.Kind) int {
	if k == remote.Late {
		return 1000
	}
	return 60_000
}

// TestElsewhere: with another backend a failure is no failure, unless more load, or the
// same request, would do no good.
func TestElsewhere(t *testing.T) {
	for _, tt := range failures {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a, b := remotetest.NewOIP(t, remotetest.OIPOptions{}), remotetest.NewOIP(t, remotetest.OIPOptions{})
			e := open(t, configOf(t, map[string]any{"timeout_ms": patienceFor(tt.kind), "hedge": false}, a, b), remote.Options{})
			ready(t, e)
			pairs, want := some(t, e)
			a.Fail(tt.fault)
			failed := 0
			for range 2 { // they take turns
				got, err := e.Score(t.Context(), pairs)
				if err != nil {
					failed++
				} else if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("(-want +got)\n%s", diff)
				}
			}
			if failed > 0 == tt.elsewhere {
				t.Errorf("%d calls failed", failed)
			}
		})
	}
}

// TestNotFinite: a pair without a score leaves the others theirs.
func TestNotFinite(t *testing.T) {
	s := remotetest.NewOIP(t, remotetest.OIPOptions{})
	e := open(t, configOf(t, nil, s), remote.Options{})
	ready(t, e)
	pairs, want := some(t, e)
	for _, word := range []string{"null", "1e999"} {
		s.Fail(remotetest.Fault{Change: func(body string) string {
			at := strings.Index(body, `"data":[`) + len(`"data":[`)
			return body[:at] + word + body[at+strings.IndexByte(body[at:], ','):]
		}})
		got, err := e.Score(t.Context(), pairs)
		var bad *ort.NotFiniteError
		if !errors.As(err, &bad) || !cmp.Equal(bad.Pairs(), []int{0}) || !cmp.Equal(got[1:], want[1:]) {
			t.Errorf("%s: scores %v, error %v", word, got, err)
		}
	}
}

// TestCancelled: who goes is not waited for, and the backend is not blamed.
func TestCancelled(t *testing.T) {
	s := remotetest.NewOIP(t, remotetest.OIPOptions{})
	kinds := make(chan remote.Kind, 8)
	e := open(t, configOf(t, nil, s), remote.Options{Hooks: remote.Hooks{Asked: func(_, _ string, _ time.Duration, k remote.Kind) { kinds <- k }}})
	ready(t, e)
	pairs, _ := some(t, e)
	s.Fail(remotetest.Fault{Hang: true})
	cause := errors.New("gone")
	ctx, cancel := context.WithCancelCause(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := e.Score(ctx, pairs)
		done <- err
	}()
	until(t, func() bool { return e.States()[0].InFlight == 1 })
	cancel(cause)
	if err := <-done; !errors.Is(err, cause) {
		t.Errorf("error %v, want the cause", err)
	}
	if k := <-kinds; k != remote.Abandoned {
		t.Errorf("it counts as %q", k)
	}
	until(t, func() bool { return e.States()[0].InFlight == 0 })
}

// TestOpenRefuses: what cannot be served is one line that names the field.
func TestOpenRefuses(t *testing.T) {
	s := remotetest.NewOIP(t, remotetest.OIPOptions{})
	t.Setenv("SOME_KEY", "with\nbreak")
	for _, tt := range []struct {
		name string
		more map[string]any
		want string
	}{
		{"a key that is not set", map[string]any{"key_env": "NO_SUCH_KEY"}, "key_env names NO_SUCH_KEY, which is not set or empty"},
		{"a key of two lines", map[string]any{"key_env": "SOME_KEY"}, "the key of the backends has characters that no key has"},
		{"a file that is not there", map[string]any{"key_file": "/no/such/file"}, "reading key_file"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Open(folder(t), configOf(t, tt.more, s), ort.Options{}, remote.Options{})
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "break") {
				t.Errorf("error %v", err)
			}
		})
	}
}
