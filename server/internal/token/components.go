package token

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// maxNesting bounds sequences within sequences.
const maxNesting = 8

// newNormalizer reads a normalizer, nil where the file has none.
func newNormalizer(u *unicodeTable, component jsontext.Value, depth int) (normalizer, error) {
	name, absent, err := typeOf(component)
	if absent || err != nil {
		return nil, err
	}
	f, err := decode[normalizerFile](component)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	switch name {
	case "Sequence":
		return newNormalizerSequence(u, f.Normalizers, depth)
	case "BertNormalizer":
		return f.bert(u), nil
	case "Lowercase":
		return lowercaser{u}, nil
	case "NFC", "NFD", "NFKC", "NFKD":
		return newFormNormalizer(u, name[2] == 'K', name[len(name)-1] == 'C'), nil
	case "StripAccents":
		return markStripper{u}, nil
	case "Strip":
		return stripper{u, f.Left, f.Right}, nil
	case "Prepend":
		return prepender(f.Prepend), checkReplacement(name, f.Prepend)
	case "Replace":
		p, err := newPattern(u, f.Pattern)
		return replacer{p, f.Content}, errors.Join(wrap(name, err), checkReplacement(name, f.Content))
	case "Precompiled":
		m, err := newCharsmap(u, f.Charsmap)
		return m, wrap(name, err)
	}
	return nil, unsupported(name)
}

// normalizerFile holds the fields of all normalizers.
type normalizerFile struct {
	Normalizers  []jsontext.Value `json:"normalizers"`
	CleanText    *bool            `json:"clean_text"`
	Chinese      *bool            `json:"handle_chinese_chars"`
	StripAccents *bool            `json:"strip_accents"`
	Lowercase    *bool            `json:"lowercase"`
	Left         bool             `json:"strip_left"`
	Right        bool             `json:"strip_right"`
	Prepend      string           `json:"prepend"`
	Pattern      jsontext.Value   `json:"pattern"`
	Content      string           `json:"content"`
	Charsmap     string           `json:"precompiled_charsmap"`
}

// bert takes the reference's defaults; accents go where lower case goes.
func (f *normalizerFile) bert(u *unicodeTable) normalizer {
	lower := isTrue(f.Lowercase, true)
	return newBertNormalizer(u, isTrue(f.CleanText, true), isTrue(f.Chinese, true), isTrue(f.StripAccents, lower), lower)
}

func isTrue(b *bool, otherwise bool) bool {
	if b == nil {
		return otherwise
	}
	return *b
}

func wrap(name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", name, err)
}

func newNormalizerSequence(u *unicodeTable, parts []jsontext.Value, depth int) (normalizer, error) {
	if depth == maxNesting {
		return nil, fmt.Errorf("sequences are nested more than %d deep", maxNesting)
	}
	var sequence sequenceNormalizer
	for _, part := range parts {
		n, err := newNormalizer(u, part, depth+1)
		if err != nil {
			return nil, err
		}
		if nested, ok := n.(sequenceNormalizer); ok {
			sequence = append(sequence, nested...)
		} else if n != nil {
			sequence = append(sequence, n)
		}
		if len(sequence) > maxComponents {
			return nil, errComponents
		}
	}
	return sequence, nil
}

// newPattern reads {"String": …} or {"Regex": …}.
func newPattern(u *unicodeTable, raw jsontext.Value) (pattern, error) {
	var p struct {
		String, Regex *string
	}
	if err := json.Unmarshal(raw, &p); err != nil {
		return nil, err
	}
	switch {
	case p.String != nil && *p.String != "":
		return literal(*p.String), nil
	case p.Regex != nil:
		return newRegex(u, *p.Regex)
	}
	return nil, errors.New("has no pattern")
}

// newSplitters reads a pre-tokenizer as the list of its stages.
func newSplitters(u *unicodeTable, component jsontext.Value, depth int) ([]splitter, error) {
	name, absent, err := typeOf(component)
	if absent || err != nil {
		return nil, err
	}
	f, err := decode[splitterFile](component)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if name == "Sequence" {
		return newSplitterSequence(u, f.Pretokenizers, depth)
	}
	s, err := f.splitter(u, name)
	return []splitter{s}, err
}

func newSplitterSequence(u *unicodeTable, parts []jsontext.Value, depth int) ([]splitter, error) {
	if depth == maxNesting {
		return nil, fmt.Errorf("sequences are nested more than %d deep", maxNesting)
	}
	var stages []splitter
	for _, part := range parts {
		s, err := newSplitters(u, part, depth+1)
		if err != nil {
			return nil, err
		}
		if stages = append(stages, s...); len(stages) > maxComponents {
			return nil, errComponents
		}
	}
	return stages, nil
}

// splitterFile holds the fields of all pre-tokenizers.
type splitterFile struct {
	Pretokenizers  []jsontext.Value `json:"pretokenizers"`
	AddPrefixSpace *bool            `json:"add_prefix_space"`
	UseRegex       *bool            `json:"use_regex"`
	Replacement    string           `json:"replacement"`
	PrependScheme  string           `json:"prepend_scheme"`
	Split          *bool            `json:"split"`
	Behavior       behavior         `json:"behavior"`
	Individual     bool             `json:"individual_digits"`
	Pattern        jsontext.Value   `json:"pattern"`
	Invert         bool             `json:"invert"`
}

func (f *splitterFile) splitter(u *unicodeTable, name string) (splitter, error) {
	switch name {
	case "BertPreTokenizer":
		return bertSplitter{u}, nil
	case "WhitespaceSplit":
		return spaceSplitter{u}, nil
	case "Whitespace":
		return wordSplitter{u}, nil
	case "ByteLevel":
		return byteLevel{gpt2Pattern{u}, isTrue(f.AddPrefixSpace, true), isTrue(f.UseRegex, true)}, nil
	case "Metaspace":
		s, err := f.metaspace()
		return s, wrap(name, err)
	case "Digits":
		if f.Individual {
			return patternSplitter{class{has(u, isNumeric), 1, 1}, isolated, false}, nil
		}
		return patternSplitter{class{has(u, isNumeric), 1, 1}, contiguous, false}, nil
	case "Punctuation":
		if f.Behavior == "" {
			f.Behavior = isolated
		}
		return patternSplitter{class{has(u, isPunctuation), 1, 1}, f.Behavior, false}, wrap(name, f.Behavior.check())
	case "Split":
		p, err := newPattern(u, f.Pattern)
		return patternSplitter{p, f.Behavior, f.Invert}, wrap(name, errors.Join(err, f.Behavior.check()))
	}
	return nil, unsupported(name)
}

func has(u *unicodeTable, bit property) func(rune) bool {
	return func(r rune) bool { return u.of(r)&bit != 0 }
}

func (f *splitterFile) metaspace() (splitter, error) {
	if utf8.RuneCountInString(f.Replacement) != 1 {
		return nil, fmt.Errorf("replacement %.40q is not one character", f.Replacement)
	}
	scheme := f.PrependScheme
	if scheme == "" {
		scheme = "always"
	}
	if !isTrue(f.AddPrefixSpace, true) && scheme != "never" {
		return nil, errors.New("add_prefix_space contradicts prepend_scheme")
	}
	if scheme != "always" && scheme != "first" && scheme != "never" {
		return nil, fmt.Errorf("prepend_scheme %.40q is not known", scheme)
	}
	return metaspace{[]byte(f.Replacement), scheme, isTrue(f.Split, true)}, nil
}

// checkOrder reports whether the model gets bytes, and refuses stages that
// are exact only in one place: ByteLevel at the end, Metaspace's "first" at
// the start.
func checkOrder(stages []splitter) (bytes bool, err error) {
	for i, s := range stages {
		switch s := s.(type) {
		case byteLevel:
			if bytes = true; i < len(stages)-1 {
				return false, errors.New("ByteLevel before another pre-tokenizer is not supported")
			}
		case metaspace:
			if s.scheme == "first" && i > 0 {
				return false, errors.New(`a Metaspace with prepend_scheme "first" after another pre-tokenizer is not supported`)
			}
		}
	}
	return bytes, nil
}
