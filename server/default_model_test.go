package main

import (
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/splitrank/splitrank/server/model"
)

// TestServesWithoutLibrary: the default model is no condition, and one warning
// says what is missing.
func TestServesWithoutLibrary(t *testing.T) {
	if model.Builtin() == nil {
		t.Skip("no model is inside: it takes cgo and server/model/splitrank-mini/model.onnx")
	}
	cmd := program(t, "serve", "--addr", "127.0.0.1:0")
	cmd.Env = append(cmd.Env, "SPLITRANK_MODEL=", "SPLITRANK_ORT_LIB="+filepath.Join(t.TempDir(), "nothing.so"))
	s := startProgram(t, cmd)
	if strings.Count(s.before, "WARN") != 1 || !strings.Contains(s.before, "nothing.so") {
		t.Errorf("log:\n%s", s.before)
	}
	answer, err := http.Post("http://"+s.address+"/rerank", "application/json", strings.NewReader(`{"query":"water","documents":["light","water"]}`))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != 200 || !strings.Contains(string(text), `"model":"none"`) {
		t.Errorf("status %d, error %v: %s", answer.StatusCode, err, text)
	}
	s.signal(t, syscall.SIGTERM)
	if err := s.ended(t); err != nil {
		t.Errorf("ended with %v, want code 0", err)
	}
}
