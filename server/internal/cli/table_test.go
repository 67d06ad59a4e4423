package cli

import "testing"

func TestPrintable(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain", "abc", "abc"},
		{"lines and tabs", " a\n\tb\r\nc ", "a b c"},
		{"escape sequences", "a\x1b[2Jb\x07\u009b31mc", "a [2Jb 31mc"},
		{"turned around", "a\u202eb\u2066c", "a b c"},
		{"exactly as wide", "abcdefghijklmnopqrs", "abcdefghijklmnopqrs"},
		{"too wide", "abcdefghijklmnopqrstuvw", "abcdefghijklmnopqrs…"},
		{"Hebrew counts letters", "אבגדהוזחטיכלמנסעפצקרשת", "אבגדהוזחטיכלמנסעפצק…"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := printable(tt.in, 20); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}
