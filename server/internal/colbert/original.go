package colbert

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// originalFile is artifact.metadata as the original ColBERT writes it. What is missing
// has the default that PyLate takes for such a model.
type originalFile struct {
	QueryMarker    *string `json:"query_token_id"`
	DocumentMarker *string `json:"doc_token_id"`
	QueryLength    *int    `json:"query_maxlen"`
	DocumentLength *int    `json:"doc_maxlen"`
	Attend         bool    `json:"attend_to_mask_tokens"`
	Punctuation    *bool   `json:"mask_punctuation"`
	Dimensions     int     `json:"dim"`
	Similarity     string  `json:"similarity"`
	Interaction    string  `json:"interaction"`
}

const metadataFile = "artifact.metadata"

// readOriginal returns nil where the model is none of the original's.
func readOriginal(files fs.FS) (*described, error) {
	var f struct {
		originalFile
		Config *originalFile `json:"config"` // where the settings lie in older files
	}
	found, err := readJSON(files, metadataFile, &f)
	if err != nil {
		return nil, err
	}
	own := &f.originalFile
	if f.Config != nil {
		own = f.Config
	}
	if !found {
		if of, err := architecture(files); err != nil || !of {
			return nil, err
		}
	}
	if err := own.check(); err != nil {
		return nil, err
	}
	return own.describe(), nil
}

// architecture tells a model of the original's by its config.json.
func architecture(files fs.FS) (bool, error) {
	var config struct {
		Architectures []string `json:"architectures"`
	}
	_, err := readJSON(files, "config.json", &config)
	return slices.Contains(config.Architectures, "HF_ColBERT"), err
}

func (f *originalFile) check() error {
	if f.Similarity != "" && f.Similarity != "cosine" {
		return fmt.Errorf("reading %s: similarity %.40q is not supported, cosine is", metadataFile, f.Similarity)
	}
	if f.Interaction != "" && f.Interaction != "colbert" {
		return fmt.Errorf("reading %s: interaction %.40q is not supported, colbert is", metadataFile, f.Interaction)
	}
	return nil
}

func (f *originalFile) describe() *described {
	d := &described{
		file:            metadataFile,
		queryMarker:     named{"query_token_id", or(f.QueryMarker, "[unused0]")},
		documentMarker:  named{"doc_token_id", or(f.DocumentMarker, "[unused1]")},
		queryLength:     number{"query_maxlen", or(f.QueryLength, 32)},
		documentLength:  number{"doc_maxlen", or(f.DocumentLength, 180)},
		expansion:       true,
		attendExpansion: f.Attend,
		dimensions:      number{"dim", f.Dimensions},
	}
	if or(f.Punctuation, true) {
		d.skip = strings.Split(punctuation, "")
	}
	return d
}
