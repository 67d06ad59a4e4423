package hub

import (
	"cmp"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/server/internal/hub/hubtest"
)

// What a hub can do wrong, each with the one line that a user reads.
func TestPullRefuses(t *testing.T) {
	const elsewhere = "0123456789abcdef0123456789abcdef01234567"
	with := func(in string, fault ...string) func(*hubtest.Hub) {
		return func(s *hubtest.Hub) { s.Fault(100, in, hubtest.Header(fault...)) }
	}
	listing := func(text string) func(*hubtest.Hub) {
		return func(s *hubtest.Hub) { s.Fault(100, "GET /api/", hubtest.Body(text)) }
	}
	cases := []struct {
		name    string
		model   string // default miniLM
		options PullOptions
		config  func(*Config)
		fault   func(*hubtest.Hub)
		is      error
		says    string
	}{
		{name: "unknown short name", model: "no-such", is: ErrUnknown,
			says: `unknown model "no-such": neither a folder nor in the catalogue (splitrank models list); other models go by ORG/NAME`},
		{name: "unsafe name", model: "../../etc", is: ErrUnknown, says: `unknown model "../../etc"`},
		{name: "model that is not there, without a token", model: "org/no-such", is: ErrAccess,
			says: `asking for "org/no-such" at revision "main": no access: the hub says 401 Unauthorized (RepoNotFound): it does not exist, or set HF_TOKEN to a token that may read it`},
		{name: "model that is not there, with a token", model: "org/no-such", config: func(c *Config) { c.Token = "hf_good" }, is: ErrNotFound,
			says: `asking for "org/no-such" at revision "main": not found: the hub says 404 Not Found (RepoNotFound)`},
		{name: "private model, without a token", model: "org/private", is: ErrAccess, says: `set HF_TOKEN to a token that may read it`},
		{name: "private model, with another's token", model: "org/private", config: func(c *Config) { c.Token = "hf_other" }, is: ErrAccess,
			says: `asking for "org/private" at revision "main": no access: the hub says 401 Unauthorized (RepoNotFound): it does not exist, or the token in HF_TOKEN may not read it`},
		{name: "gated model", fault: func(s *hubtest.Hub) { s.Fault(100, "HEAD ", hubtest.Status(403, "X-Error-Code", "GatedRepo")) }, is: ErrAccess,
			says: `asking for "config.json" of "` + miniLM + `": no access: the hub says 403 Forbidden (GatedRepo): accept its terms on the hub's page and set HF_TOKEN`},
		{name: "revision that is not there", options: PullOptions{Revision: "v9/x"}, is: ErrNotFound,
			says: `asking for "` + miniLM + `" at revision "v9/x": not found: the hub says 404 Not Found (RevisionNotFound)`},
		{name: "variant that is not there", options: PullOptions{Variant: "int4"}, is: ErrNotFound,
			says: `it has no variant "int4", but fp32, fp16`},
		{name: "unsafe variant", options: PullOptions{Variant: "../x"}, is: ErrUnsafe, says: `asking for variant "../x"`},
		{name: "variant said twice", model: miniLM + ":fp16", options: PullOptions{Variant: "fp32"}, says: `the name says another`},
		{name: "no tokenizer", model: "org/bare", is: ErrNotFound, says: `it has no tokenizer.json`},
		{name: "no ONNX file", model: "org/torch", is: ErrNotFound, says: `it has no ONNX file`},
		{name: "a file gone since the listing", fault: func(s *hubtest.Hub) { s.Fault(100, "HEAD ", hubtest.Status(404, "X-Error-Code", "EntryNotFound")) }, is: ErrNotFound,
			says: `asking for "config.json" of "` + miniLM + `": not found: the hub says 404 Not Found (EntryNotFound)`},

		{name: "corrupted large file", fault: func(s *hubtest.Hub) { s.Fault(100, network, hubtest.Corrupt()) }, is: ErrMismatch,
			says: `pulling "onnx/model.onnx" of "` + miniLM + `": digest mismatch: expected sha256:` + sum(hubtest.Model(size, "")["onnx/model.onnx"]) + `, found sha256:`},
		{name: "corrupted small file", fault: func(s *hubtest.Hub) { s.Fault(100, "GET /"+miniLM+"/resolve/", hubtest.Corrupt()) }, is: ErrMismatch,
			says: `pulling "config.json" of "` + miniLM + `": digest mismatch: expected git-sha1:3967ff7fee9d40eb77abadd6a292230496ca9f24, found git-sha1:`},
		{name: "always cut off", fault: func(s *hubtest.Hub) { s.Fault(100, network, hubtest.CutAfter(10)) }, is: ErrTruncated,
			says: `pulling "onnx/model.onnx" of "` + miniLM + `": truncated after 30 of 307200 bytes: unexpected EOF`},
		{name: "always too short", fault: func(s *hubtest.Hub) { s.Fault(100, network, hubtest.Shorten(0)) }, is: ErrTruncated,
			says: `truncated after 0 of 307200 bytes`},
		{name: "too long", fault: func(s *hubtest.Hub) { s.Fault(100, network, hubtest.Lengthen("x")) }, is: ErrMismatch,
			says: `the hub sends more than the 307200 bytes it announced`},

		{name: "digest that is none", fault: with("HEAD ", "ETag", `"5d41402abc4b2a76b9719d911017c592"`),
			says: `asking for "config.json" of "` + miniLM + `": the hub gives no digest (ETag "\"5d41402abc4b2a76b9719d911017c592\""), so it could not be verified`},
		{name: "no digest", fault: with("HEAD ", "ETag", ""), says: `the hub gives no digest (ETag "")`},
		{name: "size that is none", fault: with("HEAD ", "X-Linked-Size", "large"), says: `the hub gives a size of "large"`},
		{name: "no size of a large file", fault: with("HEAD /"+miniLM, "X-Linked-Size", ""), says: `"onnx/model.onnx" of "` + miniLM + `": the hub gives no digest (ETag "\"of-the-network\"")`},
		{name: "another commit", fault: with("HEAD ", "X-Repo-Commit", elsewhere), says: `the hub answers for commit "` + elsewhere + `"`},
		{name: "redirects without end", fault: func(s *hubtest.Hub) { s.Fault(100, "HEAD ", hubtest.Status(302, "Location", "/x")) }, says: `stopped after 10 redirects`},

		{name: "a listing that is no JSON", fault: listing("<html>"), says: `reading what the hub says of "` + miniLM + `" at revision "main": `},
		{name: "a listing without a commit", fault: listing(`{"siblings":[]}`), is: ErrUnsafe, says: `commit ""`},
		{name: "a commit that leaves the cache", fault: listing(`{"sha":"../../../../tmp"}`), is: ErrUnsafe, says: `commit "../../../../tmp"`},
		{name: "a file that leaves the cache", fault: listing(`{"sha":"` + elsewhere + `","siblings":[{"rfilename":"onnx/../../../x"}]}`), is: ErrUnsafe,
			says: `unsafe name "onnx/../../../x": not a plain relative path`},
		{name: "a file with an absolute name", fault: listing(`{"sha":"` + elsewhere + `","siblings":[{"rfilename":"/etc/passwd"}]}`), is: ErrUnsafe, says: `"/etc/passwd"`},
		{name: "a file with a backslash", fault: listing(`{"sha":"` + elsewhere + `","siblings":[{"rfilename":"..\\x"}]}`), is: ErrUnsafe, says: `"..\\x"`},
		{name: "another commit than asked for", options: PullOptions{Revision: elsewhere}, fault: listing(`{"sha":"1111111111111111111111111111111111111111"}`),
			says: `asked for commit ` + elsewhere + `, the hub answers for 1111111111111111111111111111111111111111`},
		{name: "a reason that would turn the line around", fault: func(s *hubtest.Hub) { s.Fault(100, "GET /api/", hubtest.Status(418, "X-Error-Message", "a\u202eb")) }, says: `418 I'm a teapot (ab)`},
		{name: "nobody there", config: func(c *Config) { c.Endpoint = "http://127.0.0.1:1" }, says: `asking 127.0.0.1:1: `},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			server := hubtest.New(t)
			server.Token = "hf_good"
			server.Private["org/private"] = true
			server.Put(miniLM, hubtest.Model(size, "", "fp16"))
			server.Put("org/private", hubtest.Model(10, ""))
			server.Put("org/torch", hubtest.Model(10))
			server.Put("org/bare", map[string][]byte{"config.json": nil, "onnx/model.onnx": nil})
			if c.fault != nil {
				c.fault(server)
			}
			h := newHub(t, server, func(config *Config) {
				if c.config != nil {
					c.config(config)
				}
			})
			_, err := h.Pull(t.Context(), cmp.Or(c.model, miniLM), c.options)
			check := refused{h, err, c.is, c.says}
			check.by(t)
		})
	}
}

type refused struct {
	hub  *Hub
	err  error
	is   error
	says string
}

func (r refused) by(t *testing.T) {
	t.Helper()
	if r.err == nil {
		t.Fatal("it was not refused")
	}
	text := r.err.Error()
	if r.is != nil && !errors.Is(r.err, r.is) {
		t.Errorf("%q is not %q", text, r.is)
	}
	if !strings.Contains(text, r.says) {
		t.Errorf("got  %s\nwant %s", text, r.says)
	}
	if strings.ContainsAny(text, "\n\u202e") || strings.Contains(text, "hf_") || strings.Contains(text, "secret") {
		t.Errorf("%q has more than one line, or tells a secret", text)
	}
	if _, err := r.hub.Find(miniLM); err == nil {
		t.Error("a refused model can be found")
	}
	if _, err := os.Stat(filepath.Join(r.hub.config.Cache, repoFolder(miniLM), manifestName)); err == nil {
		t.Error("a refused model is recorded")
	}
}

func TestPullRefusesAFolder(t *testing.T) {
	_, err := newHub(t, hubtest.New(t)).Pull(t.Context(), t.TempDir(), PullOptions{})
	if err == nil || !strings.Contains(err.Error(), "it is a folder on this machine") {
		t.Errorf("got %v", err)
	}
}

// A manifest that somebody has changed cannot reach out of the cache.
func TestManifestIsNotTrusted(t *testing.T) {
	const commit = "0123456789abcdef0123456789abcdef01234567"
	file := func(path, blob, sha string) string {
		return `{"version":1,"pinned":"` + commit + `","snapshots":{"` + commit + `":{"files":[{"path":"` + path + `","size":1,"blob":"` + blob + `","sha256":"` + sha + `"}]}}}`
	}
	good := strings.Repeat("a", 64)
	cases := map[string]struct{ text, says string }{
		"path":     {file("../../x", good, good), `unsafe name "../../x"`},
		"blob":     {file("x", "../x", good), `"x" has no usable size or digest`},
		"sha256":   {file("x", good, "short"), `"x" has no usable size or digest`},
		"commit":   {`{"version":1,"snapshots":{"..":{}}}`, `unsafe name: commit ".."`},
		"nothing":  {`{"version":1,"snapshots":{"` + commit + `":null}}`, `unsafe name: commit`},
		"pin":      {`{"version":1,"pinned":"../x"}`, `it pins "../x", of which it lists nothing`},
		"version":  {`{"version":2}`, `it has version 2, this program reads 1`},
		"no JSON":  {`x`, `invalid character`},
		"repeated": {`{"version":1,"version":1}`, `duplicate object member name`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			server := hubtest.New(t)
			server.Put(miniLM, hubtest.Model(10, ""))
			h := newHub(t, server)
			mustPull(t, h, miniLM, PullOptions{})
			path := filepath.Join(h.config.Cache, repoFolder(miniLM), manifestName)
			if err := os.WriteFile(path, []byte(c.text), 0o644); err != nil {
				t.Fatal(err)
			}
			_, pullErr := h.Pull(t.Context(), miniLM, PullOptions{})
			_, findErr := h.Find(miniLM)
			for _, err := range []error{pullErr, findErr} {
				if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), manifestName) {
					t.Errorf("got %v, want %q", err, c.says)
				}
			}
		})
	}
}
