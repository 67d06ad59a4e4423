package heuristics

import "testing"

// TestSymbolBeside: whatever is a symbol on one side of a word is asked for.
func TestSymbolBeside(t *testing.T) {
	behind, before := 0, 0
	for r := rune(0); r <= 0xFFFF; r++ {
		s := "c" + string(r)
		if symbolBehind(s, 1, 1) != "" {
			if behind++; !symbolBeside(s, 0, 1) {
				t.Errorf("nobody asks for the symbol behind the word in %q", s)
			}
		}
		s = string(r) + "5"
		if at := len(s) - 1; symbolBefore(s, at, true)+symbolBefore(s, at, false) != "" {
			if before++; !symbolBeside(s, at, len(s)) {
				t.Errorf("nobody asks for the symbol before the word in %q", s)
			}
		}
	}
	if behind < 10 || before < 7 {
		t.Errorf("%d symbols stand behind a word and %d before, want at least 10 and 7", behind, before)
	}
	for _, s := range []string{" c ", "(c)", "\"c,", "1c!", "c"} {
		if i := (len(s) - 1) / 2; symbolBeside(s, i, i+1) {
			t.Errorf("a symbol in %q", s)
		}
	}
}
