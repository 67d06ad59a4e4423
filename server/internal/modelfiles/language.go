package modelfiles

import (
	"slices"

	"github.com/splitrank/splitrank/heuristics/text"
)

// SupportsLanguage implements rerank.PairModel. A language that was named counts, and one
// told by its script; languages in Latin script are told apart too poorly to
// refuse them. See RATIONALE: why-few-languages-switch-a-model-off.
func (d Description) SupportsLanguage(language string, named bool) bool {
	if d.languages == nil || slices.Contains(d.languages, language) {
		return true
	}
	switch language {
	case "", "und":
		return true
	case "da", "de", "en", "es", "fr", "hu", "it", "nl", "no", "pt", "sv":
		return !named
	}
	return false
}

// maxUnspelled is the share of the letters of a text that a model reads as unknown and
// still has enough of the text: names and quotations in a script that it does not know.
const maxUnspelled = 0.2

// SupportsScript implements rerank.PairModel. A text without letters is supported, and
// one in a script that is not told apart here as far as the vocabulary spells it.
// See RATIONALE: why-a-vocabulary-says-what-a-model-reads.
func (d Description) SupportsScript(s string) bool {
	if d.languages == nil {
		return true
	}
	script := text.MainScript(s)
	if script != text.Other && !slices.ContainsFunc(d.languages, func(code string) bool { return scriptOfLanguage(code) == script }) {
		return false
	}
	return d.unspelled == nil || d.unspelled(s) <= maxUnspelled
}

// scriptOfLanguage is Latin for languages that are not known here: then too much
// is read rather than too little.
func scriptOfLanguage(code string) text.Script {
	switch code {
	case "he", "yi":
		return text.Hebrew
	case "ar", "fa", "ur":
		return text.Arabic
	case "be", "bg", "kk", "mk", "ru", "sr", "uk":
		return text.Cyrillic
	case "ja", "ko", "zh":
		return text.EastAsian
	case "km", "lo", "my", "th":
		return text.Unspaced
	}
	return text.Latin
}
