package hub

import (
	"slices"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/server/internal/hub/hubtest"
)

func TestChooseOfColBERT(t *testing.T) {
	for _, tt := range []struct {
		name, names, variant string
		onnx, files          string
	}{
		{"as exported for Vespa", "README.md artifact.metadata config.json model.safetensors onnx/model.onnx onnx/model_int8.onnx tokenizer.json vespa_colbert.onnx",
			"fp32", "vespa_colbert.onnx", "config.json tokenizer.json artifact.metadata vespa_colbert.onnx"},
		{"another variant", "artifact.metadata config.json onnx/model.onnx onnx/model_int8.onnx tokenizer.json vespa_colbert.onnx",
			"int8", "onnx/model_int8.onnx", "config.json tokenizer.json artifact.metadata onnx/model_int8.onnx"},
		{"PyLate's", "1_Dense/config.json 1_Dense/model.safetensors config.json config_sentence_transformers.json model.onnx model.safetensors modules.json sentence_bert_config.json tokenizer.json",
			"fp32", "model.onnx", "config.json tokenizer.json config_sentence_transformers.json modules.json sentence_bert_config.json 1_Dense/config.json 1_Dense/model.safetensors model.onnx"},
		{"PyLate's exporter", "config.json model.onnx onnx_config.json tokenizer.json", "fp32", "model.onnx", "config.json tokenizer.json onnx_config.json model.onnx"},
	} {
		files, onnx, err := choose(strings.Fields(tt.names), tt.variant)
		if err != nil || onnx != tt.onnx || !slices.Equal(files, strings.Fields(tt.files)) {
			t.Errorf("%s: %q of %q, %v", tt.name, onnx, files, err)
		}
	}
}

// TestPullBringsAProjection: files of a folder of their own come along.
func TestPullBringsAProjection(t *testing.T) {
	server, files := hubtest.New(t), hubtest.Model(100, "")
	for _, name := range []string{"artifact.metadata", "modules.json", "1_Dense/config.json", "1_Dense/model.safetensors"} {
		files[name] = []byte("what is in " + name)
	}
	server.Put("org/colbert", files)
	m := mustPull(t, newHub(t, server), "org/colbert", PullOptions{})
	hasFiles(t, m, files, "artifact.metadata", "modules.json", "1_Dense/config.json", "1_Dense/model.safetensors", "onnx/model.onnx")
}
