package ort

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestReadPorts: what is read here is what ONNX Runtime reads.
func TestReadPorts(t *testing.T) {
	library(t)
	if err := started(CPU); err != nil {
		t.Fatal(err)
	}
	for name, model := range map[string]tiny{
		"one logit": {}, "token types": {types: true}, "two logits, half": {labels: 2, half: true},
		"left open": {labels: 2, open: true}, "more outputs": {outputs: []string{"pooled"}},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(model.folder(t), "onnx", "model.onnx")
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			want, err := readGraph(graphFile{path: path})
			if err != nil {
				t.Fatal(err)
			}
			got, err := readPorts(data)
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(graph{}, port{})); diff != "" || err != nil {
				t.Errorf("error %v, (-want +got)\n%s", err, diff)
			}
		})
	}
}

// TestLoadFS: a model in memory scores as the same one in a folder.
func TestLoadFS(t *testing.T) {
	library(t)
	dir := tiny{types: true}.folder(t)
	onDisk := loaded(t, dir, Options{})
	inMemory, err := LoadFS(os.DirFS(dir), "tiny", Options{ONNX: "onnx/model.onnx", Spread: new(float32)})
	if err != nil {
		t.Fatal(err)
	}
	defer inMemory.Close()
	pairs := pairsOf(t, onDisk, "how do plants make food", "plants make sugar .", "")
	want, err := onDisk.Score(t.Context(), pairs)
	if err != nil {
		t.Fatal(err)
	}
	got, err := inMemory.Score(t.Context(), pairs)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("error %v, (-want +got)\n%s", err, diff)
	}
	_, err = LoadFS(os.DirFS(dir), "tiny", Options{ONNX: "onnx/other.onnx"})
	wantError(t, err, `loading model "tiny": open onnx/other.onnx`)
}

// FuzzReadPorts: no bytes make it panic.
func FuzzReadPorts(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("no graph"))
	f.Fuzz(func(t *testing.T, file []byte) {
		g, err := readPorts(file)
		if err == nil {
			_, _ = readSignature(g)
		}
	})
}
