package cli

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"
)

// healthcheckCmd asks a server whether it is ready: an image without a shell has
// nothing else to ask with.
type healthcheckCmd struct {
	Addr    string        `default:":8000" placeholder:"HOST:PORT" help:"Where the server listens, as --addr of serve says; no host, or that of every interface, means this machine (default ${default})."`
	Timeout time.Duration `env:"-" default:"3s" placeholder:"TIME" help:"For the answer to come (default ${default})."`
}

// Help implements kong.HelpProvider.
func (healthcheckCmd) Help() string {
	return `Asks GET /readyz. The code is 0 if the server is ready, 1 if it is not, starts, drains, or is not there.

  splitrank healthcheck --addr 127.0.0.1:8000`
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

// Run asks once. A proxy that the environment names is not asked: it is elsewhere.
func (c *healthcheckCmd) Run(env *Env) error {
	ctx, cancel := context.WithTimeout(env.Ctx, c.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+reachable(c.Addr)+"/readyz", http.NoBody)
	if err != nil {
		return fmt.Errorf("asking %q: %w", c.Addr, err)
	}
	answer, err := (&http.Transport{}).RoundTrip(req)
	if err != nil {
		return fmt.Errorf("asking %s: %w", req.URL, err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", req.URL, answer.Status)
	}
	_, err = fmt.Fprintln(env.Stdout, "ready")
	return err
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
