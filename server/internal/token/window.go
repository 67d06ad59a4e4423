package token

import (
	"errors"
	"fmt"
)

// Windows says how a long document is cut into parts that are scored one by
// one with the same query.
type Windows struct {
	// Size is the number of document tokens in a window, 0 for what fits.
	Size int
	// Stride is the number of tokens that neighbouring windows share, as in
	// the reference.
	Stride int
	// Max is the number of windows, the first ones of the document; 0 for all.
	Max int
}

// ErrStride is returned where neighbouring windows would share all they have.
var ErrStride = errors.New("windows share as many tokens as they have")

// WindowDocument appends as many ids of a document to dst as its windows with
// the query can need, and one more if there are more.
func (p *Pairs) WindowDocument(dst []int32, q Query, text string, w Windows) ([]int32, error) {
	size, err := p.windowSize(q, w)
	if err != nil {
		return dst, err
	}
	limit := 0
	if w.Max > 0 {
		limit = size + (w.Max-1)*max(size-w.Stride, 0) + 1
	}
	return p.t.Encode(dst, text, limit)
}

// Windows appends the pairs of a query with each window of a document to dst.
// Whole queries only: the strategy plays no part. A document without tokens
// is one window.
func (p *Pairs) Windows(dst []Pair, q Query, document []int32, w Windows) ([]Pair, error) {
	size, err := p.windowSize(q, w)
	if err != nil {
		return dst, err
	}
	if len(document) > size && w.Stride >= size {
		return dst, fmt.Errorf("%w: a stride of %d in windows of %d", ErrStride, w.Stride, size)
	}
	for start, n := 0, 0; ; start, n = start+size-w.Stride, n+1 {
		end := min(start+size, len(document))
		if w.Max > 0 && n == w.Max {
			dst[len(dst)-1].Truncated = true
			return dst, nil
		}
		dst = append(dst, Pair{q.IDs, document[start:end], q.Truncated})
		if end == len(document) {
			return dst, nil
		}
	}
}

// windowSize returns the document tokens of a window.
func (p *Pairs) windowSize(q Query, w Windows) (int, error) {
	size := p.room - len(q.IDs)
	if size <= 0 {
		return 0, fmt.Errorf("%w: %d tokens of %d", ErrQueryTooLong, len(q.IDs), p.room)
	}
	if w.Size < 0 || w.Stride < 0 || w.Max < 0 {
		return 0, errors.New("a window's size, stride and number are not negative")
	}
	if w.Size > 0 {
		size = min(size, w.Size)
	}
	return size, nil
}
