package frame_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/frame"
)

// signalPlaces are the files that say something of every signal beside
// heuristics/signal.go: between begin and end, a line for each that matches.
var signalPlaces = []struct {
	file, begin, end string
	line             func(s heuristics.Signal) string
}{
	{"web/src/options.ts", "const defaults = {", "\n};", func(s heuristics.Signal) string {
		return fmt.Sprintf(`\b%s: %d,`, frame.CamelCase(s.String()), heuristics.DefaultWeights()[s])
	}},
	{"web/app/messages/english.ts", "    signals: {", "\n    }", messageOf},
	{"web/app/messages/hebrew.ts", "    signals: {", "\n    }", messageOf},
}

func messageOf(s heuristics.Signal) string { return `\b` + s.String() + `: \["[^"]+", "[^"]+"\],` }

// unnamed lists the signals that a place does not have, or not behind the one
// before.
func unnamed(text, begin, end string, line func(heuristics.Signal) string) (missing []string) {
	_, text, _ = strings.Cut(text, begin)
	text, _, _ = strings.Cut(text, end)
	for s := range heuristics.Signal(len(heuristics.Weights{})) {
		if at := regexp.MustCompile(line(s)).FindStringIndex(text); at != nil {
			text = text[at[1]:]
		} else {
			missing = append(missing, s.String())
		}
	}
	return missing
}

// TestSignalsAreNamedEverywhere: what is declared in heuristics/signal.go has its
// weight in the TypeScript package, in the same order, and its words on the page.
func TestSignalsAreNamedEverywhere(t *testing.T) {
	for _, p := range signalPlaces {
		b, err := os.ReadFile("../../" + p.file)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range unnamed(string(b), p.begin, p.end, p.line) {
			t.Errorf("%s: %q is not there as heuristics/signal.go has it: name, order, weight", p.file, name)
		}
	}
}

// TestUnnamed: a signal that is left out, moved or weighs something else shows.
func TestUnnamed(t *testing.T) {
	place := signalPlaces[0]
	line := func(s heuristics.Signal) string {
		return fmt.Sprintf("%s: %d, ", frame.CamelCase(s.String()), heuristics.DefaultWeights()[s])
	}
	good := place.begin
	for s := range heuristics.Signal(len(heuristics.Weights{})) {
		good += line(s)
	}
	good += place.end
	exact, phrase, position := line(heuristics.Exact), line(heuristics.Phrase), line(heuristics.Position)
	for _, tt := range []struct{ name, text, want string }{
		{"as it should be", good, "[]"},
		{"left out", strings.Replace(good, phrase, "", 1), "[phrase]"},
		{"another weight", strings.Replace(good, position, "position: 999, ", 1), "[position]"},
		{"moved", strings.Replace(good, exact+phrase, phrase+exact, 1), "[phrase]"},
		{"behind the list", strings.Replace(good, phrase, "", 1) + phrase, "[phrase]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := fmt.Sprint(unnamed(tt.text, place.begin, place.end, place.line)); got != tt.want {
				t.Errorf("missing %s, want %s", got, tt.want)
			}
		})
	}
	if got := unnamed("", place.begin, place.end, place.line); len(got) != len(heuristics.Weights{}) {
		t.Errorf("without the list %v are missing, want all", got)
	}
}
