package token

import (
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

// Single is a text by itself as a model reads it: the special tokens before it
// and after it.
type Single struct {
	Before, After []int32
}

// Added is the number of special tokens.
func (s Single) Added() int { return len(s.Before) + len(s.After) }

// Append appends the ids of a text between its special tokens to dst. A text of
// more than limit tokens, special ones not counted, is cut and reported. The error
// is ErrGrowth.
func (t *Tokenizer) Append(dst []int32, text string, limit int) (ids []int32, cut bool, err error) {
	dst = append(dst, t.single.Before...)
	start := len(dst)
	if dst, err = t.Encode(dst, text, limit+1); err != nil {
		return dst, false, err
	}
	if cut = len(dst)-start > limit; cut {
		dst = dst[:start+limit]
	}
	return append(dst, t.single.After...), cut, nil
}

// WriteText fills one row of a model's input with ids that Append gave: the last
// unattended of them are masked, and what is left is padding.
func (t *Tokenizer) WriteText(ids, mask []int64, text []int32, unattended int) {
	at := write(ids, nil, 0, 0, text)
	for i := range mask {
		mask[i] = 0
		if i < at-unattended {
			mask[i] = 1
		}
	}
	for i := at; i < len(ids); i++ {
		writeOne(ids, nil, i, t.padType, t.pad)
	}
}

// Single returns the special tokens around a text that is read by itself.
func (t *Tokenizer) Single() Single { return t.single }

// newSingle reads the template of a single text of a post-processor. Without one
// a text stands alone.
func newSingle(component jsontext.Value) (Single, error) {
	name, absent, err := typeOf(component)
	if absent || err != nil {
		return Single{}, err
	}
	f, err := decode[postFile](component)
	if err != nil {
		return Single{}, fmt.Errorf("%s: %w", name, err)
	}
	switch name {
	case "Sequence":
		return f.singleOfSequence()
	case "TemplateProcessing":
		s, err := f.singleOfTemplate()
		return s, wrap(name, err)
	case "BertProcessing", "RobertaProcessing":
		s, err := f.singleOfClassic()
		return s, wrap(name, err)
	}
	return Single{}, nil // newTemplate refuses what is not known
}

// singleOfSequence is that of the one part that adds tokens: newTemplate has seen
// that there is no other.
func (f *postFile) singleOfSequence() (Single, error) {
	for _, part := range f.Processors {
		if s, err := newSingle(part); err != nil || s.Added() > 0 {
			return s, err
		}
	}
	return Single{}, nil
}

func (f *postFile) singleOfClassic() (Single, error) {
	t, err := f.classic(false)
	if err != nil {
		return Single{}, err
	}
	return Single{Before: []int32{t[0].id}, After: []int32{t[2].id}}, nil
}

// singleOfTemplate takes the special tokens on both sides of text A.
func (f *postFile) singleOfTemplate() (s Single, err error) {
	texts := 0
	for _, raw := range f.Single {
		parts, err := f.part(raw)
		if err != nil {
			return s, err
		}
		for _, p := range parts {
			switch {
			case p.text != 0:
				texts++
			case texts == 0:
				s.Before = append(s.Before, p.id)
			default:
				s.After = append(s.After, p.id)
			}
		}
	}
	if texts > 1 {
		return s, fmt.Errorf("the template of a single text has %d texts", texts)
	}
	return s, nil
}
