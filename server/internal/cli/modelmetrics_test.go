package cli

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/server/internal/ort/orttest"
)

func page(t *testing.T, url string) string {
	t.Helper()
	w, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Body.Close()
	b, err := io.ReadAll(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestServeModelMetrics: what a model does shows at /metrics.
func TestServeModelMetrics(t *testing.T) {
	orttest.Library(t)
	url, end := serving(t, "--model", orttest.Model{}.Folder(t, "one"), "--max-length", "10", "--queue-tokens", "100")
	ask(t, url+"/rerank", body(""))
	ask(t, url+"/rerank", body(`,"pipeline":"heuristic"`))
	got := page(t, url+"/metrics")
	for _, want := range []string{
		`splitrank_model_documents_total{model="one"} 3`, `splitrank_model_documents_truncated_total{model="one"} 2`,
		`splitrank_model_queue_seconds_count{model="one"} 1`, `splitrank_model_requests{model="one"} 0`,
		`splitrank_model_tokens_total{model="one"} 29`, `splitrank_model_batch_pairs_sum{model="one"} 3`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	if code, log := end(); code != 0 {
		t.Errorf("code %d, log:\n%s", code, log)
	}
}
