package colbert

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
)

// NoMarker stands for a marker that a model does without.
const NoMarker = -1

// Settings are what the files of a model say about it.
type Settings struct {
	// QueryMarker and DocumentMarker are ids that follow the first special token
	// of a text, or NoMarker.
	QueryMarker, DocumentMarker int32
	// QueryPrefix and DocumentPrefix are further ids before a text, after the marker.
	QueryPrefix, DocumentPrefix []int32
	// QueryLength and DocumentLength are the most tokens of a text, special ones
	// and marker included. A query with Expansion has exactly that many.
	QueryLength, DocumentLength int
	// Expansion fills queries up with Mask.
	Expansion bool
	// AttendExpansion says that all tokens of a query see those that fill it up.
	AttendExpansion bool
	// Mask is the id that fills up.
	Mask int32
	// SkipIDs are ids whose vectors of a document are not compared, sorted.
	SkipIDs []int32
	// Strip leaves out white space around texts.
	Strip bool
	// QueryPrompt and DocumentPrompt are put before texts, mostly nothing.
	QueryPrompt, DocumentPrompt string
	// Dimensions of a token's vector in the end; 0 = the files do not say.
	Dimensions int
}

// Plain are the settings of a model that reads texts of so many tokens as they are.
func Plain(length int) Settings {
	return Settings{QueryMarker: NoMarker, DocumentMarker: NoMarker, QueryLength: length, DocumentLength: length}
}

// ErrNone is returned for a folder that says nothing of ColBERT.
var ErrNone = errors.New("its files say nothing of ColBERT: there is neither artifact.metadata nor a config_sentence_transformers.json of PyLate")

// Read reads the settings of a model. An error is one line and names the file and the
// field; it is ErrNone where the model is of another kind.
// see RATIONALE: why-pylate-is-the-reference
func Read(files fs.FS) (Settings, error) {
	for _, read := range []func(fs.FS) (*described, error){readPyLate, readOriginal} {
		d, err := read(files)
		if err != nil {
			return Settings{}, err
		}
		if d != nil {
			return d.settings(files)
		}
	}
	return Settings{}, ErrNone
}

// maxTokens bounds the lengths that a file may ask for.
const maxTokens = 1 << 15

// described is what a file says, in words.
type described struct {
	file                        string
	queryMarker, documentMarker named
	queryLength, documentLength number
	expansion, attendExpansion  bool
	skip                        []string
	dimensions                  number
	queryPrompt, documentPrompt string
}

// A named value and a number know their field, for errors.
type (
	named struct {
		field, value string
	}
	number struct {
		field string
		value int
	}
)

// settings looks the words up among the tokens.
func (d *described) settings(files fs.FS) (Settings, error) {
	s := Settings{
		QueryLength: d.queryLength.value, DocumentLength: d.documentLength.value,
		Expansion: d.expansion, AttendExpansion: d.expansion && d.attendExpansion,
		Strip: true, QueryPrompt: d.queryPrompt, DocumentPrompt: d.documentPrompt, Dimensions: d.dimensions.value,
	}
	if err := d.checkNumbers(); err != nil {
		return s, err
	}
	words, err := readWords(files, append([]string{d.queryMarker.value, d.documentMarker.value}, d.skip...))
	if err != nil {
		return s, err
	}
	if s.QueryMarker, err = d.marker(d.queryMarker, words); err != nil {
		return s, err
	}
	if s.DocumentMarker, err = d.marker(d.documentMarker, words); err != nil {
		return s, err
	}
	if s.Expansion {
		if s.Mask, err = words.mask(); err != nil {
			return s, err
		}
	}
	s.SkipIDs = words.skipped(d.skip)
	if s.Dimensions == 0 {
		s.Dimensions, err = lastDimensions(files)
	}
	return s, err
}

func (d *described) checkNumbers() error {
	for _, n := range []number{d.queryLength, d.documentLength} {
		if n.value < 1 || n.value > maxTokens {
			return fmt.Errorf("reading %s: %s is %d, not a number of tokens from 1 to %d", d.file, n.field, n.value, maxTokens)
		}
	}
	if d.dimensions.value < 0 {
		return fmt.Errorf("reading %s: %s is %d", d.file, d.dimensions.field, d.dimensions.value)
	}
	return nil
}

// marker must be one token: PyLate would make one with random weights.
func (d *described) marker(m named, words *words) (int32, error) {
	if m.value == "" {
		return NoMarker, nil
	}
	id, ok := words.ids[m.value]
	if !ok {
		return 0, fmt.Errorf("reading %s: %s %.40q is no token of tokenizer.json", d.file, m.field, m.value)
	}
	return id, nil
}

// skipped are the ids of the words of a skip list. A word that is no token counts as
// the unknown one, as it does in PyLate.
func (w *words) skipped(list []string) (ids []int32) {
	for _, word := range list {
		id, ok := w.ids[word]
		if !ok {
			if id, ok = w.unknown(); !ok {
				continue
			}
		}
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
