package heuristics

import (
	"strings"
	"unicode/utf8"
)

// latinLanguages are told apart by their stop words; the first wins ties. The
// letters beyond ASCII that each writes stand behind it.
var latinLanguages = [...]struct{ code, letters string }{
	{"es", "áéíóúñü"}, {"fr", "àâçéèêëîïôœùûæ"}, {"sv", "åäöé"}, {"no", "åøæéôò"}, {"nl", "éëïóè"},
	{"hu", "áéíóöőúüű"}, {"de", "äöüß"}, {"it", "àèéìòù"}, {"pt", "ãõáéíóúâêôçà"}, {"da", "åæøé"},
}

// mostVoters bounds how many distinct words of a query are asked for its
// language.
const mostVoters = 64

// evidence is what a query's words say for one language.
type evidence struct {
	sure, unsure int  // distinct stop words that English never has, and that it may
	letters      bool // another word is written with accents of that language
	again        bool // one that is unsure stands there twice
	alien        bool // a word is written with letters that it has not
	english      int  // points for English
	strange      int  // other words that are not common in English
}

// points of the evidence.
func (e evidence) points() int {
	n := 2*e.sure + e.unsure
	if e.letters {
		n++
	}
	if e.alien {
		n--
	}
	return n
}

// speaks reports whether the evidence is enough: a stop word that English
// never has, two that it may have, or one of those among words that are not
// English, if those are written with accents or it stands there twice, as in
// "receta de tortilla de patatas". One word is not: "van", "mint", "sea" and
// "las" are stop words somewhere. It must outweigh what speaks for English.
func (e evidence) speaks() bool {
	enough := e.sure > 0 || e.unsure > 1 || e.unsure == 1 && (e.letters || e.again) && e.english == 0 && e.strange > 1
	return enough && e.points() > e.english
}

// detectLatin names the language of a query in Latin script. Every distinct
// stop word votes, with two points where no English query has it and one
// otherwise; letters with the accents of a language add a point, others take
// one. Each language must outweigh English, which has the points of its own
// stop words and one for every other word that is common in it. Without such a
// language the query is taken for English.
func (q *query) detectLatin(s string, typing bool) string {
	words := len(q.words)
	if typing {
		words-- // it may yet become another
	}
	q.chooseVoters(s, words)
	best, most := "en", 0
	for _, l := range latinLanguages {
		if !q.anyVote(l.code) {
			continue
		}
		e := q.evidenceOf(s, l.code, l.letters)
		if !e.speaks() {
			continue
		}
		if n := e.points(); n > most || n == most && l.code == "fr" && best == "es" && !q.romance() {
			best, most = l.code, n
		}
	}
	return best
}

// anyVote reports whether a voter is a stop word of a language and not of
// English.
func (q *query) anyVote(code string) bool {
	list := stopList(code)
	for i := range q.voters {
		v := &q.voters[i]
		if v.is&(isStop|isNowhere) == 0 && inStopList(list, q.word(int(v.token))) {
			return true
		}
	}
	return false
}

// romance reports whether a word that is no stop word of Spanish ends like
// those of Spanish and Italian. It tells "la casa de la playa" from "la
// hauteur de la tour", whose stop words are the same.
func (q *query) romance() bool {
	for _, v := range q.voters {
		w := q.word(int(v.token))
		if stopWord("es", w) {
			continue
		}
		w = w[:len(w)-cutPlural(w)]
		if last := w[len(w)-1]; last == 'a' || last == 'o' {
			return true
		}
	}
	return false
}

func cutPlural(word []byte) int {
	if word[len(word)-1] == 's' {
		return 1
	}
	return 0
}

// chooseVoters finds, among the first words, the distinct ones of two letters and more, and "y", which
// is no word of another language. Among small letters, words in capitals are
// names and do not vote.
func (q *query) chooseVoters(s string, words int) {
	q.stops.fill()
	q.voters = q.voters[:0]
	names := mixedCase(s)
	for token := range words {
		w := q.word(token)
		if len(w) < 2 && string(w) != "y" || names && inCapitals(s[q.spans[token].from:q.spans[token].to]) || q.votes(w) {
			continue
		}
		is := uint8(0)
		if stopWord("en", w) {
			is = isStop
		} else if !q.stops.may(w) {
			is = isNowhere
		}
		if q.voters = append(q.voters, voter{int32(token), is}); len(q.voters) == mostVoters {
			break
		}
	}
}

// voter is a word of the query that is asked for its language, and what it is
// in English and elsewhere, as far as that was asked.
type voter struct {
	token int32
	is    uint8
}

// What a voter is.
const (
	isStop uint8 = 1 << iota
	isShared
	isCommon
	isAsked   // the two before are known
	isAgain   // it stands in the query more than once
	isNowhere // it is a stop word of no language in Latin script
)

func (v *voter) isEnglish() bool { return v.is&isStop != 0 }

// ask what a word that votes is in English, once.
func (v *voter) ask(word []byte) {
	if v.is&isAsked != 0 {
		return
	}
	v.is |= isAsked
	if foreign(word) {
		v.is |= isShared
	}
	if commonEnglish(word) {
		v.is |= isCommon
	}
}

// votes reports whether a word votes already, and notes that it stands there
// again.
func (q *query) votes(word []byte) bool {
	for i := range q.voters {
		if v := &q.voters[i]; string(q.word(int(v.token))) == string(word) {
			v.is |= isAgain
			return true
		}
	}
	return false
}

// evidenceOf weighs the voters for one language and against it for English.
func (q *query) evidenceOf(s, code, letters string) evidence {
	var e evidence
	for i := range q.voters {
		v := &q.voters[i]
		w := q.word(int(v.token))
		v.ask(w)
		own, english, shared := stopWord(code, w), v.isEnglish(), v.is&isShared != 0
		switch {
		case own && (english || shared):
			e.unsure++
			e.again = e.again || v.is&isAgain != 0
		case own:
			e.sure++
		case english && !shared:
			e.english += 2
		case english || v.is&isCommon != 0:
			e.english++
		default:
			e.strange++
		}
		if own && english {
			e.english++
		}
		if q.ligature(s, v.token, letters) {
			e.letters = e.letters || !own
		}
		if accents, all := accented(w, letters); accents {
			e.letters = e.letters || all && !own
			e.alien = e.alien || !all
		}
	}
	return e
}

// ligature reports whether a token is written with a letter of a language that
// its word has as two.
func (q *query) ligature(s string, token int32, letters string) bool {
	raw := s[q.spans[token].from:q.spans[token].to]
	return strings.Contains(letters, "œ") && (strings.Contains(raw, "œ") || strings.Contains(raw, "Œ")) ||
		strings.Contains(letters, "ß") && strings.Contains(raw, "ß")
}

// accented reports whether a word has letters beyond ASCII, and whether all of
// them are among the given ones.
func accented(word []byte, letters string) (some, all bool) {
	all = true
	for i := 0; i < len(word); {
		r, size := utf8.DecodeRune(word[i:])
		i += size
		if r < utf8.RuneSelf {
			continue
		}
		some = true
		all = all && strings.Contains(letters, string(word[i-size:i]))
	}
	return some, all
}

// endings of English words that the table of common stems lacks.
var endings = [...]string{"", "s", "e", "es", "d", "ed", "ing", "er", "al", "ly", "ion", "ions", "ment"}

// commonEnglish reports whether a word is among the common English stems, or
// one of them with an ending. It asks no stemmer, so that every build detects
// the same language.
func commonEnglish(word []byte) bool {
	for _, ending := range endings {
		n := len(word) - len(ending)
		if n < 3 || string(word[n:]) != ending {
			continue
		}
		stem := word[:n]
		if commonness(stem) < One {
			return true
		}
		if last := n - 1; n > 3 && stem[last] == 'y' {
			stem[last] = 'i' // the stemmer writes so
			known := commonness(stem) < One
			stem[last] = 'y'
			if known {
				return true
			}
		}
	}
	return false
}

// mixedCase reports whether a text has small letters and capitals of Latin
// script.
func mixedCase(s string) bool {
	small, capital := false, false
	for i := range len(s) {
		small = small || s[i] >= 'a' && s[i] <= 'z'
		capital = capital || s[i] >= 'A' && s[i] <= 'Z'
	}
	return small && capital
}

// inCapitals reports whether a text has at least two capitals of ASCII and no
// other letters.
//
//go:noinline
func inCapitals(s string) bool {
	n := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'A' && c <= 'Z':
			n++
		case c >= 'a' && c <= 'z' || c >= utf8.RuneSelf:
			return false
		}
	}
	return n > 1
}
