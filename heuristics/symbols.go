package heuristics

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// symbolBehind answers the symbol that ends a name at the byte end of a text:
// the marks of C++, C#, A*, O- and Disney+, "" if there is none. A plus may
// stand behind any word, a star behind a single letter only (elsewhere it
// marks footnotes), a minus behind up to three and a hash behind up to two. A
// word that goes on has none: "a+b", "x-ray".
func symbolBehind(s string, end, letters int) string {
	rest := s[end:]
	for _, m := range [...]struct {
		written, symbol string
		letters         int
	}{{"++", "++", 8}, {"+", "+", 32}, {"#", "#", 2}, {"♯", "#", 2}, {"＋＋", "++", 8}, {"＋", "+", 32}, {"＃", "#", 2}, {"♭", "b", 1}, {"*", "*", 1}, {"-", "-", 3}, {"−", "-", 3}, {"–", "-", 3}} {
		if strings.HasPrefix(rest, m.written) && letters <= m.letters {
			if goesOn(rest[len(m.written):], m.symbol) {
				return ""
			}
			return m.symbol
		}
	}
	return ""
}

// goesOn reports whether the text behind a symbol belongs to it: more symbols,
// or letters. A version may follow "C++" and "C#".
func goesOn(rest, symbol string) bool {
	r, size := utf8.DecodeRuneInString(rest)
	switch {
	case size == 0:
		return false
	case unicode.IsDigit(r):
		return symbol != "++" && symbol != "#"
	}
	return unicode.IsLetter(r) || strings.IndexByte("+-*#=<>", rest[0]) >= 0 || r == '−'
}

// symbolBefore answers the symbol that begins a name at the byte start of a
// text: the marks of .NET, -5, +5, @Override, #topic and $HOME. It stands behind a
// space or an opening mark.
func symbolBefore(s string, start int, number bool) string {
	for _, m := range [...]struct {
		written, symbol string
		number          bool
	}{{"-", "-", true}, {"−", "-", true}, {"+", "+", true}, {".", ".", false}, {"@", "@", false}, {"#", "#", false}, {"$", "$", false}} {
		if m.number == number && strings.HasSuffix(s[:start], m.written) && opens(s[:start-len(m.written)]) {
			return m.symbol
		}
	}
	return ""
}

// opens reports whether a text ends where a name may begin.
func opens(before string) bool {
	r, size := utf8.DecodeLastRuneInString(before)
	return size == 0 || unicode.IsSpace(r) || strings.IndexByte("([{\"',;:=", before[len(before)-1]) >= 0 || r == '“' || r == '„' || r == '«'
}

// operatorMarks are the signs of which operators consist.
const operatorMarks = "=!<>&|?+*/%^~:.-"

// operatorsIn finds the operators in what stands between two words: runs of
// two signs and more with space or an end around them, such as ==, ?? and =>.
// It calls found with each and where it stands. begins says that no word stands
// before.
func operatorsIn(between string, begins bool, found func(operator string, start, end int)) {
	for i := 0; i < len(between); {
		if strings.IndexByte(operatorMarks, between[i]) < 0 {
			i++
			continue
		}
		end := i
		for end < len(between) && strings.IndexByte(operatorMarks, between[end]) >= 0 {
			end++
		}
		if run := operator(between[i:end], begins && i == 0 || i > 0 && unicode.IsSpace(rune(between[i-1]))); run != "" {
			found(run, i, i+len(run))
		}
		i = end
	}
}

// operator is a run of signs without the mark that ends a sentence behind it,
// "" where that is no operator. free says that a space stands before it: "??"
// behind a word ends a question.
func operator(run string, free bool) string {
	n := len(run)
	for n > 1 && punctuation(run[n-1]) && !punctuation(run[0]) {
		n--
	}
	switch run = run[:n]; {
	case n < 2 || n > 4, run == "--", run == "---", run == "~~":
		return ""
	case punctuation(run[0]) && punctuation(run[1]) && run != "::":
		if !free || run != "??" && run != "?." {
			return ""
		}
	}
	return run
}

func punctuation(c byte) bool { return c == '?' || c == '!' || c == ':' || c == '.' }

// symbolBeside reports by the bytes around a word whether there may be a symbol.
// Nearly everywhere there is none, and the two above need not be asked.
func symbolBeside(s string, start, end int) bool {
	return end < len(s) && strings.IndexByte(behindBytes, s[end]) >= 0 ||
		start > 0 && strings.IndexByte(beforeBytes, s[start-1]) >= 0
}

// The first bytes of what symbolBehind knows, and the last of what symbolBefore
// does.
const (
	behindBytes = "+#*-\xe2\xef"
	beforeBytes = "-+.@#$\x92"
)
