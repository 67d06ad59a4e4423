package llm

import (
	"sync"
	"unicode/utf8"
)

// How many tokens texts have before an endpoint has said anything: ASCII has
// about 3.1 bytes a token with the tokenizers of 2026, other scripts 1.6
// characters. What endpoints count corrects it: see estimator.
const (
	asciiBytesPerToken = 3.1
	otherRunesPerToken = 1.6
	// promptOverhead are tokens of the chat format.
	promptOverhead = 12
)

// roughTokens of a text.
func roughTokens(s string) float64 {
	ascii, other := 0, 0
	for _, r := range s {
		if r < utf8.RuneSelf {
			ascii++
		} else {
			other++
		}
	}
	return float64(ascii)/asciiBytesPerToken + float64(other)/otherRunesPerToken
}

// outputTokens of an answer for n documents: a key and a number, and a sentence.
func outputTokens(n int, why bool) int {
	if why {
		return 6 + 42*n
	}
	return 6 + 6*n
}

// estimator foresees the tokens of a call. It learns from each call how far the
// endpoint counts otherwise. It is safe for concurrent use.
type estimator struct {
	mu            sync.Mutex
	input, output correction
}

// correction is what was counted over what was foreseen, of all calls.
type correction struct{ foreseen, counted float64 }

// priorTokens is how many foreseen tokens weigh as much as the formula itself.
const priorTokens = 50

func (c correction) factor() float64 {
	return (c.counted + priorTokens) / (c.foreseen + priorTokens)
}

// foresight is what an estimator has learned at one moment.
type foresight struct{ input, output float64 }

func (e *estimator) now() foresight {
	e.mu.Lock()
	defer e.mu.Unlock()
	return foresight{e.input.factor(), e.output.factor()}
}

// call foresees one, which is expected to write so many tokens.
func (f foresight) call(p Prompt, output int) Tokens {
	return Tokens{Input: int(rawInput(p)*f.input + 0.5), Output: int(float64(output)*f.output + 0.5)}
}

func rawInput(p Prompt) float64 { return promptOverhead + roughTokens(p.System) + roughTokens(p.User) }

// mostInput tokens that any endpoint makes of a prompt: no token has less than a byte,
// and a schema is short.
func mostInput(p Prompt) int { return 2*(len(p.System)+len(p.User)) + 4000 }

// learn from what a call took, but nothing from an endpoint that counts nothing, or what
// cannot be: a model that no budget affords would never be asked again.
func (e *estimator) learn(p Prompt, output int, took Tokens) {
	counted := took.Input + took.Cached + took.CacheWrite
	e.mu.Lock()
	defer e.mu.Unlock()
	if counted > 0 && counted <= mostInput(p) {
		e.input.add(rawInput(p), float64(counted))
	}
	if took.Output > 0 {
		e.output.add(float64(output), float64(min(took.Output, p.MaxTokens)))
	}
}

// mostRemembered tokens, after which older calls fade.
const mostRemembered = 200_000

func (c *correction) add(foreseen, counted float64) {
	c.foreseen, c.counted = c.foreseen+foreseen, c.counted+counted
	if c.foreseen > mostRemembered {
		c.foreseen, c.counted = c.foreseen/2, c.counted/2
	}
}
