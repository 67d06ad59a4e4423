package rediskv

import (
	"testing"
	"time"

	"github.com/splitrank/splitrank/server/internal/redistest"
)

// TestAdd: two machines add to one sum, and it fails in time once Redis is away.
func TestAdd(t *testing.T) {
	server := redistest.ForTest(t)
	o := Options{URL: server.URL(), Prefix: "a:", ReadTimeout: time.Minute}
	a, b := newClient(t, o), newClient(t, o)
	defer a.Close()
	defer b.Close()
	for i, c := range []*Client{a, b, a} {
		if sum, err := c.Add(t.Context(), "sum", 5, time.Hour); err != nil || sum != int64(5*(i+1)) {
			t.Errorf("the sum is %d after %d times 5, error %v", sum, i+1, err)
		}
	}
	server.Kill()
	if _, err := a.Add(t.Context(), "sum", 5, time.Hour); err == nil {
		t.Error("no error without a server")
	}
}
