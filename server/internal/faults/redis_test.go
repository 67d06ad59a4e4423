//go:build linux

package faults

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/splitrank/splitrank/server/internal/llm/llmtest"
	"github.com/splitrank/splitrank/server/internal/ort/orttest"
	"github.com/splitrank/splitrank/server/internal/redistest"
)

// killedSharers are servers that are killed while they write into one Redis.
const killedSharers = 8

// sharing is what servers share by Redis: scores of a cross-encoder, vectors of an
// encoder, and grades of a large language model.
type sharing struct {
	asks  []sharedAsk
	flags []string // of every server
}

// sharedAsk is a request, and the results that it has whoever answers it.
type sharedAsk struct {
	body, want []byte
	llm        bool
}

// sharedAnswer is what must be equal in all answers.
type sharedAnswer struct {
	Results []struct {
		Index  int     `json:"index"`
		Score  float64 `json:"relevance_score"`
		Logit  float64 `json:"logit"`
		Scored string  `json:"scored_by"`
	} `json:"results"`
	Degraded bool `json:"degraded"`
	usage
}

type usage struct {
	Usage struct {
		Cached int `json:"cached"`
		Known  int `json:"known"`
		LLM    struct {
			Calls int `json:"calls"`
		} `json:"llm"`
	} `json:"usage"`
}

// newSharing has requests of all three kinds, with different documents.
func newSharing(t *testing.T) *sharing {
	t.Helper()
	grader := (&llmtest.Server{Grade: func(_ string, d llmtest.Document) int { return len(d.Text) % 11 }}).Start()
	t.Cleanup(grader.Close)
	s := &sharing{flags: []string{
		"--model", orttest.Model{Seed: 2}.Folder(t, "pairs"), "--model", orttest.Encoder{Seed: 1}.Folder(t, "vectors"), "--batch-tokens", "1", "--vectors", "memory",
		"--llm-model", "grader", "--llm-base-url", grader.URL(false), "--llm-trust", "1", "--read-ahead", "0",
	}}
	texts := sentences(rand.New(rand.NewPCG(13, 13)), 360)
	for i, chunk := range slices.Collect(slices.Chunk(texts, 20)) {
		body := map[string]any{"query": "how do plants make food", "documents": chunk, "model": []string{"pairs", "vectors"}[i%2], "pipeline": "cross-encoder"}
		graded := i%3 == 2
		if graded {
			body["pipeline"] = "llm"
		}
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		s.asks = append(s.asks, sharedAsk{body: text, llm: graded})
	}
	reference := start(t, s.flags...)
	for i := range s.asks {
		s.asks[i].want, _ = reference.shared(s.asks[i].body)
	}
	reference.kill()
	return s
}

// shared asks, and returns the results and how much of them was remembered.
func (p *program) shared(body []byte) (results []byte, remembered usage) {
	p.t.Helper()
	var a sharedAnswer
	if err := json.Unmarshal(p.send("/rerank", body, 200), &a); err != nil || len(a.Results) == 0 || a.Degraded {
		p.t.Fatalf("%+v, error %v", a, err)
	}
	results, err := json.Marshal(a.Results)
	if err != nil {
		p.t.Fatal(err)
	}
	return results, a.usage
}

// wantShared has every request answered as without Redis, and returns how many of them
// were answered by what others had written.
func (p *program) wantShared(asks []sharedAsk) (known int) {
	p.t.Helper()
	for i, a := range asks {
		got, u := p.shared(a.body)
		if !bytes.Equal(got, a.want) {
			p.t.Fatalf("request %d: %s, want %s", i, got, a.want)
		}
		if a.llm && u.Usage.LLM.Calls == 0 || !a.llm && u.Usage.Cached+u.Usage.Known > 0 {
			known++
		}
	}
	return known
}

// TestKilledWithRedis: servers are killed while they write scores, vectors and grades into
// Redis, again and again. Every next one starts, no score is another one than without
// any Redis, and none of what they left there is half. What somebody else cut in half
// is not believed.
func TestKilledWithRedis(t *testing.T) {
	orttest.Library(t)
	server := redistest.ForTest(t)
	s := newSharing(t)
	flags := append(slices.Clone(s.flags), "--cache-redis", server.URL())
	r := rand.New(rand.NewPCG(14, 14))
	for round := range killedSharers {
		p := start(t, flags...)
		one := r.IntN(len(s.asks))
		p.wantShared(s.asks[one : one+1])
		for i := range 6 {
			go p.tryOnce(s.asks[(round*6+i)%len(s.asks)].body)
		}
		p.killIn(r, 60*time.Millisecond)
	}
	client := dialRedis(t, server.URL())
	values := client.values()
	if len(values) < 50 {
		t.Fatalf("only %d values are in Redis: nothing was shared", len(values))
	}
	p := start(t, flags...)
	known := p.wantShared(s.asks)
	if known == 0 {
		t.Error("nothing was known by what the killed ones had written")
	}
	if n := p.damaged(); n != 0 {
		t.Errorf("%d values were written in half", n)
	}
	p.end(15)
	for key, value := range client.values() { // with what the last one wrote
		client.do("SET", key, value[:r.IntN(len(value))])
	}
	p = start(t, flags...)
	if n := p.wantShared(s.asks); n != 0 {
		t.Errorf("%d requests were answered from values that were cut in half", n)
	}
	t.Logf("%d values after %d kills; %d of %d requests were known by them; half values: %d told of", len(values), killedSharers, known, len(s.asks), p.damaged())
}

// tryOnce asks, and nobody looks at what comes of it.
func (p *program) tryOnce(body []byte) {
	if w, err := client().Post("http://"+p.addr+"/rerank", "application/json", bytes.NewReader(body)); err == nil {
		w.Body.Close()
	}
}

// rawRedis says a few commands as they stand on the wire: what the program has for this
// bounds and guards, and the test wants to see what is there.
type rawRedis struct {
	t    *testing.T
	conn net.Conn
	in   *bufio.Reader
}

func dialRedis(t *testing.T, url string) *rawRedis {
	t.Helper()
	conn, err := net.Dial("unix", strings.TrimPrefix(url, "unix://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &rawRedis{t, conn, bufio.NewReader(conn)}
}

// do a command and return its reply: words of a list, or one.
func (r *rawRedis) do(words ...string) []string {
	r.t.Helper()
	command := fmt.Sprintf("*%d\r\n", len(words))
	for _, w := range words {
		command += fmt.Sprintf("$%d\r\n%s\r\n", len(w), w)
	}
	if _, err := io.WriteString(r.conn, command); err != nil {
		r.t.Fatal(err)
	}
	kind, rest := r.line()
	if kind != '*' {
		return []string{r.word(kind, rest)}
	}
	n, _ := strconv.Atoi(rest)
	list := make([]string, n)
	for i := range list {
		list[i] = r.word(r.line())
	}
	return list
}

func (r *rawRedis) line() (kind byte, rest string) {
	r.t.Helper()
	line, err := r.in.ReadString('\n')
	if err != nil || line[0] == '-' {
		r.t.Fatalf("Redis says %q, error %v", line, err)
	}
	return line[0], strings.TrimSpace(line[1:])
}

// word that a line is, or whose length it says.
func (r *rawRedis) word(kind byte, rest string) string {
	r.t.Helper()
	if kind != '$' {
		return rest
	}
	n, _ := strconv.Atoi(rest)
	text := make([]byte, n+2)
	if _, err := io.ReadFull(r.in, text); err != nil {
		r.t.Fatal(err)
	}
	return string(text[:n])
}

// values of all keys, but for sums of money.
func (r *rawRedis) values() map[string]string {
	r.t.Helper()
	values := map[string]string{}
	for _, key := range r.do("KEYS", "splitrank:*") {
		if !strings.Contains(key, "microdollars") {
			values[key] = r.do("GET", key)[0]
		}
	}
	return values
}

// damaged is how many values a server found that were none.
func (p *program) damaged() (n int) {
	p.t.Helper()
	w, err := client().Get("http://" + p.addr + "/metrics")
	if err != nil {
		p.t.Fatal(err)
	}
	defer w.Body.Close()
	var text bytes.Buffer
	if _, err := text.ReadFrom(w.Body); err != nil {
		p.t.Fatal(err)
	}
	found := regexp.MustCompile(`(?m)^splitrank_(?:vectors|llm_cache)_corrupt_total\S* (\d+)$`).FindAllStringSubmatch(text.String(), -1)
	if len(found) != 2 {
		p.t.Fatalf("metrics of damage: %q", found)
	}
	for _, m := range found {
		one, err := strconv.Atoi(m[1])
		if err != nil {
			p.t.Fatal(err)
		}
		n += one
	}
	return n
}
