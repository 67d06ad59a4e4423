package gateway

import (
	"strings"
	"testing"

	"github.com/splitrank/splitrank/heuristics"
)

func TestInfo(t *testing.T) {
	g := newGateway(t, func(c *Config) { c.Limits.Documents, c.APIKeys = 7, []string{"key"} })
	const want = `{"model_id":"none","model_type":{"reranker":{"id2label":{"0":"LABEL_0"},"label2id":{"LABEL_0":0}}},"max_client_batch_size":7,` +
		`"auto_truncate":true,"scorer":"` + heuristics.Version + `+en","languages":["ar","en","he","ja","ko","th","zh"],"models":[],` +
		`"limits":{"body_bytes":10485760,"documents":7,"text_bytes":1048576,"total_bytes":4194304,"query_bytes":4096,"json_depth":32,"batch_requests":100,"batch_documents":10000}}`
	w := do(g, "GET", "/info", "", "Authorization", "Bearer key")
	if got := strings.TrimSpace(w.Body.String()); w.Code != 200 || got != want {
		t.Errorf("status %d\n got %s\nwant %s", w.Code, got, want)
	}
	for _, tt := range []struct {
		method, path string
		status       int
	}{{"GET", "/info", 401}, {"GET", "/ping", 200}, {"HEAD", "/ping", 200}, {"POST", "/ping", 405}} {
		if w := do(g, tt.method, tt.path, ""); w.Code != tt.status {
			t.Errorf("%s %s without a key: status %d, want %d", tt.method, tt.path, w.Code, tt.status)
		}
	}
}
