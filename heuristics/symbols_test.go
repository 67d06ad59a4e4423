package heuristics

import "testing"

// TestSymbolBeside: whatever the tables hold is asked for, on both sides of a
// word.
func TestSymbolBeside(t *testing.T) {
	for _, m := range symbolsBehind {
		if s := "c" + m.written; !symbolBeside(s, 0, 1) || symbolBehind(s, 1, 1) != m.symbol {
			t.Errorf("no symbol behind the word in %q, want %q", s, m.symbol)
		}
	}
	for _, m := range symbolsBefore {
		if s := m.written + "5"; !symbolBeside(s, len(s)-1, len(s)) || symbolBefore(s, len(s)-1, m.number) != m.symbol {
			t.Errorf("no symbol before the word in %q, want %q", s, m.symbol)
		}
	}
	for _, s := range []string{" c ", "(c)", "\"c,", "1c!", "c"} {
		if i := (len(s) - 1) / 2; symbolBeside(s, i, i+1) {
			t.Errorf("a symbol in %q", s)
		}
	}
}
