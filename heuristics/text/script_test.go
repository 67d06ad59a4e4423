package text

import (
	"math/rand/v2"
	"strings"
	"testing"
)

func TestMainScript(t *testing.T) {
	for _, tt := range []struct {
		name, s string
		want    Script
	}{
		{"empty", "", Other},
		{"no letters", "1984, 42!", Other},
		{"Latin", "the naïve café", Latin},
		{"Hebrew", "מה זה", Hebrew},
		{"Arabic", "ما هذا", Arabic},
		{"Cyrillic", "что это", Cyrillic},
		{"Chinese", "面包", EastAsian},
		{"Thai", "ขนมปัง", Unspaced},
		{"a script without rules", "ψωμί", Other},
		{"Latin counts half", "FBI מהו", Hebrew},
		{"Latin counts half, rounded up", "FBI מ", Latin},
		{"the earlier of two", "אב" + "аб", Hebrew},
		{"not UTF-8", "\xd7\xd7\xff\xe3 a", Latin},
		{"what follows many letters does not count", strings.Repeat("a", scriptLetters) + strings.Repeat("א", 2*scriptLetters), Latin},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := MainScript(tt.s); got != tt.want {
				t.Errorf("script %d, want %d", got, tt.want)
			}
		})
	}
}

// plainScript is MainScriptOf as its documentation says, a rune at a time.
func plainScript(s string, letters int) Script {
	var count [Unspaced + 1]int
	for _, r := range s {
		if script := ScriptOf(r); script != Other && letters > 0 {
			count[script]++
			letters--
		}
	}
	count[Latin] = (count[Latin] + 1) / 2
	main := Other
	for script, n := range count {
		if n > count[main] {
			main = Script(script)
		}
	}
	return main
}

func TestMainScriptIsThePlainOne(t *testing.T) {
	pieces := []string{"a", "word ", "ABCDEFGHIJ", "א", "שלום", "б", "слово ", "ё", "ԯ", "\u0530", "\u05b0", "\ufb2e", "שלום, עולם. ", "\xd0", "\xd4\xff", "面", "ไทย", "ع", "ب", " ", "7", "é", "ψ", "\xff", "\xd7", "\xe3\x81", "\U0001F9ED", "\x00"}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		var b strings.Builder
		for range rng.IntN(40) {
			b.WriteString(pieces[rng.IntN(len(pieces))])
		}
		if letters := 1 + rng.IntN(60); MainScriptOf(b.String(), letters) != plainScript(b.String(), letters) {
			t.Fatalf("of %q, %d letters: script %d, want %d", b.String(), letters, MainScriptOf(b.String(), letters), plainScript(b.String(), letters))
		}
	}
}
