package token

import (
	"bytes"
	"fmt"
	"io/fs"

	"github.com/go-json-experiment/json"
)

// IDs looks words up in a tokenizer.json: the ids of those that are tokens, added
// ones included, as they are written there. It reads the file anew, so that a
// Tokenizer need not hold its vocabulary.
func IDs(files fs.FS, name string, words []string) (map[string]int32, error) {
	all, err := allIDs(files, name)
	if err != nil {
		return nil, fmt.Errorf("reading tokenizer %q: %w", name, oneLine(err))
	}
	found := map[string]int32{}
	for _, word := range words {
		if id, ok := all[word]; ok {
			found[word] = id
		}
	}
	return found, nil
}

func allIDs(files fs.FS, name string) (map[string]int32, error) {
	data, err := readFile(files, name)
	if err != nil {
		return nil, err
	}
	var f tokenizerFile
	if err := json.Unmarshal(bytes.TrimPrefix(data, []byte("\ufeff")), &f); err != nil {
		return nil, err
	}
	m, err := decode[modelFile](f.Model)
	if err != nil {
		return nil, err
	}
	if m.Vocab.Kind() == '[' {
		_, err = m.pieces()
	} else {
		_, err = m.vocabulary()
	}
	if err != nil {
		return nil, err
	}
	for _, t := range f.AddedTokens {
		m.ids[t.Content] = t.ID
	}
	return m.ids, nil
}
