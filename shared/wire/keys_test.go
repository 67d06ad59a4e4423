package wire

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func shown(key string) http.Header { return http.Header{"Authorization": {"Bearer " + key}} }

func TestKeys(t *testing.T) {
	hashed := fmt.Sprintf("sha256:%x", sha256.Sum256([]byte("third")))
	k, err := NewKeys([]string{"first", "second", hashed})
	if err != nil {
		t.Fatal(err)
	}
	for key, ok := range map[string]bool{"first": true, "second": true, "third": true, "fourth": false, "": false, hashed: false, "FIRST": false, "first,second": false} {
		if found, err := k.Match(shown(key)); (err == nil) != ok || (found != nil) != ok {
			t.Errorf("%q: %v, error %v", key, found, err)
		}
	}
	if found, err := (Keys)(nil).Match(http.Header{}); found != nil || err != nil {
		t.Errorf("without keys: %v, error %v", found, err)
	}
	for _, bad := range []string{"", "a b", "a\n", "שלום", "sha256:", "sha256:12", "sha256:" + strings.Repeat("g", 64), hashed + "00"} {
		if _, err := NewKeys([]string{"good", bad}); err == nil || !strings.Contains(err.Error(), "API key 2 ") {
			t.Errorf("%q: error %v", bad, err)
		}
	}
}

func TestReadKeys(t *testing.T) {
	file := "# who may call\n\nfront first\n  second  \nback\tsha256:" + fmt.Sprintf("%x", sha256.Sum256([]byte("third"))) + "\r\n"
	k, err := ReadKeys(strings.NewReader(file))
	if err != nil || len(k) != 3 {
		t.Fatalf("%d keys, error %v", len(k), err)
	}
	for key, name := range map[string]string{"first": "front", "second": "", "third": "back"} {
		if found, err := k.Match(shown(key)); err != nil || found.Name != name {
			t.Errorf("%q: %v, error %v", key, found, err)
		}
	}
	for _, tt := range []struct{ file, want string }{
		{"", "holds no key"}, {"\n# none\n", "holds no key"}, {"a b c", "line 1 has more"}, {"good secret\nbad sha256:x", "the key in line 2"},
		{"na\"me secret", "a name with other"}, {"secret" + strings.Repeat("x", 70_000), "token too long"},
	} {
		k, err := ReadKeys(strings.NewReader(tt.file))
		if err == nil || k != nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%.20q: error %v", tt.file, err)
		}
	}
}
