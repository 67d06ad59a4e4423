package token

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// maxTokenBytes bounds one vocabulary entry, maxTokenID an id.
const (
	maxTokenBytes = 4096
	maxTokenID    = 1<<24 - 1
)

// modelFile holds the fields of all models; each takes its own.
type modelFile struct {
	UnkToken                *string        `json:"unk_token"`
	ContinuingSubwordPrefix *string        `json:"continuing_subword_prefix"`
	EndOfWordSuffix         *string        `json:"end_of_word_suffix"`
	MaxInputCharsPerWord    *int           `json:"max_input_chars_per_word"`
	Dropout                 *float64       `json:"dropout"`
	FuseUnk                 bool           `json:"fuse_unk"`
	ByteFallback            bool           `json:"byte_fallback"`
	IgnoreMerges            bool           `json:"ignore_merges"`
	UnkID                   *int           `json:"unk_id"`
	Vocab                   jsontext.Value `json:"vocab"`
	Merges                  jsontext.Value `json:"merges"`

	ids map[string]int32 // of the vocabulary, once read
}

// newModel reads the model and lists its vocabulary. barred words exist only
// as special tokens; byteLevel says that the model gets bytes.
func newModel(component jsontext.Value, barred map[string]bool, byteLevel bool) (m model, ids map[string]int32, err error) {
	name, absent, err := typeOf(component)
	if absent || err != nil {
		return nil, nil, firstError(err, errors.New("is missing"))
	}
	f, err := decode[modelFile](component)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	if byteLevel && name != "BPE" {
		return nil, nil, fmt.Errorf("%s after a ByteLevel pre-tokenizer is not supported", name)
	}
	switch name {
	case "WordPiece":
		m, err = newWordPiece(&f, barred)
	case "BPE":
		m, err = newBPE(&f, barred, byteLevel)
	case "Unigram":
		m, err = newUnigram(&f, barred)
	default:
		return nil, nil, unsupported(name)
	}
	return m, f.ids, err
}

func firstError(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// vocabulary reads {"token": id, …} and notes it in f.ids.
func (f *modelFile) vocabulary() (map[string]int32, error) {
	ids := map[string]int32{}
	if err := json.Unmarshal(f.Vocab, &ids); err != nil {
		return nil, fmt.Errorf("reading vocab: %w", err)
	}
	for token, id := range ids {
		if id < 0 || id > maxTokenID || len(token) > maxTokenBytes {
			return nil, fmt.Errorf("vocab entry %.40q has id %d and %d bytes, out of bounds", token, id, len(token))
		}
	}
	f.ids = ids
	return ids, nil
}

// piece is one entry of a Unigram vocabulary.
type piece struct {
	text  string
	score float64
}

// pieces reads [["piece", score], …] and notes their numbers in f.ids.
func (f *modelFile) pieces() ([]piece, error) {
	d := jsontext.NewDecoder(bytes.NewReader(f.Vocab))
	if t, err := d.ReadToken(); err != nil || t.Kind() != '[' {
		return nil, fmt.Errorf("reading vocab: %w", firstError(err, errors.New("not an array")))
	}
	var list []piece
	f.ids = map[string]int32{}
	for d.PeekKind() == '[' {
		p, err := readPiece(d)
		if err != nil {
			return nil, fmt.Errorf("reading vocab entry %d: %w", len(list), err)
		}
		f.ids[p.text] = int32(len(list))
		list = append(list, p)
	}
	if _, err := d.ReadToken(); err != nil {
		return nil, fmt.Errorf("reading vocab: %w", err)
	}
	return list, nil
}

func readPiece(d *jsontext.Decoder) (p piece, err error) {
	var raw [4]jsontext.Token
	for i, kind := range []jsontext.Kind{'[', '"', '0', ']'} {
		if raw[i], err = d.ReadToken(); err != nil {
			return p, err
		}
		if raw[i].Kind() != kind {
			return p, errors.New("not a pair of text and score")
		}
		if kind == '"' {
			p.text = raw[i].String() // before the next token takes its place
		}
		if kind == '0' {
			if p.score, err = parseScore(raw[i].String()); err != nil {
				return p, err
			}
		}
	}
	if len(p.text) > maxTokenBytes {
		return p, fmt.Errorf("longer than %d bytes", maxTokenBytes)
	}
	return p, nil
}

// mergeTable reads merges as ["a b", …] or [["a", "b"], …].
func (f *modelFile) mergeTable(vocabulary map[string]int32, prefix int) (*mergeTable, error) {
	pairs, err := f.mergePairs()
	if err != nil {
		return nil, err
	}
	t := newMergeTable(len(pairs))
	for rank, pair := range pairs {
		left, okLeft := vocabulary[pair[0]]
		right, okRight := vocabulary[pair[1]]
		if !okLeft || !okRight || len(pair[1]) < prefix {
			return nil, fmt.Errorf("merge %d (%.40q) is not in the vocabulary", rank, pair)
		}
		id, ok := vocabulary[pair[0]+pair[1][prefix:]]
		if !ok {
			return nil, fmt.Errorf("merge %d (%.40q) makes a token that is not in the vocabulary", rank, pair)
		}
		t.put(left, right, int32(rank), id)
	}
	return t, nil
}

func (f *modelFile) mergePairs() ([][2]string, error) {
	var pairs [][2]string
	if json.Unmarshal(f.Merges, &pairs) == nil {
		return pairs, nil
	}
	var lines []string
	if err := json.Unmarshal(f.Merges, &lines); err != nil {
		return nil, fmt.Errorf("reading merges: %w", err)
	}
	pairs = make([][2]string, 0, len(lines))
	for i, line := range lines {
		if strings.HasPrefix(line, "#version") {
			continue
		}
		left, right, ok := strings.Cut(line, " ")
		if !ok || strings.Contains(right, " ") {
			return nil, fmt.Errorf("merge %d (%.40q) is not two tokens", i, line)
		}
		pairs = append(pairs, [2]string{left, right})
	}
	return pairs, nil
}
