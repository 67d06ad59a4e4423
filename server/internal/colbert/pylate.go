package colbert

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/splitrank/splitrank/server/internal/limitedfile"
)

// maxFileBytes bounds the small files of a model.
const maxFileBytes = 4 << 20

// punctuation is Python's string.punctuation, which is skipped unless told otherwise.
const punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"

// pylateFile is config_sentence_transformers.json as PyLate writes it, or
// onnx_config.json, which its exporter writes. What is missing has PyLate's default.
type pylateFile struct {
	ModelType       string            `json:"model_type"`
	QueryPrefix     *string           `json:"query_prefix"`
	DocumentPrefix  *string           `json:"document_prefix"`
	QueryLength     *int              `json:"query_length"`
	DocumentLength  *int              `json:"document_length"`
	Expansion       *bool             `json:"do_query_expansion"`
	AttendExpansion bool              `json:"attend_to_expansion_tokens"`
	Skip            *[]string         `json:"skiplist_words"`
	Dimensions      int               `json:"embedding_dim"`
	LowerCase       bool              `json:"do_lower_case"`
	Prompts         map[string]string `json:"prompts"`
	DefaultPrompt   *string           `json:"default_prompt_name"`
}

// readPyLate returns nil where there is no file of PyLate's.
func readPyLate(files fs.FS) (*described, error) {
	for _, name := range []string{"config_sentence_transformers.json", "onnx_config.json"} {
		var fields map[string]jsontext.Value
		if _, err := readJSON(files, name, &fields); err != nil {
			return nil, err
		}
		if !speaks(fields) {
			continue
		}
		var f pylateFile
		if _, err := readJSON(files, name, &f); err != nil {
			return nil, err
		}
		if err := f.check(files, name); err != nil {
			return nil, err
		}
		return f.describe(name), nil
	}
	return nil, nil
}

// speaks tells PyLate's file from those that other sentence-transformers have, whose
// fields are nobody's business here.
func speaks(fields map[string]jsontext.Value) bool {
	kind := string(fields["model_type"])
	return kind == `"ColBERT"` || kind == `"MultiVectorEncoder"` || fields["query_length"] != nil || fields["query_prefix"] != nil
}

func (f *pylateFile) check(files fs.FS, name string) error {
	if f.ModelType == "MultiVectorEncoder" {
		return fmt.Errorf("reading %s: model_type %q of sentence-transformers is not supported, PyLate's is", name, f.ModelType)
	}
	var own struct {
		LowerCase bool `json:"do_lower_case"`
	}
	if _, err := readJSON(files, "sentence_bert_config.json", &own); err != nil {
		return err
	}
	if own.LowerCase {
		return errors.New("reading sentence_bert_config.json: do_lower_case is not supported; the tokenizer may do it")
	}
	return nil
}

func (f *pylateFile) describe(name string) *described {
	d := &described{
		file:            name,
		queryMarker:     named{"query_prefix", or(f.QueryPrefix, "[Q] ")},
		documentMarker:  named{"document_prefix", or(f.DocumentPrefix, "[D] ")},
		queryLength:     number{"query_length", or(f.QueryLength, 32)},
		documentLength:  number{"document_length", or(f.DocumentLength, 180)},
		expansion:       or(f.Expansion, true),
		attendExpansion: f.AttendExpansion,
		skip:            or(f.Skip, strings.Split(punctuation, "")),
		dimensions:      number{"embedding_dim", f.Dimensions},
	}
	usual := f.Prompts[or(f.DefaultPrompt, "")]
	d.queryPrompt, d.documentPrompt = usual, usual
	if p := f.Prompts["query"]; p != "" {
		d.queryPrompt = p
	}
	if p := f.Prompts["document"]; p != "" {
		d.documentPrompt = p
	}
	return d
}

func or[T any](value *T, otherwise T) T {
	if value == nil {
		return otherwise
	}
	return *value
}

// readJSON reads a file of the model; found is false where it is not there.
func readJSON(files fs.FS, name string, to any) (found bool, err error) {
	data, err := limitedfile.ReadFS(files, name, maxFileBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err == nil {
		err = json.Unmarshal(bytes.TrimPrefix(data, []byte("\ufeff")), to)
	}
	if err != nil {
		return false, fmt.Errorf("reading %s: %w", name, err)
	}
	return true, nil
}
