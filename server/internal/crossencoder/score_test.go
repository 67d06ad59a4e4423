package crossencoder

import (
	"context"
	"errors"
	"github.com/google/go-cmp/cmp"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/server/internal/ort/orttest"
	"github.com/splitrank/splitrank/shared/api"
)

// TestScore: the queue gives what the model gives for each pair alone.
func TestScore(t *testing.T) {
	m := tiny(t, orttest.Model{}, Options{})
	documents := []string{"plants make sugar .", "", "the shop closes at six", strings.Repeat("water ", 100)}
	got, err := scoreTexts(m, t.Context(), "how do plants make food", documents)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]bool{false, false, false, true}, got.Truncated); diff != "" {
		t.Errorf("truncated (-want +got)\n%s", diff)
	}
	if want := (8 + 4) + 8 + (8 + 5) + 64; got.Tokens != want {
		t.Errorf("%d tokens, want %d", got.Tokens, want)
	}
	for i, d := range documents {
		b, err := m.pairBuilder("how do plants make food", nil)
		if err != nil {
			t.Fatal(err)
		}
		pairs, err := b.add(nil, d)
		if err != nil {
			t.Fatal(err)
		}
		alone, err := m.loaded.Score(t.Context(), pairs)
		if err != nil {
			t.Fatal(err)
		}
		if !(math.Abs(got.Logits[i]-float64(alone[0])) <= 1e-5) {
			t.Errorf("document %d: %v, alone %v", i, got.Logits[i], alone[0])
		}
	}
}

func TestQueryTooLong(t *testing.T) {
	m := tiny(t, orttest.Model{}, Options{})
	_, err := scoreTexts(m, t.Context(), strings.Repeat("water ", 61), []string{"a"})
	wantFault(t, err, api.TooLong, "query")
}

func TestScoreCancelled(t *testing.T) {
	m, _ := gated(t, Options{})
	cause := errors.New("gone")
	ctx, cancel := context.WithCancelCause(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := scoreTexts(m, ctx, "water", []string{"light", "sugar"})
		done <- err
	}()
	await(func() bool { return m.Stats().Running == 1 })
	cancel(cause)
	if err := <-done; !errors.Is(err, cause) {
		t.Errorf("error %v, want the cause", err)
	}
	await(func() bool { return m.Stats().Running == 0 })
}

// TestIdentityOfConfig: the configuration counts, but not what is made of a
// logit, nor how it is written down.
func TestIdentityOfConfig(t *testing.T) {
	m := tiny(t, orttest.Model{}, Options{})
	path := filepath.Join(m.Dir(), "config.json")
	plain, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	with := func(member string) string {
		t.Helper()
		config := strings.Replace(string(plain), "{", "{"+member, 1)
		if err := os.WriteFile(path, []byte(config), 0o644); err != nil {
			t.Fatal(err)
		}
		id, err := m.Identity()
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	before := with("")
	for _, same := range []string{" ", `"splitrank": {"calibration": {"logit": 0.4, "heuristic": 5, "shift": -3}, "spread": 0.5},`} {
		if with(same) != before {
			t.Errorf("%s makes it another model", same)
		}
	}
	if with(`"initializer_range": 0.5,`) == before {
		t.Error("a change of the configuration is not seen")
	}
}

// TestIdentity: it changes with each file that a score depends on.
func TestIdentity(t *testing.T) {
	m := tiny(t, orttest.Model{}, Options{})
	identity := func() string {
		id, err := m.Identity()
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	seen := map[string]string{identity(): "the model as it was"}
	for _, name := range []string{"tokenizer.json", "tokenizer_config.json", "onnx/model.onnx", "onnx/model.onnx_data"} {
		f, err := os.OpenFile(filepath.Join(m.Dir(), name), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteString("\x08\x08"); err != nil { // still an ONNX file: it gives its version twice
			t.Fatal(err)
		}
		f.Close()
		if before, ok := seen[identity()]; ok {
			t.Errorf("a change of %s is not seen: the same as %s", name, before)
		}
		seen[identity()] = name
	}
	if shorter := tiny(t, orttest.Model{}, Options{MaxLength: 32}); true {
		a, _ := shorter.Identity()
		b, _ := tiny(t, orttest.Model{}, Options{}).Identity()
		if a == b {
			t.Error("the longest pair is not seen")
		}
	}
}
