package wire

import (
	"bufio"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/splitrank/splitrank/shared/api"
)

// Key is one that callers show as "Authorization: Bearer KEY". It is kept as a
// hash: equally long, so that comparing it tells nothing about its length either.
type Key struct {
	// Name for logs; "" = none was given.
	Name string
	Hash [sha256.Size]byte
}

// Keys that callers may show. None lets everybody pass.
type Keys []Key

// hashPrefix marks a key that is given as its SHA-256 in hexadecimal.
const hashPrefix = "sha256:"

// NewKeys takes keys in plain text or as sha256:HEX. In plain text they must not
// be empty or hold what no header can carry. No error quotes a key.
func NewKeys(list []string) (Keys, error) {
	var k Keys
	for i, text := range list {
		one, err := newKey("", text)
		if err != nil {
			return nil, fmt.Errorf("API key %d %w", i+1, err)
		}
		k = append(k, one)
	}
	return k, nil
}

// ReadKeys reads keys one a line: KEY, or NAME KEY, each key as NewKeys takes it.
// Blank lines and those that begin with # do not count. None at all is an error.
func ReadKeys(r io.Reader) (Keys, error) {
	var k Keys
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		fields := strings.Fields(lines.Text())
		if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
			continue
		}
		if len(fields) > 2 {
			return nil, fmt.Errorf("line %d has more than a name and a key", n)
		}
		name := ""
		if len(fields) == 2 {
			name = fields[0]
		}
		one, err := newKey(name, fields[len(fields)-1])
		if err != nil {
			return nil, fmt.Errorf("the key in line %d %w", n, err)
		}
		k = append(k, one)
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if len(k) == 0 {
		return nil, fmt.Errorf("it holds no key, which would let everybody in")
	}
	return k, nil
}

func newKey(name, text string) (Key, error) {
	k := Key{Name: name}
	if !isSaneID(name) && name != "" {
		return k, fmt.Errorf("has a name with other characters than letters, digits and -_.:/+=@")
	}
	if text == "" || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return k, fmt.Errorf("is empty or has a character that no header can carry")
	}
	digits, hashed := strings.CutPrefix(text, hashPrefix)
	if !hashed {
		k.Hash = sha256.Sum256([]byte(text))
		return k, nil
	}
	b, err := hex.DecodeString(digits)
	if err != nil || copy(k.Hash[:], b) != sha256.Size || len(b) != sha256.Size {
		return k, fmt.Errorf("is not %s and 64 hexadecimal digits", hashPrefix)
	}
	return k, nil
}

// Check that h shows one of the keys. The error is an *api.Error.
func (k Keys) Check(h http.Header) error {
	_, err := k.Match(h)
	return err
}

// Match returns the key that h shows, nil where there are none to show. The
// error is an *api.Error.
func (k Keys) Match(h http.Header) (*Key, error) {
	if len(k) == 0 {
		return nil, nil
	}
	if key, ok := bearer(h); ok {
		if found := k.find(key); found != nil {
			return found, nil
		}
	}
	return nil, api.NewError(api.Unauthorized, "this server wants a known key: Authorization: Bearer KEY")
}

// find compares with every key, in the same time whichever matches.
func (k Keys) find(key string) *Key {
	hash := sha256.Sum256([]byte(key))
	at := -1
	for i := range k {
		at = subtle.ConstantTimeSelect(subtle.ConstantTimeCompare(hash[:], k[i].Hash[:]), i, at)
	}
	if at < 0 {
		return nil
	}
	return &k[at]
}

// Shown is the hash of what h shows as its key; ok is false where it shows none.
func Shown(h http.Header) (hash [sha256.Size]byte, ok bool) {
	key, ok := bearer(h)
	return sha256.Sum256([]byte(key)), ok
}

func bearer(h http.Header) (key string, ok bool) {
	scheme, key, ok := strings.Cut(h.Get("Authorization"), " ")
	return strings.TrimSpace(key), ok && strings.EqualFold(scheme, "Bearer")
}
