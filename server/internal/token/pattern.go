package token

import (
	"bytes"
	"errors"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// pattern finds the first match in text at or after from; start is -1 where
// there is none. A match is never empty.
type pattern interface {
	find(text []byte, from int) (start, end int)
}

// literal matches itself.
type literal []byte

func (p literal) find(text []byte, from int) (int, int) {
	at := bytes.Index(text[from:], p)
	if at < 0 {
		return -1, -1
	}
	return from + at, from + at + len(p)
}

// class matches between min and max code points in a row of one kind, as many
// as it can.
type class struct {
	is       func(rune) bool
	min, max int
}

func (p class) find(text []byte, from int) (int, int) {
	start, count := from, 0
	for i := from; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if !p.is(r) {
			if count >= p.min {
				return start, i
			}
			start, count = i+size, 0
		} else if count++; count == p.max {
			return start, i + size
		}
		i += size
	}
	if count >= p.min && count > 0 {
		return start, len(text)
	}
	return -1, -1
}

// newRegex reads the small part of regular expressions that tokenizer files
// use: literal text, or one class (\s, \S, \d, \w, \p{L}, \p{N}, one
// character) with +, {n}, {n,} or {n,m}.
func newRegex(u *unicodeTable, expression string) (pattern, error) {
	if expression == gpt2Expression {
		return gpt2Pattern{u}, nil
	}
	if !strings.ContainsAny(expression, `\.+*?()|[]{}^$`) && expression != "" {
		return literal(expression), nil
	}
	is, rest := newClass(u, expression)
	if is == nil {
		return nil, errors.New("regular expression " + strconv.Quote(expression) + " is not supported")
	}
	low, high, ok := repetition(rest)
	if !ok {
		return nil, errors.New("regular expression " + strconv.Quote(expression) + " is not supported")
	}
	return class{is, low, high}, nil
}

func newClass(u *unicodeTable, expression string) (is func(rune) bool, rest string) {
	for prefix, bit := range map[string]property{`\s`: isSpace, `\w`: isWord, `\p{L}`: isLetter, `\p{N}`: isNumber} {
		if rest, ok := strings.CutPrefix(expression, prefix); ok {
			return func(r rune) bool { return u.of(r)&bit != 0 }, rest
		}
	}
	if rest, ok := strings.CutPrefix(expression, `\S`); ok {
		return func(r rune) bool { return u.of(r)&isSpace == 0 }, rest
	}
	expression, escaped := strings.CutPrefix(expression, `\`)
	one, size := utf8.DecodeRuneInString(expression)
	special := strings.ContainsRune(`\.+*?()|[]{}^$`, one)
	if size == 0 || escaped != special {
		return nil, ""
	}
	return func(r rune) bool { return r == one }, expression[size:]
}

// repetition reads what follows a class.
func repetition(s string) (low, high int, ok bool) {
	switch s {
	case "":
		return 1, 1, true
	case "+":
		return 1, math.MaxInt, true
	}
	inside, ok := strings.CutPrefix(s, "{")
	inside, closed := strings.CutSuffix(inside, "}")
	if !ok || !closed {
		return 0, 0, false
	}
	first, second, isRange := strings.Cut(inside, ",")
	low, err := strconv.Atoi(first)
	high = low
	if isRange {
		high = math.MaxInt
		if second != "" && err == nil {
			high, err = strconv.Atoi(second)
		}
	}
	return low, high, err == nil && low > 0 && high >= low
}

// gpt2Expression is the pattern of GPT-2 and RoBERTa, matched by hand.
const gpt2Expression = `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`

// gpt2Pattern cuts a text into contractions, words, numbers, other signs
// (each with at most one space before it) and white space. It matches at
// every position, so it leaves no gaps.
type gpt2Pattern struct{ u *unicodeTable }

func (p gpt2Pattern) find(text []byte, from int) (int, int) {
	if from == len(text) {
		return -1, -1
	}
	if n := contraction(text[from:]); n > 0 {
		return from, from + n
	}
	at := from
	if text[at] == ' ' && at+1 < len(text) {
		at++
	}
	r, _ := utf8.DecodeRune(text[at:])
	kind := p.kind(r)
	if kind == isSpace {
		return from, p.spaces(text, from)
	}
	return from, p.run(text, at, kind)
}

// kind is isSpace, isLetter, isNumber or 0 for the rest.
func (p gpt2Pattern) kind(r rune) property {
	switch bits := p.u.of(r); {
	case bits&isSpace != 0:
		return isSpace
	case bits&isLetter != 0:
		return isLetter
	default:
		return bits & isNumber
	}
}

func (p gpt2Pattern) run(text []byte, at int, kind property) int {
	for at < len(text) {
		r, size := utf8.DecodeRune(text[at:])
		if p.kind(r) != kind {
			break
		}
		at += size
	}
	return at
}

// spaces ends a run of white space before its last character, unless that is
// the only one or nothing follows: the last may belong to the next word.
func (p gpt2Pattern) spaces(text []byte, from int) int {
	end, last := from, from
	for end < len(text) {
		r, size := utf8.DecodeRune(text[end:])
		if p.u.of(r)&isSpace == 0 {
			break
		}
		last = end
		end += size
	}
	if end == len(text) || last == from {
		return end
	}
	return last
}

// contraction returns the length of an English contraction at the start.
func contraction(text []byte) int {
	if len(text) < 2 || text[0] != '\'' {
		return 0
	}
	switch text[1] {
	case 's', 't', 'm', 'd':
		return 2
	}
	if len(text) > 2 {
		switch string(text[1:3]) {
		case "re", "ve", "ll":
			return 3
		}
	}
	return 0
}
