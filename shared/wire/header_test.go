package wire

import (
	"net/http/httptest"
	"strings"
	"testing"
)

func TestRequestID(t *testing.T) {
	tests := []struct {
		name, sent string
		kept       bool
	}{
		{"none", "", false},
		{"sane", "trace-1/a.b:c=@d+e_F", true},
		{"128 long", strings.Repeat("a", 128), true},
		{"129 long", strings.Repeat("a", 129), false},
		{"space", "a b", false},
		{"quote", `a"b`, false},
		{"Hebrew", "שלום", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, told := requestID(tt.sent)
			if (got == tt.sent) != tt.kept || !isSaneID(got) || told != got {
				t.Errorf("%q, and the answer says %q", got, told)
			}
		})
	}
	if one, _ := requestID(""); one == "" {
		t.Error("no id")
	} else if two, _ := requestID(""); one == two {
		t.Errorf("two requests share the id %q", one)
	}
}

func requestID(sent string) (id, told string) {
	w, r := httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil)
	r.Header.Set(HeaderRequestID, sent)
	id = RequestID(w, r)
	return id, w.Header().Get(HeaderRequestID)
}
