package hub

import (
	"cmp"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// checkStatus turns a response that is not a success into an error about
// what, which is a model or one of its files.
func (h *Hub) checkStatus(resp *http.Response, what string) error {
	switch code := resp.StatusCode; {
	case code >= 200 && code < 300:
		return nil
	case code == http.StatusUnauthorized || code == http.StatusForbidden:
		return fmt.Errorf("asking for %s: %w: the hub says %s: %s", what, ErrAccess, said(resp), h.accessHint(resp))
	case code == http.StatusNotFound:
		return fmt.Errorf("asking for %s: %w: the hub says %s", what, ErrNotFound, said(resp))
	case code == http.StatusRequestTimeout || code == http.StatusTooManyRequests || code >= 500:
		return &temporary{err: fmt.Errorf("asking for %s: the hub says %s", what, said(resp)), after: retryAfter(resp)}
	}
	return fmt.Errorf("asking for %s: the hub says %s", what, said(resp))
}

// said is the status with the reason that the hub gives in its own headers.
func said(resp *http.Response) string {
	status := strconv.Itoa(resp.StatusCode) + " " + http.StatusText(resp.StatusCode)
	reason := cmp.Or(resp.Header.Get("X-Error-Code"), resp.Header.Get("X-Error-Message"))
	if reason == "" {
		return status
	}
	return fmt.Sprintf("%s (%s)", status, printable(reason, 80))
}

// printable keeps foreign text from moving a terminal's cursor.
func printable(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f {
			return -1
		}
		return r
	}, s)
	return s[:min(len(s), most)]
}

// accessHint says what to do. A hub answers 401 for models that do not exist,
// too, so that nobody can probe for private ones.
func (h *Hub) accessHint(resp *http.Response) string {
	switch {
	case resp.Header.Get("X-Error-Code") == "GatedRepo":
		return "accept its terms on the hub's page and set HF_TOKEN"
	case h.config.Token == "":
		return "it does not exist, or set HF_TOKEN to a token that may read it"
	}
	return "it does not exist, or the token in HF_TOKEN may not read it"
}

// retryAfter reads seconds or a date. 0 = not said, or now.
func retryAfter(resp *http.Response) time.Duration {
	value := resp.Header.Get("Retry-After")
	if seconds, err := strconv.Atoi(value); err == nil {
		return time.Duration(min(max(seconds, 0), 1<<20)) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(time.Until(at), 0)
	}
	return 0
}
