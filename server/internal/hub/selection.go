package hub

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// needed must be there for a model to be of use.
var needed = []string{"config.json", "tokenizer.json"}

// welcome is taken where it exists: small, and what other tools look for.
var welcome = []string{
	"tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
	"vocab.txt", "vocab.json", "merges.txt", "sentencepiece.bpe.model",
	// What a ColBERT model says about itself, and its projection where that is apart.
	"artifact.metadata", "config_sentence_transformers.json", "onnx_config.json", "modules.json", "sentence_bert_config.json",
	"1_Dense/config.json", "1_Dense/model.safetensors", "2_Dense/config.json", "2_Dense/model.safetensors",
}

// vespaONNX is the graph of a ColBERT model as exported for Vespa, with the
// projection in it. The model.onnx beside it may end before the projection.
const vespaONNX = "vespa_colbert.onnx"

// onnxName matches model.onnx and model_VARIANT.onnx, in onnx/ or beside
// config.json: the names that Optimum, sentence-transformers and
// transformers.js give.
var onnxName = regexp.MustCompile(`^(?:onnx/)?model(?:_([A-Za-z0-9_.-]+))?\.onnx$`)

// variants maps the variants among file names to their files. In onnx/ wins,
// which is where exports of today lie; but vespaONNX is the default wherever it is.
func variants(names []string) map[string]string {
	found := map[string]string{}
	for _, name := range names {
		m := onnxName.FindStringSubmatch(name)
		if m == nil {
			continue
		}
		variant := m[1]
		if variant == "" {
			variant = DefaultVariant
		}
		if found[variant] == "" || strings.HasPrefix(name, "onnx/") {
			found[variant] = name
		}
	}
	if slices.Contains(names, vespaONNX) {
		found[DefaultVariant] = vespaONNX
	}
	return found
}

// sortedVariants has the default one first.
func sortedVariants(found map[string]string) []string {
	var names []string
	for v := range found {
		if v != DefaultVariant {
			names = append(names, v)
		}
	}
	slices.Sort(names)
	if found[DefaultVariant] != "" {
		names = slices.Insert(names, 0, DefaultVariant)
	}
	return names
}

// choose picks the files that a variant of a model needs, the ONNX file last:
// the small ones fail early.
func choose(names []string, variant string) (files []string, onnx string, err error) {
	for _, name := range needed {
		if !slices.Contains(names, name) {
			return nil, "", fmt.Errorf("it has no %s", name)
		}
		files = append(files, name)
	}
	for _, name := range welcome {
		if slices.Contains(names, name) {
			files = append(files, name)
		}
	}
	found := variants(names)
	onnx = found[variant]
	if onnx == "" {
		return nil, "", errors.New(missingVariant(found, variant))
	}
	files = append(files, externalData(names, onnx)...)
	return append(files, onnx), onnx, nil
}

// externalData names the files beside an ONNX file that hold its weights where
// they exceed what one protobuf can.
func externalData(names []string, onnx string) []string {
	var data []string
	for _, suffix := range []string{"_data", ".data"} {
		if slices.Contains(names, onnx+suffix) {
			data = append(data, onnx+suffix)
		}
	}
	return data
}

func missingVariant(found map[string]string, variant string) string {
	if len(found) == 0 {
		return "it has no ONNX file"
	}
	return fmt.Sprintf("it has no variant %q, but %s", variant, strings.Join(sortedVariants(found), ", "))
}
