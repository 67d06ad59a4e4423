package token

import (
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// template is a post-processor: where special tokens and the two texts stand
// in a pair, and the token type of each.
type template []templatePart

// templatePart is one special token or, where text is not 0, one text.
type templatePart struct {
	text byte // 'A' the query, 'B' the document, 0 a special token
	id   int32
	kind int32 // token_type_id
}

// added is the number of special tokens.
func (t template) added() int { return len(t) - 2 }

// newTemplate reads the pair template of a post-processor. Without one the
// texts follow each other with types 0 and 1.
func newTemplate(component jsontext.Value) (template, error) {
	t, err := readTemplate(component, 0)
	if t == nil && err == nil {
		t = template{{text: 'A'}, {text: 'B', kind: 1}}
	}
	return t, err
}

// postFile holds the fields of all post-processors.
type postFile struct {
	Processors []jsontext.Value         `json:"processors"`
	Sep        jsontext.Value           `json:"sep"`
	Cls        jsontext.Value           `json:"cls"`
	Single     []jsontext.Value         `json:"single"`
	Pair       []jsontext.Value         `json:"pair"`
	Special    map[string]specialTokens `json:"special_tokens"`
}

type specialTokens struct {
	IDs []int32 `json:"ids"`
}

// readTemplate returns nil for a component that adds nothing.
func readTemplate(component jsontext.Value, depth int) (template, error) {
	name, absent, err := typeOf(component)
	if absent || err != nil {
		return nil, err
	}
	f, err := decode[postFile](component)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	switch name {
	case "ByteLevel": // moves offsets only
		return nil, nil
	case "Sequence":
		return f.sequence(depth)
	case "TemplateProcessing":
		t, err := f.pair()
		return t, wrap(name, err)
	case "BertProcessing", "RobertaProcessing":
		t, err := f.classic(name == "RobertaProcessing")
		return t, wrap(name, err)
	}
	return nil, unsupported(name)
}

func (f *postFile) sequence(depth int) (template, error) {
	if depth == maxNesting {
		return nil, fmt.Errorf("sequences are nested more than %d deep", maxNesting)
	}
	var found template
	for _, part := range f.Processors {
		t, err := readTemplate(part, depth+1)
		if err != nil {
			return nil, err
		}
		if t != nil && found != nil {
			return nil, errors.New("a Sequence of two post-processors that add tokens is not supported")
		}
		if t != nil {
			found = t
		}
	}
	return found, nil
}

// classic is [CLS] A [SEP] B [SEP], or <s> A </s></s> B </s> with type 0.
func (f *postFile) classic(roberta bool) (template, error) {
	cls, err := namedID(f.Cls)
	if err != nil {
		return nil, fmt.Errorf("cls: %w", err)
	}
	sep, err := namedID(f.Sep)
	if err != nil {
		return nil, fmt.Errorf("sep: %w", err)
	}
	if roberta {
		return template{{id: cls}, {text: 'A'}, {id: sep}, {id: sep}, {text: 'B'}, {id: sep}}, nil
	}
	return template{{id: cls}, {text: 'A'}, {id: sep}, {text: 'B', kind: 1}, {id: sep, kind: 1}}, nil
}

// namedID reads ["token", id].
func namedID(raw jsontext.Value) (int32, error) {
	var pair []jsontext.Value
	if err := json.Unmarshal(raw, &pair); err != nil {
		return 0, err
	}
	if len(pair) != 2 {
		return 0, errors.New("is not a pair of token and id")
	}
	return decode[int32](pair[1])
}

// pair reads the pair template, in which each text stands once.
func (f *postFile) pair() (template, error) {
	var t template
	count := map[byte]int{}
	for _, raw := range f.Pair {
		parts, err := f.part(raw)
		if err != nil {
			return nil, err
		}
		for _, p := range parts {
			count[p.text]++
		}
		t = append(t, parts...)
	}
	if count['A'] != 1 || count['B'] != 1 {
		return nil, errors.New("the pair template does not use each text once")
	}
	return t, nil
}

func (f *postFile) part(raw jsontext.Value) (template, error) {
	type part struct {
		ID   string `json:"id"`
		Type int32  `json:"type_id"`
	}
	p, err := decode[struct{ Sequence, SpecialToken *part }](raw)
	switch {
	case err != nil:
		return nil, err
	case p.Sequence != nil && (p.Sequence.ID == "A" || p.Sequence.ID == "B"):
		return template{{text: p.Sequence.ID[0], kind: p.Sequence.Type}}, nil
	case p.SpecialToken == nil:
		return nil, errors.New("a part of the pair template is neither text A or B nor a special token")
	}
	special, ok := f.Special[p.SpecialToken.ID]
	if !ok {
		return nil, fmt.Errorf("special token %.40q has no ids", p.SpecialToken.ID)
	}
	var t template
	for _, id := range special.IDs {
		t = append(t, templatePart{id: id, kind: p.SpecialToken.Type})
	}
	return t, nil
}
