package colbert

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/splitrank/splitrank/server/internal/token"
)

// Texts writes the inputs of a model. It is safe for concurrent use. What a text spells
// is no marker: see RATIONALE: why-a-text-that-spells-a-marker-is-text.
type Texts struct {
	settings         Settings
	tokenizer        *token.Tokenizer
	query, document  token.Single // with the markers
	queryLen, docLen int
}

// Text is one input of the encoder.
type Text struct {
	// IDs of the tokens, special ones included.
	IDs []int32
	// Unattended of them, the last ones, are read without the others seeing them.
	Unattended int
	// Cut says that the text had more tokens.
	Cut bool
}

// Texts returns what writes inputs for a tokenizer, and an encoder that takes
// maxLength tokens.
func (s Settings) Texts(t *token.Tokenizer, maxLength int) (*Texts, error) {
	x := &Texts{settings: s, tokenizer: t, queryLen: min(s.QueryLength, maxLength), docLen: min(s.DocumentLength, maxLength)}
	var err error
	if x.query, err = marked(t.Single(), s.QueryMarker, s.QueryPrefix); err != nil {
		return nil, err
	}
	if x.document, err = marked(t.Single(), s.DocumentMarker, s.DocumentPrefix); err != nil {
		return nil, err
	}
	if x.queryLen <= x.query.Added() || x.docLen <= x.document.Added() {
		return nil, fmt.Errorf("queries of %d tokens and documents of %d leave no room for a text beside %d and %d special ones", x.queryLen, x.docLen, x.query.Added(), x.document.Added())
	}
	return x, nil
}

// marked puts a marker after the first token of a text, and a prefix before the text.
func marked(s token.Single, marker int32, prefix []int32) (token.Single, error) {
	before := slices.Clone(s.Before)
	if marker != NoMarker {
		if len(before) == 0 {
			return s, fmt.Errorf("the tokenizer puts no token before a text, which the marker would follow")
		}
		before = slices.Insert(before, 1, marker)
	}
	return token.Single{Before: append(before, prefix...), After: s.After}, nil
}

// Query writes a query of at most so many tokens of text; 0 = as many as fit. The
// error is token.ErrGrowth.
func (x *Texts) Query(query string, most int) (Text, error) {
	t, err := x.write(x.query, x.strip(x.settings.QueryPrompt+query), limit(x.QueryRoom(), most))
	if err != nil || !x.settings.Expansion {
		return t, err
	}
	own := len(t.IDs)
	for len(t.IDs) < x.queryLen {
		t.IDs = append(t.IDs, x.settings.Mask)
	}
	if !x.settings.AttendExpansion {
		t.Unattended = len(t.IDs) - own
	}
	return t, nil
}

// Document writes a document of at most so many tokens of text; 0 = as many as fit.
// The error is token.ErrGrowth.
func (x *Texts) Document(document string, most int) (Text, error) {
	return x.write(x.document, x.DocumentText(document), limit(x.DocumentRoom(), most))
}

// DocumentText is the text of a document as it is tokenized.
func (x *Texts) DocumentText(document string) string {
	return x.strip(x.settings.DocumentPrompt + document)
}

// DocumentAround are the tokens around a document, or a part of one.
func (x *Texts) DocumentAround() token.Single { return x.document }

// QueryRoom is how many tokens of a query fit beside the special ones.
func (x *Texts) QueryRoom() int { return x.queryLen - x.query.Added() }

// DocumentRoom is how many tokens of a document fit beside the special ones.
func (x *Texts) DocumentRoom() int { return x.docLen - x.document.Added() }

func limit(room, most int) int {
	if most <= 0 {
		return room
	}
	return min(room, most)
}

func (x *Texts) write(around token.Single, text string, limit int) (t Text, err error) {
	start := len(around.Before)
	if t.IDs, err = x.tokenizer.Encode(slices.Clone(around.Before), text, limit+1); err != nil {
		return Text{}, err
	}
	if t.Cut = len(t.IDs)-start > limit; t.Cut {
		t.IDs = t.IDs[:start+limit]
	}
	t.IDs = append(t.IDs, around.After...)
	return t, nil
}

func (x *Texts) strip(text string) string {
	if !x.settings.Strip {
		return text
	}
	return Strip(text)
}

// Strip leaves out white space around a text, as Python's str.strip does.
func Strip(text string) string {
	return strings.TrimFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f
	})
}
