package token

import (
	"errors"
	"fmt"
)

// Strategy says which text of a pair gives way when both do not fit.
type Strategy string

const (
	// OnlySecond shortens the document. The query stays whole.
	OnlySecond Strategy = "only_second"
	// LongestFirst shortens the longer text, then both, to halves.
	LongestFirst Strategy = "longest_first"
)

// Limits says how pairs are made to fit a model.
type Limits struct {
	// MaxLength is the number of tokens of a pair, special tokens included.
	MaxLength int
	// Strategy is OnlySecond if empty.
	Strategy Strategy
	// MaxQuery cuts the query to that many tokens, special tokens not
	// included; 0 does not.
	MaxQuery int
}

// ErrQueryTooLong is returned where a query leaves no room for a document.
var ErrQueryTooLong = errors.New("the query leaves no room for a document")

// Pairs joins queries and documents for one model. It is safe for concurrent
// use.
type Pairs struct {
	t      *Tokenizer
	limits Limits
	room   int // tokens of both texts together
}

// Pairs checks the limits against the template.
func (t *Tokenizer) Pairs(l Limits) (*Pairs, error) {
	if l.Strategy == "" {
		l.Strategy = OnlySecond
	}
	if l.Strategy != OnlySecond && l.Strategy != LongestFirst {
		return nil, fmt.Errorf("truncation %.40q is not known", string(l.Strategy))
	}
	if l.MaxQuery < 0 {
		return nil, fmt.Errorf("a query of at most %d tokens", l.MaxQuery)
	}
	room := l.MaxLength - t.template.added()
	if room < 2 {
		return nil, fmt.Errorf("%d tokens leave no room for a query and a document beside %d special ones", l.MaxLength, t.template.added())
	}
	return &Pairs{t: t, limits: l, room: room}, nil
}

// Query is a query's ids, for any number of pairs. Read-only.
type Query struct {
	IDs       []int32
	Truncated bool // cut by MaxQuery
}

// Query encodes a query once. The error is ErrGrowth.
func (p *Pairs) Query(text string) (Query, error) {
	if p.limits.MaxQuery == 0 {
		ids, err := p.t.Encode(nil, text, 0)
		return Query{IDs: ids}, err
	}
	ids, err := p.t.Encode(nil, text, p.limits.MaxQuery+1)
	if len(ids) <= p.limits.MaxQuery {
		return Query{IDs: ids}, err
	}
	return Query{ids[:p.limits.MaxQuery], true}, err
}

// Document appends as many of a document's ids to dst as a pair with the
// query can need, and one more if there are more. The error is ErrGrowth.
func (p *Pairs) Document(dst []int32, q Query, text string) ([]int32, error) {
	return p.t.Encode(dst, text, max(len(q.IDs), p.room)+1)
}

// Pair is one input of the model before it is written out.
type Pair struct {
	Query, Document []int32
	Truncated       bool // some of the texts was left out
}

// Join cuts a query and the ids of a document to fit, exactly as the
// reference truncates.
func (p *Pairs) Join(q Query, document []int32) (Pair, error) {
	pair := Pair{q.IDs, document, q.Truncated}
	if len(q.IDs)+len(document) <= p.room {
		return pair, nil
	}
	keepQuery, keepDocument := len(q.IDs), p.room-len(q.IDs)
	if p.limits.Strategy == LongestFirst {
		keepQuery, keepDocument = halves(len(q.IDs), len(document), p.room)
	} else if keepDocument <= 0 {
		return Pair{}, fmt.Errorf("%w: %d tokens of %d", ErrQueryTooLong, len(q.IDs), p.room)
	}
	return Pair{q.IDs[:keepQuery], document[:keepDocument], true}, nil
}

// halves shares room between two texts that together need more: the shorter
// one stays whole if it needs no more than half.
func halves(a, b, room int) (int, int) {
	short := min(a, b)
	long := room - short
	if short > room/2 {
		short = room / 2
		long = room - short
	}
	if a > b {
		return long, short
	}
	return short, long
}

// Length returns the number of tokens of a pair, special tokens included.
func (p *Pairs) Length(pair Pair) int {
	return p.t.template.added() + len(pair.Query) + len(pair.Document)
}

// Write fills one row of the model's input: ids, token types and attention
// mask, each of the same length, of at least Length(pair). What is left is
// padding. types may be nil where the model takes none.
func (p *Pairs) Write(ids, types, mask []int64, pair Pair) {
	at := 0
	for _, part := range p.t.template {
		switch part.text {
		case 'A':
			at = write(ids, types, at, part.kind, pair.Query)
		case 'B':
			at = write(ids, types, at, part.kind, pair.Document)
		default:
			at = writeOne(ids, types, at, part.kind, part.id)
		}
	}
	for i := range at {
		mask[i] = 1
	}
	for i := at; i < len(ids); i++ {
		mask[i] = 0
		writeOne(ids, types, i, p.t.padType, p.t.pad)
	}
}

func write(ids, types []int64, at int, kind int32, text []int32) int {
	for _, id := range text {
		at = writeOne(ids, types, at, kind, id)
	}
	return at
}

func writeOne(ids, types []int64, at int, kind, id int32) int {
	ids[at] = int64(id)
	if types != nil {
		types[at] = int64(kind)
	}
	return at + 1
}
