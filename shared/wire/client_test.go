package wire

import (
	"net/http"
	"testing"
)

func TestClient(t *testing.T) {
	trusted, err := ParseProxies([]string{"10.0.0.0/8", "192.0.2.7", "2001:db8::/32"})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, remote string
		said         []string
		want         string
	}{
		{"no proxy", "198.51.100.1:5", nil, "198.51.100.1"},
		{"no proxy, and a claim", "198.51.100.1:5", []string{"1.2.3.4"}, "198.51.100.1"},
		{"a proxy that says nothing", "10.1.2.3:5", nil, "10.1.2.3"},
		{"a proxy", "10.1.2.3:5", []string{"198.51.100.1"}, "198.51.100.1"},
		{"a claim before", "10.1.2.3:5", []string{"1.2.3.4, 198.51.100.1"}, "198.51.100.1"},
		{"two proxies", "10.1.2.3:5", []string{"1.2.3.4", "198.51.100.1, 192.0.2.7"}, "198.51.100.1"},
		{"proxies only", "10.1.2.3:5", []string{"10.9.9.9"}, "10.9.9.9"},
		{"nonsense", "10.1.2.3:5", []string{"198.51.100.1, <script>"}, "10.1.2.3"},
		{"version 6", "[2001:db8::1]:5", []string{"2001:db9::1"}, "2001:db9::1"},
		{"mapped", "[::ffff:10.1.2.3]:5", []string{"198.51.100.1"}, "198.51.100.1"},
		{"a zone", "10.1.2.3:5", []string{"fe80::1%eth0"}, "fe80::1"},
		{"no address", "@", []string{"198.51.100.1"}, "invalid IP"},
	} {
		r := &http.Request{RemoteAddr: tt.remote, Header: http.Header{"X-Forwarded-For": tt.said}}
		if got := trusted.Client(r).String(); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
	for _, bad := range []string{"", "10.0.0.0/33", "all", "10.0.0"} {
		if _, err := ParseProxies([]string{bad}); err == nil {
			t.Errorf("%q is a network", bad)
		}
	}
}
