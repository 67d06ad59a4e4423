package colbert

import (
	"errors"
	"io/fs"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/splitrank/splitrank/server/internal/token"
)

// words are tokens by name, and the names of the special ones.
type words struct {
	ids     map[string]int32
	special specialTokens
}

// specialTokens of tokenizer_config.json, or of special_tokens_map.json.
type specialTokens struct {
	Mask    tokenName `json:"mask_token"`
	Unknown tokenName `json:"unk_token"`
	End     tokenName `json:"eos_token"`
	Pad     tokenName `json:"pad_token"`
}

// tokenName is written as a string, or as an object that has it as its content.
type tokenName string

// UnmarshalJSON reads either.
func (n *tokenName) UnmarshalJSON(data []byte) error {
	if jsontext.Value(data).Kind() == '{' {
		var object struct {
			Content string `json:"content"`
		}
		err := json.Unmarshal(data, &object)
		*n = tokenName(object.Content)
		return err
	}
	var text *string
	err := json.Unmarshal(data, &text)
	*n = tokenName(or(text, ""))
	return err
}

// usual are the names that transformers takes where the files give none.
var usual = struct{ mask, unknown []string }{[]string{"[MASK]", "<mask>"}, []string{"[UNK]", "<unk>"}}

// readWords looks up words, and all that special tokens could be called.
func readWords(files fs.FS, list []string) (*words, error) {
	w := new(words)
	var other specialTokens
	if _, err := readJSON(files, "special_tokens_map.json", &other); err != nil {
		return nil, err
	}
	if _, err := readJSON(files, "tokenizer_config.json", &w.special); err != nil {
		return nil, err
	}
	w.special.fill(other)
	list = append(list, usual.mask...)
	list = append(list, usual.unknown...)
	for _, n := range w.special.names() {
		list = append(list, string(*n))
	}
	var err error
	w.ids, err = token.IDs(files, "tokenizer.json", list)
	return w, err
}

func (s *specialTokens) names() []*tokenName {
	return []*tokenName{&s.Mask, &s.Unknown, &s.End, &s.Pad}
}

// fill takes from other what is not named.
func (s *specialTokens) fill(other specialTokens) {
	for i, n := range s.names() {
		if *n == "" {
			*n = *other.names()[i]
		}
	}
}

// mask is the token that fills queries up: that of masked language models, else the
// one that ends a text, else padding, as in PyLate.
func (w *words) mask() (int32, error) {
	names := append([]string{string(w.special.Mask)}, usual.mask...)
	names = append(names, string(w.special.End), string(w.special.Pad))
	if id, ok := w.first(names); ok {
		return id, nil
	}
	return 0, errors.New("reading tokenizer_config.json: queries are to be expanded, and it names no mask_token, eos_token or pad_token of the tokenizer")
}

func (w *words) unknown() (int32, bool) {
	return w.first(append([]string{string(w.special.Unknown)}, usual.unknown...))
}

// first of the names that is a token.
func (w *words) first(names []string) (int32, bool) {
	for _, name := range names {
		if id, ok := w.ids[name]; ok && name != "" {
			return id, true
		}
	}
	return 0, false
}
