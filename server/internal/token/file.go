package token

import (
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// MaxFileBytes bounds a tokenizer.json. XLM-R's has 17 MB, the largest in
// common use about 35 MB.
const MaxFileBytes = 128 << 20

// tokenizerFile is tokenizer.json. Truncation is left out on purpose: it is
// the caller's to choose. Of padding only the token matters.
type tokenizerFile struct {
	Version       string         `json:"version"`
	AddedTokens   []addedToken   `json:"added_tokens"`
	Normalizer    jsontext.Value `json:"normalizer"`
	PreTokenizer  jsontext.Value `json:"pre_tokenizer"`
	PostProcessor jsontext.Value `json:"post_processor"`
	Model         jsontext.Value `json:"model"`
	Padding       *struct {
		ID   int32 `json:"pad_id"`
		Type int32 `json:"pad_type_id"`
	} `json:"padding"`
}

// readFile reads at most MaxFileBytes.
func readFile(files fs.FS, name string) ([]byte, error) {
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, MaxFileBytes+1))
	if err == nil && len(data) > MaxFileBytes {
		err = fmt.Errorf("larger than %d bytes", MaxFileBytes)
	}
	return data, err
}

// typeOf reads the "type" of a component; absent is true for null or nothing.
func typeOf(component jsontext.Value) (name string, absent bool, err error) {
	if len(component) == 0 || component.Kind() == 'n' {
		return "", true, nil
	}
	var head struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(component, &head); err != nil {
		return "", false, err
	}
	if head.Type == "" {
		return "", false, errors.New("has no type")
	}
	return head.Type, false, nil
}

// decode reads a component's own fields.
func decode[T any](component jsontext.Value) (T, error) {
	var v T
	err := json.Unmarshal(component, &v)
	return v, err
}

func unsupported(name string) error { return fmt.Errorf("type %q is not supported", name) }
