package cli

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/splitrank/splitrank/server/internal/limitedfile"
)

// maxKeyFile is the longest file with a key, in bytes.
const maxKeyFile = 4096

// healthcheckCmd asks a server whether it is ready: an image without a shell has
// nothing else to ask with.
type healthcheckCmd struct {
	Addr    string        `default:":8000" placeholder:"HOST:PORT" help:"Where the server listens, as --addr of serve says; no host, or that of every interface, means this machine (default ${default})."`
	Timeout time.Duration `env:"-" default:"3s" placeholder:"TIME" help:"For the answers to come (default ${default})."`
	Ask     bool          `env:"-" help:"Ask for an answer as well: POST /rerank, two short documents, by the words alone."`
	KeyFile string        `env:"-" placeholder:"FILE" help:"File with the key to show, where the server wants one for that (default: none)."`
}

// Help implements kong.HelpProvider.
func (healthcheckCmd) Help() string {
	return `Asks GET /readyz. The code is 0 if the server is ready, 1 if it is not, starts, drains, or is not there.

  splitrank healthcheck --addr 127.0.0.1:8000
  splitrank healthcheck --addr splitrank.search:8000 --ask --key-file /run/secrets/key`
}

// Validate refuses what nobody can listen on.
func (c *healthcheckCmd) Validate() error {
	host, port, err := net.SplitHostPort(c.Addr)
	if err != nil || port == "" || strings.Trim(port, "0") == "" || strings.Contains(host, "/") {
		return fmt.Errorf("--addr %q is not like 127.0.0.1:8000", c.Addr)
	}
	if c.Timeout <= 0 {
		return fmt.Errorf("--timeout %s: want more than 0s", c.Timeout)
	}
	return nil
}

// healthQuestion is small, and asks no model: whether one is loaded is no matter of health.
const healthQuestion = `{"query":"shaped dough","pipeline":"heuristic","documents":["shaped dough rests in the fridge","turn the oven on"]}`

// Run asks whether the server is ready, and for an answer where that is wanted.
func (c *healthcheckCmd) Run(env *Env) error {
	ctx, cancel := context.WithTimeout(env.Ctx, c.Timeout)
	defer cancel()
	if err := c.ask(ctx, http.MethodGet, "/readyz", ""); err != nil {
		return err
	}
	if c.Ask {
		if err := c.ask(ctx, http.MethodPost, "/rerank", healthQuestion); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(env.Stdout, "ready")
	return err
}

// ask wants 200. A proxy that the environment names is not asked: it is elsewhere.
func (c *healthcheckCmd) ask(ctx context.Context, method, path, body string) error {
	req, err := http.NewRequestWithContext(ctx, method, "http://"+reachable(c.Addr)+path, strings.NewReader(body))
	if err != nil {
		return fmt.Errorf("asking %q: %w", c.Addr, err)
	}
	req.Header.Set("Content-Type", "application/json")
	if err := c.showKey(req); err != nil {
		return err
	}
	answer, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(req)
	if err != nil {
		return fmt.Errorf("asking %s: %w", req.URL, err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", req.URL, answer.Status)
	}
	return nil
}

func (c *healthcheckCmd) showKey(req *http.Request) error {
	if c.KeyFile == "" {
		return nil
	}
	text, err := limitedfile.Read(c.KeyFile, maxKeyFile)
	if err != nil {
		return fmt.Errorf("--key-file: %w", err)
	}
	key := strings.TrimSpace(string(text))
	if key == "" || strings.ContainsAny(key, " \t\r\n") {
		return fmt.Errorf("--key-file %s holds no key, or more than one", c.KeyFile)
	}
	req.Header.Set("Authorization", "Bearer "+key)
	return nil
}

// reachable is where a server that listens on addr is found from this machine.
func reachable(addr string) string {
	host, port, _ := net.SplitHostPort(addr)
	ip := net.ParseIP(host)
	switch {
	case host == "" || ip != nil && ip.IsUnspecified() && ip.To4() != nil:
		host = "127.0.0.1"
	case ip != nil && ip.IsUnspecified():
		host = "::1"
	}
	return net.JoinHostPort(host, port)
}
