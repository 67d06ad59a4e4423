package hub

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
)

func TestCheckRedirect(t *testing.T) {
	stopping := context.WithValue(t.Context(), headStop{}, true)
	cases := []struct {
		name         string
		ctx          context.Context
		from, to     string
		linked, size string
		token        bool
		says         string
	}{
		{name: "the same host keeps the token", ctx: t.Context(), from: "https://hub.example/a", to: "https://hub.example/b", token: true},
		{name: "another host does not get it", ctx: t.Context(), from: "https://hub.example/a", to: "https://cdn.example/b"},
		{name: "nor does one below", ctx: t.Context(), from: "https://hub.example/a", to: "https://cdn.hub.example/b"},
		{name: "nor another port", ctx: t.Context(), from: "https://hub.example/a", to: "https://hub.example:8443/b"},
		{name: "https stays https", ctx: t.Context(), from: "https://hub.example/a", to: "http://hub.example/b", says: "refused a redirect from https to http://hub.example"},
		{name: "a look-up ends at the digest", ctx: stopping, from: "https://hub.example/a", to: "https://cdn.example/b", linked: "x", size: "1", says: http.ErrUseLastResponse.Error()},
		{name: "but not without a size", ctx: stopping, from: "https://hub.example/a", to: "https://hub.example/b", linked: "x", token: true},
		{name: "and not before", ctx: stopping, from: "https://hub.example/a", to: "https://hub.example/b", token: true},
		{name: "a download follows it", ctx: t.Context(), from: "https://hub.example/a", to: "https://cdn.example/b", linked: "x", size: "1"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			via := request(t, c.ctx, c.from)
			req := request(t, c.ctx, c.to)
			req.Header.Set("Authorization", "Bearer x")
			req.Response = &http.Response{Header: http.Header{}}
			req.Response.Header.Set("X-Linked-ETag", c.linked)
			req.Response.Header.Set("X-Linked-Size", c.size)
			err := checkRedirect(req, []*http.Request{via})
			switch {
			case c.says != "" && (err == nil || err.Error() != c.says):
				t.Errorf("got %v, want %q", err, c.says)
			case c.says == "" && err != nil:
				t.Error(err)
			case c.says == "" && (req.Header.Get("Authorization") != "") != c.token:
				t.Errorf("the token is %q", req.Header.Get("Authorization"))
			}
		})
	}
}

func request(t *testing.T, ctx context.Context, address string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// A host that does not exist is told at once, a lookup that timed out is not.
func TestTransportErrors(t *testing.T) {
	cases := map[string]struct {
		err    error
		passes bool
	}{
		"no such host":    {&net.DNSError{Err: "no such host", Name: "hub.invalid", IsNotFound: true}, false},
		"a slow resolver": {&net.DNSError{Err: "timeout", Name: "hub.example", IsTimeout: true}, true},
		"a certificate":   {errors.New("tls: failed to verify certificate: x509: certificate signed by unknown authority"), false},
		"a reset":         {errors.New("read: connection reset by peer"), true},
	}
	for name, c := range cases {
		err := transportError(t.Context(), "hub.example", c.err)
		if _, passes := errors.AsType[*temporary](err); passes != c.passes || !strings.HasPrefix(err.Error(), "asking hub.example: ") {
			t.Errorf("%s: got %v, temporary %v", name, err, passes)
		}
	}
}
