// Package answertest reads the vectors of plan and merge for the tests of those
// who call package answer. It is for tests only.
package answertest

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/splitrank/splitrank/shared/api"
)

// Vector is a request and the documents that every tier keeps for a model.
type Vector struct {
	Name    string
	Request *api.Request
	// Kept by their index, the best first.
	Kept []int
}

// Vectors of shared/answer/testdata/vectors.jsonl.
func Vectors(t testing.TB) []Vector {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	data, err := os.ReadFile(filepath.Join(filepath.Dir(here), "..", "testdata", "vectors.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var list []Vector
	for line := range bytes.Lines(data) {
		list = append(list, read(t, line))
	}
	return list
}

func read(t testing.TB, line []byte) Vector {
	t.Helper()
	var v struct {
		Name    string         `json:"name"`
		Request jsontext.Value `json:"request"`
		Kept    []int          `json:"kept"`
	}
	if err := json.Unmarshal(line, &v); err != nil {
		t.Fatal(err)
	}
	req, err := api.DecodeRequest(v.Request, api.Limits{}.WithDefaults())
	if err != nil {
		t.Fatalf("%s: %v", v.Name, err)
	}
	return Vector{v.Name, req, v.Kept}
}
