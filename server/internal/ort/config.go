package ort

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// maxConfigBytes bounds config.json; large ones name thousands of labels.
const maxConfigBytes = 4 << 20

// config is what matters of config.json.
type config struct {
	ModelType    string                    `json:"model_type"`
	Vocabulary   int                       `json:"vocab_size"`
	Types        int                       `json:"type_vocab_size"`
	MaxPositions int                       `json:"max_position_embeddings"`
	Pad          *int                      `json:"pad_token_id"`
	IDToLabel    map[string]jsontext.Value `json:"id2label"`
	LabelToID    map[string]int            `json:"label2id"`
}

func readConfig(files fs.FS) (*config, error) {
	c := new(config)
	if err := readJSON(files, "config.json", c); err != nil {
		return nil, fmt.Errorf("reading config.json: %w", oneLine(err))
	}
	if c.Vocabulary <= 0 {
		return nil, errors.New("reading config.json: it has no vocab_size")
	}
	return c, nil
}

func readJSON(files fs.FS, name string, to any) error {
	f, err := files.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxConfigBytes))
	if err != nil {
		return err
	}
	return json.Unmarshal(bytes.TrimPrefix(data, []byte("\ufeff")), to) // some editors write a byte order mark
}

// offsetTypes are the model types whose positions start after the padding
// token's id: of RoBERTa's 514 rows, 512 are for tokens.
var offsetTypes = []string{
	"roberta", "xlm-roberta", "xlm-roberta-xl", "roberta-prelayernorm", "camembert", "xmod",
	"data2vec-text", "ibert", "longformer", "luke", "mpnet",
}

// maxLength is the number of tokens that a pair may have: the positions for
// tokens, or less if the tokenizer was made for less.
func (c *config) maxLength(files fs.FS) (int, error) {
	limit, err := tokenizerLimit(files)
	if err != nil {
		return 0, err
	}
	positions := c.MaxPositions
	if slices.Contains(offsetTypes, c.ModelType) && positions > 0 {
		positions -= c.pad() + 1
	}
	switch {
	case c.MaxPositions <= 0 && limit == 0:
		return 0, errors.New("config.json has no max_position_embeddings and tokenizer_config.json no model_max_length")
	case c.MaxPositions <= 0:
		return limit, nil
	case limit == 0:
		return positions, nil
	}
	return min(positions, limit), nil
}

// maxLengthWithin is maxLength, or what an operator allows where that is less;
// 0 does not bound it.
func (c *config) maxLengthWithin(files fs.FS, most int) (int, error) {
	n, err := c.maxLength(files)
	if most > 0 {
		n = min(n, most)
	}
	return n, err
}

// pad is the padding token's id; 1 is RoBERTa's.
func (c *config) pad() int {
	if c.Pad == nil {
		return 1
	}
	return *c.Pad
}

// noLimit is where model_max_length stops meaning anything: transformers
// writes 1e30 where it does not know.
const noLimit = 1 << 24

// tokenizerLimit reads model_max_length, 0 if there is none.
func tokenizerLimit(files fs.FS) (int, error) {
	var c struct {
		Max float64 `json:"model_max_length"`
	}
	err := readJSON(files, "tokenizer_config.json", &c)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("reading tokenizer_config.json: %w", oneLine(err))
	}
	if c.Max < 1 || c.Max > noLimit {
		return 0, nil
	}
	return int(c.Max), nil
}

// labels returns the labels in the order of their logits, nil if config.json
// names none.
func (c *config) labels() ([]string, error) {
	fromIDs, err := labelsByID(c.IDToLabel)
	if err != nil {
		return nil, err
	}
	fromNames, err := labelsByName(c.LabelToID)
	if err != nil {
		return nil, err
	}
	if fromIDs == nil {
		return fromNames, nil
	}
	if fromNames != nil && !slices.Equal(fromIDs, fromNames) {
		return nil, errors.New("id2label and label2id of config.json disagree")
	}
	return fromIDs, nil
}

func labelsByID(labels map[string]jsontext.Value) ([]string, error) {
	if len(labels) == 0 {
		return nil, nil
	}
	list := make([]string, len(labels))
	for key, value := range labels {
		id, err := strconv.Atoi(key)
		if err != nil || id < 0 || id >= len(list) {
			return nil, fmt.Errorf("id2label of config.json has the id %.20q among %d", key, len(labels))
		}
		list[id] = plain(value)
	}
	return list, nil
}

// plain is a label's text; some configs have numbers there.
func plain(value jsontext.Value) string {
	if text, err := jsontext.AppendUnquote(nil, value); err == nil {
		return string(text)
	}
	return value.String()
}

func labelsByName(ids map[string]int) ([]string, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	list := make([]string, len(ids))
	for label, id := range ids {
		if id < 0 || id >= len(list) || list[id] != "" {
			return nil, fmt.Errorf("label2id of config.json gives %.20q the id %d among %d", label, id, len(ids))
		}
		list[id] = label
	}
	return list, nil
}
