package text

import (
	"strings"
	"testing"
)

// TestHebrewPrefixes: of all pairs of letters those that are listed are
// prefixes, and no others.
func TestHebrewPrefixes(t *testing.T) {
	const ones, pairs = "ו ה ב כ ל מ ש", "וה וב וכ ול ומ וש שה שב שכ של שמ מה כש לכ בה"
	for first := rune(0x5D0); first <= 0x5F2; first++ {
		if got, want := hebrewOne(string(first)), strings.Contains(ones, string(first)); got != want {
			t.Errorf("%c is a prefix: %v, want %v", first, got, want)
		}
		for second := rune(0x5D0); second <= 0x5F4; second++ {
			p := string(first) + string(second)
			if got, want := hebrewPair(p), strings.Contains(pairs, p); got != want {
				t.Errorf("%s is a pair: %v, want %v", p, got, want)
			}
		}
	}
	for _, p := range []string{"וab", "abה", "וа", "аה", "abcd"} {
		if hebrewPair(p) {
			t.Errorf("%s is a pair", p)
		}
	}
}

// TestPrefix: three letters of two bytes are packed like all others.
func TestPrefix(t *testing.T) {
	for _, word := range []string{"שלומ", "слово", "كتاب", "ωρα", "шxx", "слx", "xслово", "של״ה", "אב北", "北אב", "ab", "אב", "a"} {
		want, shift := uint16(0), 10
		for _, r := range word {
			if shift >= 0 {
				want |= uint16(r&31) << shift
			}
			shift -= 5
		}
		if got := Prefix([]byte(word)); got != want {
			t.Errorf("prefix of %q is %#x, want %#x", word, got, want)
		}
	}
}

func BenchmarkHebrew(b *testing.B) {
	s := strings.Repeat("בית הספר שבשכונה נסגר אחרי שהתלמידים והמורים עברו לבניין החדש. ", 8)
	var sc Scanner
	b.SetBytes(int64(len(s)))
	for b.Loop() {
		sc.Reset(s)
		for sc.Next() {
		}
	}
}
