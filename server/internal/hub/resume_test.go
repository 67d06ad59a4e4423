package hub

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/splitrank/splitrank/server/internal/hub/hubtest"
)

const network = "GET /lfs/"

// ranges lists the ranges asked of the content network, "" for a whole file.
func ranges(requests []string) []string {
	var all []string
	for _, r := range requests {
		if strings.HasPrefix(r, network) {
			_, after, _ := strings.Cut(r, "model.onnx")
			all = append(all, strings.TrimSpace(after))
		}
	}
	return all
}

func TestPullGoesOnWhereTheConnectionBroke(t *testing.T) {
	cases := []struct {
		name   string
		faults func(*hubtest.Hub)
		ranges []string
	}{
		{"once", func(s *hubtest.Hub) { s.Fault(1, network, hubtest.CutAfter(100_000)) },
			[]string{"", "bytes=100000-"}},
		{"before the first byte", func(s *hubtest.Hub) { s.Fault(1, network, hubtest.CutAfter(0)) },
			[]string{"", ""}},
		{"more often than it is patient, but always further", func(s *hubtest.Hub) { s.Fault(4, network, hubtest.CutAfter(70_000)) },
			[]string{"", "bytes=70000-", "bytes=140000-", "bytes=210000-", "bytes=280000-"}},
		{"a body that is too short and looks whole", func(s *hubtest.Hub) { s.Fault(1, network, hubtest.Shorten(1000)) },
			[]string{"", "bytes=1000-"}},
		{"a network that knows no ranges", func(s *hubtest.Hub) {
			s.Fault(1, network, hubtest.CutAfter(100_000))
			s.Fault(1, network, hubtest.IgnoreRange())
		}, []string{"", "bytes=100000-"}},
		{"a range that is not the one asked for", func(s *hubtest.Hub) {
			s.Fault(1, network, hubtest.CutAfter(100_000))
			s.Fault(1, network, hubtest.Header("Content-Range", "bytes 7-307199/307200"))
		}, []string{"", "bytes=100000-", ""}},
		{"a range refused", func(s *hubtest.Hub) {
			s.Fault(1, network, hubtest.CutAfter(100_000))
			s.Fault(1, network, hubtest.Status(416))
		}, []string{"", "bytes=100000-", ""}},
		{"and the network was busy", func(s *hubtest.Hub) {
			s.Fault(1, network, hubtest.CutAfter(100_000))
			s.Fault(1, network, hubtest.Status(503))
		}, []string{"", "bytes=100000-", "bytes=100000-"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			server := hubtest.New(t)
			files := hubtest.Model(size, "")
			server.Put(miniLM, files)
			c.faults(server)
			h := newHub(t, server)
			hasFiles(t, mustPull(t, h, miniLM, PullOptions{}), files, "onnx/model.onnx")
			if got := ranges(server.Requests()); !slices.Equal(got, c.ranges) {
				t.Errorf("asked for %q, want %q", got, c.ranges)
			}
			if left := leftovers(t, h); left != nil {
				t.Errorf("left %q behind", left)
			}
		})
	}
}

// A process that was killed leaves a part; the next one goes on with it.
func TestPullGoesOnWithWhatAnEarlierRunLeft(t *testing.T) {
	whole := hubtest.Model(size, "")["onnx/model.onnx"]
	cases := []struct {
		name   string
		left   []byte
		ranges []string
	}{
		{"a beginning", whole[:123_456], []string{"bytes=123456-"}},
		{"all of it", whole, nil},
		{"a damaged beginning", append([]byte{whole[0] ^ 1}, whole[1:100_000]...), []string{"bytes=100000-", ""}},
		{"too much", append(slices.Clone(whole), 1), []string{""}},
		{"nothing", nil, []string{""}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			server := hubtest.New(t)
			server.Put(miniLM, hubtest.Model(size, ""))
			h := newHub(t, server)
			r, err := createRepo(h.config.Cache, miniLM)
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			part := filepath.Join(r.dir, "blobs", sum(whole)+partSuffix)
			if err := os.WriteFile(part, c.left, 0o644); err != nil {
				t.Fatal(err)
			}
			m := mustPull(t, h, miniLM, PullOptions{})
			hasFiles(t, m, map[string][]byte{"onnx/model.onnx": whole}, "onnx/model.onnx")
			if got := ranges(server.Requests()); !slices.Equal(got, c.ranges) {
				t.Errorf("asked for %q, want %q", got, c.ranges)
			}
		})
	}
}

// An interrupt in the middle keeps what was there for the next run, and shows
// nothing under the model's name.
func TestPullIsInterruptedAndRestarted(t *testing.T) {
	server := hubtest.New(t)
	files := hubtest.Model(size, "")
	server.Put(miniLM, files)
	server.Fault(1, network, hubtest.Hang(100_000))
	h := newHub(t, server)
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	_, err := h.Pull(ctx, miniLM, PullOptions{Progress: func(file string, done, _ int64) {
		if file == "onnx/model.onnx" && done >= 100_000 {
			interrupt()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want context.Canceled", err)
	}
	if _, err := h.Find(miniLM); !errors.Is(err, ErrNotLocal) {
		t.Errorf("half a model can be found: %v", err)
	}
	server.Requests()
	hasFiles(t, mustPull(t, another(t, h), miniLM, PullOptions{}), files, "onnx/model.onnx", "vocab.txt")
	if got := ranges(server.Requests()); len(got) != 1 || !strings.HasPrefix(got[0], "bytes=1") {
		t.Errorf("asked for %q, want the rest", got)
	}
}

func TestPullTriesAgain(t *testing.T) {
	cases := map[string]func(*hubtest.Hub){
		"429 with Retry-After": func(s *hubtest.Hub) { s.Fault(2, "GET /api/", hubtest.Status(429, "Retry-After", "0")) },
		"429 with a date": func(s *hubtest.Hub) {
			s.Fault(2, "HEAD ", hubtest.Status(429, "Retry-After", "Mon, 02 Jan 2006 15:04:05 GMT"))
		},
		"500":               func(s *hubtest.Hub) { s.Fault(2, "GET /api/", hubtest.Status(500)) },
		"502 of a file":     func(s *hubtest.Hub) { s.Fault(2, "/resolve/", hubtest.Status(502)) },
		"408":               func(s *hubtest.Hub) { s.Fault(2, network, hubtest.Status(408)) },
		"a listing cut off": func(s *hubtest.Hub) { s.Fault(2, "GET /api/", hubtest.CutAfter(10)) },
	}
	for name, fault := range cases {
		t.Run(name, func(t *testing.T) {
			server := hubtest.New(t)
			server.Put(miniLM, hubtest.Model(1000, ""))
			fault(server)
			var said heard
			mustPull(t, newHub(t, server), miniLM, PullOptions{Notify: said.notify})
			if !said.contains("; trying again in ") {
				t.Errorf("said %q", said.lines)
			}
		})
	}
}

func TestPullGivesUp(t *testing.T) {
	server := hubtest.New(t)
	server.Put(miniLM, hubtest.Model(1000, ""))
	server.Fault(100, "GET /api/", hubtest.Status(503))
	_, err := newHub(t, server).Pull(t.Context(), miniLM, PullOptions{})
	if made := server.Requests(); err == nil || len(made) != 3 {
		t.Errorf("got %v after %d tries, want an error after 3", err, len(made))
	}
}

// The pause that a hub asks for is kept, not shortened; one that is too long
// is an error at once.
func TestPullHeedsRetryAfter(t *testing.T) {
	server := hubtest.New(t)
	server.Put(miniLM, hubtest.Model(1000, ""))
	server.Fault(2, "GET /api/", hubtest.Status(429, "Retry-After", "60"))

	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	var said heard
	patient := newHub(t, server, func(c *Config) { c.MaxWait = 2 * time.Minute })
	_, err := patient.Pull(ctx, miniLM, PullOptions{Notify: func(line string) { said.notify(line); interrupt() }})
	if !errors.Is(err, context.Canceled) || !said.contains("trying again in 1m0s") {
		t.Errorf("got %v and was told %q", err, said.lines)
	}
	_, err = newHub(t, server).Pull(t.Context(), miniLM, PullOptions{})
	if err == nil || !strings.Contains(err.Error(), "429 Too Many Requests; it asks to wait 1m0s") {
		t.Errorf("got %v", err)
	}
}

func TestPullEndsASilentConnection(t *testing.T) {
	for name, in := range map[string]string{"body": network, "listing": "GET /api/"} {
		t.Run(name, func(t *testing.T) {
			server := hubtest.New(t)
			files := hubtest.Model(size, "")
			server.Put(miniLM, files)
			server.Fault(1, in, hubtest.Hang(5))
			var said heard
			h := newHub(t, server, func(c *Config) { c.Stall = 50 * time.Millisecond })
			hasFiles(t, mustPull(t, h, miniLM, PullOptions{Notify: said.notify}), files, "onnx/model.onnx")
			if !said.contains("nothing came for 50ms") {
				t.Errorf("said %q", said.lines)
			}
		})
	}
}
