package hub

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// maxRedirects is what browsers and net/http allow, about.
const maxRedirects = 10

// newClient bounds every phase but the body, which stallReader watches.
func newClient(c Config) *http.Client {
	dialer := &net.Dialer{Timeout: c.Stall, KeepAlive: 30 * time.Second}
	return &http.Client{
		Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           dialer.DialContext,
			TLSHandshakeTimeout:   c.Stall,
			ResponseHeaderTimeout: c.Stall,
			ForceAttemptHTTP2:     true,
			IdleConnTimeout:       90 * time.Second,
		},
		CheckRedirect: checkRedirect,
	}
}

// headStop is the key of requests that want the headers of the hub, and not
// those of the content network that it points to.
type headStop struct{}

// checkRedirect keeps the token at the host that it was given to, refuses to
// leave https, and stops a look-up where the hub has given the digest.
func checkRedirect(req *http.Request, via []*http.Request) error {
	if req.Context().Value(headStop{}) != nil && linked(req.Response) {
		return http.ErrUseLastResponse
	}
	if len(via) >= maxRedirects {
		return fmt.Errorf("stopped after %d redirects", maxRedirects)
	}
	if via[0].URL.Scheme == "https" && req.URL.Scheme != "https" {
		return fmt.Errorf("refused a redirect from https to %s://%s", req.URL.Scheme, req.URL.Host)
	}
	if req.URL.Host != via[0].URL.Host {
		req.Header.Del("Authorization")
	}
	return nil
}

// linked reports whether a redirect already tells what it leads to.
func linked(resp *http.Response) bool {
	return resp.Header.Get("X-Linked-ETag") != "" && resp.Header.Get("X-Linked-Size") != ""
}

// request asks once. Its error is temporary where another try may help.
func (h *Hub) request(ctx context.Context, method, address string, header http.Header) (*http.Response, error) {
	if h.config.Offline {
		return nil, fmt.Errorf("asking %s: %w (HF_HUB_OFFLINE or --offline)", h.config.Endpoint, ErrOffline)
	}
	req, err := http.NewRequestWithContext(ctx, method, address, nil)
	if err != nil {
		return nil, err
	}
	if header != nil {
		req.Header = header
	}
	req.Header.Set("User-Agent", h.config.UserAgent)
	// Sizes, ranges and digests are those of the plain bytes.
	req.Header.Set("Accept-Encoding", "identity")
	if h.config.Token != "" {
		req.Header.Set("Authorization", "Bearer "+h.config.Token)
	}
	resp, err := h.http.Do(req)
	if err != nil {
		return nil, transportError(ctx, req.URL.Host, err)
	}
	return resp, nil
}

// get asks once and hands the response to use, its body watched for silence.
func (h *Hub) get(ctx context.Context, address string, header http.Header, use func(*http.Response, io.Reader) error) error {
	watched, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	resp, err := h.request(watched, http.MethodGet, address, header)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body := watch(resp.Body, h.config.Stall, cancel)
	defer body.stop()
	return use(resp, body)
}

// transportError drops the address, which may carry a signature of the
// content network, and says whether another try may help.
func transportError(ctx context.Context, host string, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	err = fmt.Errorf("asking %s: %w", host, err)
	if final(err) {
		return err
	}
	return &temporary{err: err}
}

// final errors of the network do not pass by waiting.
func final(err error) bool {
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return dns.IsNotFound
	}
	return strings.Contains(err.Error(), "x509:") || strings.Contains(err.Error(), "redirect") ||
		strings.Contains(err.Error(), "unsupported protocol")
}

// address of a file or of an API call: every part is escaped by itself.
func (h *Hub) address(parts ...string) string {
	var b strings.Builder
	b.WriteString(h.config.Endpoint)
	for _, part := range parts {
		for p := range strings.SplitSeq(part, "/") {
			b.WriteByte('/')
			b.WriteString(url.PathEscape(p))
		}
	}
	return b.String()
}
