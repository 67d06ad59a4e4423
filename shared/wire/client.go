package wire

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"
)

// Proxies are the networks of proxies that are trusted to say on whose behalf
// they ask.
type Proxies []netip.Prefix

// ParseProxies reads networks, 10.0.0.0/8, and single addresses.
func ParseProxies(list []string) (Proxies, error) {
	var p Proxies
	for _, text := range list {
		network, err := netip.ParsePrefix(text)
		if err != nil {
			var one netip.Addr
			if one, err = netip.ParseAddr(text); err == nil {
				network = netip.PrefixFrom(one, one.BitLen())
			}
		}
		if err != nil {
			return nil, fmt.Errorf("%q is neither an address nor a network such as 10.0.0.0/8", text)
		}
		p = append(p, network.Masked())
	}
	return p, nil
}

// Client is the address that a request came from: that of the connection, or,
// where it is a trusted proxy's, the last one in X-Forwarded-For that is none.
// Whatever stands before that is the caller's own claim.
func (p Proxies) Client(r *http.Request) netip.Addr {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	client := at.Addr().Unmap()
	said := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(said) - 1; i >= 0 && p.contains(client); i-- {
		next, err := netip.ParseAddr(strings.TrimSpace(said[i]))
		if err != nil {
			break
		}
		client = next.Unmap().WithZone("")
	}
	return client
}

func (p Proxies) contains(a netip.Addr) bool {
	for _, network := range p {
		if network.Contains(a) {
			return true
		}
	}
	return false
}
