package cli

import (
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/server/internal/ort/orttest"
)

// told is what a server says at a path.
func told(t *testing.T, url string) string {
	t.Helper()
	w, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Body.Close()
	b, err := io.ReadAll(w.Body)
	if err != nil || w.StatusCode != 200 {
		t.Fatalf("status %d, error %v: %s", w.StatusCode, err, b)
	}
	return strings.TrimSpace(string(b))
}

func TestInfoWithoutModel(t *testing.T) {
	url, end := serving(t, "--model", "none", "--max-documents", "77", "--max-in-flight", "5")
	defer end()
	if got := told(t, url+"/v1/models"); got != `{"object":"list","data":[]}` {
		t.Errorf("models %s", got)
	}
	info := told(t, url+"/info")
	for _, want := range []string{`"model_id":"none"`, `"max_client_batch_size":77`, `"max_concurrent_requests":5`, `"languages":["ar","en",`, `"scorer":"` + scorer() + `"`} {
		if !strings.Contains(info, want) {
			t.Errorf("%s is not in %s", want, info)
		}
	}
	if strings.Contains(info, "max_batch_tokens") {
		t.Errorf("without a model there are batches: %s", info)
	}
	if got := told(t, url+"/version"); !strings.HasPrefix(got, `{"version":"`) {
		t.Errorf("version %s", got)
	}
}

func TestInfoOfTheBuiltInModel(t *testing.T) {
	byDefault(t)
	orttest.Library(t)
	url, end := serving(t)
	defer end()
	models := told(t, url+"/v1/models")
	want := regexp.MustCompile(`^{"object":"list","data":\[{"id":"splitrank-mini","object":"model","created":\d{10,},"owned_by":"splitrank","names":\["splitrank-mini"\],` +
		`"digest":"sha256:[0-9a-f]{64}","languages":\["en"\],"max_input_length":\d+},` +
		`{"id":"splitrank-small","object":"model","created":\d{10,},"owned_by":"splitrank","names":\["splitrank-small"\],` +
		`"digest":"sha256:[0-9a-f]{64}","languages":\["en","he"\],"max_input_length":\d+}\]}$`)
	if !want.MatchString(models) {
		t.Errorf("models %s", models)
	}
	if info := told(t, url+"/info"); !strings.Contains(info, `"model_sha":"sha256:`) || !strings.Contains(info, `"max_batch_tokens":1024`) {
		t.Errorf("info %s", info)
	}
}
