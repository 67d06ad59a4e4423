package hubtest

import (
	"fmt"
	"math/rand/v2"
)

// Model returns the files of a small model that no runtime can load: its ONNX
// files are noise of size bytes, another for each variant ("" = fp32).
func Model(size int, variants ...string) map[string][]byte {
	files := map[string][]byte{
		"config.json":             []byte(`{"model_type":"bert"}`),
		"tokenizer.json":          []byte(`{"version":"1.0"}`),
		"tokenizer_config.json":   []byte(`{}`),
		"special_tokens_map.json": []byte(`{}`),
		"vocab.txt":               []byte("[PAD]\n[UNK]\n"),
	}
	for i, v := range variants {
		name := "onnx/model.onnx"
		if v != "" {
			name = fmt.Sprintf("onnx/model_%s.onnx", v)
		}
		files[name] = noise(uint64(i), size)
	}
	return files
}

func noise(seed uint64, size int) []byte {
	r := rand.New(rand.NewPCG(seed, 1))
	b := make([]byte, size)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}
