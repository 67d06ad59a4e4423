package tei

import (
	"math"
	"sync/atomic"
)

// rate is how many tokens a byte of text has been lately.
type rate struct{ bits atomic.Uint64 }

// Of English texts about four bytes are a token; learning goes by the last ten calls
// or so.
const (
	usualRate = 0.25
	recent    = 0.1
)

func (r *rate) now() float64 {
	if bits := r.bits.Load(); bits != 0 {
		return math.Float64frombits(bits)
	}
	return usualRate
}

// learn from a call; tokens 0 = it told none.
func (r *rate) learn(query string, texts []string, tokens int) {
	bytes := 0
	for _, t := range texts {
		bytes += len(query) + len(t)
	}
	if tokens <= 0 || bytes == 0 {
		return
	}
	now := r.now()
	r.bits.Store(math.Float64bits(now + recent*(float64(tokens)/float64(bytes)-now)))
}

// specialTokens of a pair.
const specialTokens = 3

// tokens of a pair, estimated; most 0 = there is no bound.
func (r *rate) tokens(query, text string, most int) int {
	n := int(r.now()*float64(len(query)+len(text))) + specialTokens
	if most > 0 {
		n = min(n, most)
	}
	return n
}
