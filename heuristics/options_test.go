package heuristics_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/heuristics/stem/english"
)

// weighted changes the default weights.
func weighted(change func(*heuristics.Weights)) heuristics.Options {
	w := heuristics.DefaultWeights()
	change(&w)
	return heuristics.Options{Weights: &w}
}

func TestOptionsThatAreServed(t *testing.T) {
	for _, c := range []struct {
		name string
		o    heuristics.Options
	}{
		{"the zero value", heuristics.Options{}},
		{"hidden order", heuristics.Options{FirstStage: heuristics.Hidden}},
		{"all the diversity there is", heuristics.Options{Diversity: 1}},
		{"a language to be detected", heuristics.Options{Language: "auto"}},
		{"no language", heuristics.Options{Language: "und"}},
		{"a language that needs no stemmer", heuristics.Options{Language: "he"}},
		{"a language that is built in", heuristics.Options{Language: "en", Stemmers: []heuristics.Stemmer{english.Stemmer()}}},
		{"a language that no stemmer exists for", heuristics.Options{Language: "de"}},
		{"a code in capitals", heuristics.Options{Language: "EN", Stemmers: []heuristics.Stemmer{english.Stemmer()}}},
		{"a locale", heuristics.Options{Language: "en-US", Stemmers: []heuristics.Stemmer{english.Stemmer()}}},
		{"short only: long follows", heuristics.Options{Length: heuristics.LengthCurve{Short: 1000}}},
		{"long only", heuristics.Options{Length: heuristics.LengthCurve{Long: 16}}},
		{"the largest weight", weighted(func(w *heuristics.Weights) { w[heuristics.Length] = heuristics.MaxWeight })},
		{"one lexical weight alone", heuristics.Options{Weights: &heuristics.Weights{heuristics.Phrase: 1}}},
	} {
		if err := c.o.Validate(); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestOptionsThatAreErrors(t *testing.T) {
	en := []heuristics.Stemmer{english.Stemmer()}
	for _, c := range []struct {
		name        string
		o           heuristics.Options
		field, says string
	}{
		{"an unknown first stage", heuristics.Options{FirstStage: 2}, "FirstStage", "Given or Hidden"},
		{"negative diversity", heuristics.Options{Diversity: -0.1}, "Diversity", "between 0 and 1"},
		{"too much diversity", heuristics.Options{Diversity: 1.1}, "Diversity", "between 0 and 1"},
		{"diversity that is no number", heuristics.Options{Diversity: math.NaN()}, "Diversity", "between 0 and 1"},
		{"infinite diversity", heuristics.Options{Diversity: math.Inf(1)}, "Diversity", "between 0 and 1"},
		{"negative length", heuristics.Options{Length: heuristics.LengthCurve{Short: -1}}, "Length", "negative"},
		{"negative long length", heuristics.Options{Length: heuristics.LengthCurve{Long: -1}}, "Length", "negative"},
		{"short above long", heuristics.Options{Length: heuristics.LengthCurve{Short: 9, Long: 8}}, "Length", "above Long"},
		{"long below the default of short", heuristics.Options{Length: heuristics.LengthCurve{Long: 15}}, "Length", "above Long"},
		{"a negative weight", weighted(func(w *heuristics.Weights) { w[heuristics.Phrase] = -1 }), "Weights", "phrase must be between 0 and 1000"},
		{"a weight too large", weighted(func(w *heuristics.Weights) { w[heuristics.FirstStageOrder] = heuristics.MaxWeight + 1 }), "Weights", "first_stage must be"},
		{"no lexical weight", heuristics.Options{Weights: &heuristics.Weights{heuristics.Feedback: 1, heuristics.FirstStageOrder: 1}}, "Weights", "one of overlap"},
		{"a language nobody knows", heuristics.Options{Language: "xx", Stemmers: en}, "Language", `"xx" is unknown`},
		{"a locale of a language nobody knows", heuristics.Options{Language: "xx-US", Stemmers: en}, "Language", `"xx-US" is unknown`},
		{"a locale in another's form", heuristics.Options{Language: "en--US", Stemmers: en}, "Language", `"en--US" is unknown`},
		{"a locale of a language that is not built in", heuristics.Options{Language: "fr-CA", Stemmers: en}, "Language", `"fr" is not built in`},
		{"a language that is not built in", heuristics.Options{Language: "fr", Stemmers: en}, "Language", `"fr" is not built in (` + heuristics.Version + `+en)`},
		{"a stemmer without a function", heuristics.Options{Language: "fr", Stemmers: []heuristics.Stemmer{{Language: "fr"}}}, "Language", "not built in"},
	} {
		_, err := heuristics.Rank("bread", nil, c.o)
		checkOption(t, c.name, err, c.field, c.says)
	}
}

func TestBudgetsThatAreServed(t *testing.T) {
	for _, c := range []struct {
		name string
		b    heuristics.Budget
	}{
		{"the zero value", heuristics.Budget{}},
		{"one document", heuristics.Budget{Documents: 1}},
		{"all of them the retriever's", heuristics.Budget{Documents: 5, FirstStage: 5}},
		{"none of them the retriever's", heuristics.Budget{FirstStage: -1}},
		{"a cap below the default floor lowers it", heuristics.Budget{Cap: 3}},
		{"a floor above the default cap raises it", heuristics.Budget{Floor: 100}},
		{"the highest threshold", heuristics.Budget{Threshold: heuristics.One}},
	} {
		if err := c.b.Validate(); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestBudgetsThatAreErrors(t *testing.T) {
	for _, c := range []struct {
		name        string
		b           heuristics.Budget
		field, says string
	}{
		{"negative documents", heuristics.Budget{Documents: -1}, "Documents", "negative"},
		{"a negative floor", heuristics.Budget{Floor: -1}, "Floor", "negative"},
		{"a negative cap", heuristics.Budget{Cap: -1}, "Floor", "negative"},
		{"a floor above the cap", heuristics.Budget{Floor: 9, Cap: 8}, "Floor", "above Cap"},
		{"a negative threshold", heuristics.Budget{Threshold: -1}, "Threshold", "between 0 and One"},
		{"a threshold above one", heuristics.Budget{Threshold: heuristics.One + 1}, "Threshold", "between 0 and One"},
		{"a first stage below none", heuristics.Budget{FirstStage: -2}, "FirstStage", "-1, 0 or"},
		{"a first stage above the budget", heuristics.Budget{Documents: 5, FirstStage: 6}, "FirstStage", "above the budget"},
		{"a first stage above the cap", heuristics.Budget{FirstStage: 61}, "FirstStage", "above the budget"},
	} {
		_, err := heuristics.Trim("bread", nil, heuristics.Options{}, c.b)
		checkOption(t, c.name, err, c.field, c.says)
	}
}

func checkOption(t *testing.T, name string, err error, field, says string) {
	t.Helper()
	var e *heuristics.OptionError
	if !errors.As(err, &e) {
		t.Errorf("%s: error is %v, want an *OptionError", name, err)
		return
	}
	if e.Field != field || !strings.Contains(e.Problem, says) {
		t.Errorf("%s: %s: %q; want %s: %q", name, e.Field, e.Problem, field, says)
	}
	if want := "heuristics: " + field + ": "; !strings.HasPrefix(err.Error(), want) {
		t.Errorf("%s: %q does not begin with %q", name, err, want)
	}
}
