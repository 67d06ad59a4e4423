package text

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// TestEqualSpellings: each pair is cut into the same words.
func TestEqualSpellings(t *testing.T) {
	for _, c := range []struct{ name, a, b string }{
		{"ligatures of print", "ﬁrst eﬀort, oﬃce ﬂoor, ﬆaﬀ", "first effort, office floor, staff"},
		{"sharp s", "Grüße STRAẞE groß", "grusse strasse gross"},
		{"French œ", "sœur œuvre Œuf", "soeur oeuvre oeuf"},
		{"æ", "Ærø hæmoglobin", "aero haemoglobin"},
		{"thorn", "Þór", "thor"},
		{"Polish and Turkish letters", "Łódź ışık", "lodz isik"},
		{"Romanian commas", "Timișoara țară", "timisoara tara"},
		{"Vietnamese", "Nguyễn Phước Đường", "nguyen phuoc duong"},
		{"pinyin", "Běijīng nǚ", "beijing nu"},
		{"transliteration", "Ḥasan Ṣafā ṭ", "hasan safa t"},
		{"superscripts and subscripts", "m² CO₂ xⁿ H₂O", "m2 co2 xn h2o"},
		{"ordinal signs", "1ª 2º", "1a 2o"},
		{"micro sign", "5 µm", "5 μm"},
		{"letterlike", "ℕ ℝ 10 Ω 300 K Å", "n r 10 ω 300 k a"},
		{"mathematical letters", "𝐀𝐛𝒄 𝟙𝟚", "abc 12"},
		{"Roman numerals", "Ⅷ ⅳ", "viii iv"},
		{"digraphs", "ĳs Ǆep ŉ", "ijs dzep n"},
		{"full width", "Ｇｏ１２", "go12"},
		{"a trademark is a word of its own", "Acme™ Foo℠", "acme tm foo sm"},
		{"units in one sign", "20㎡ 5㎏ 3㎞ 37℃", "20 m2 5 kg 3 km 37 c"},
		{"number signs", "№5 ℡", "no 5 tel"},
		{"circled", "① Ⓐ ⑴", "1 a 1"},
		{"half-width katakana", "ｶﾞｿﾘﾝ ﾊﾟﾝ", "ガソリン パン"},
		{"Arabic presentation forms", "ﺳﻼﻡ ﻻ", "سلام لا"},
		{"Hebrew presentation forms", "שׁוּק ﭏ", "שוק אל"},
		{"Greek with breathings", "ἄνθρωπος Ἀθῆναι ᾳ", "ανθρωποσ αθηναι α"},
		{"Kangxi radicals", "⼭⽔", "山水"},
		{"compatibility ideographs", "金", "金"},
	} {
		if got, want := words(c.a), words(c.b); !slices.Equal(got, want) {
			t.Errorf("%s: %q gives %q, %q gives %q", c.name, c.a, got, c.b, want)
		}
	}
}

// TestOtherLettersStayApart: what people tell apart is not folded together.
func TestOtherLettersStayApart(t *testing.T) {
	for _, c := range []struct{ name, a, b string }{
		{"the heart is no court", "cœur", "cour"},
		{"one s is not two", "Straße", "Strase"},
		{"Cyrillic й and и", "мой", "мои"},
		{"kana with and without voice", "ガス", "カス"},
		{"Hangul syllables", "간", "가"},
	} {
		if got, other := words(c.a), words(c.b); slices.Equal(got, other) {
			t.Errorf("%s: %q and %q both give %q", c.name, c.a, c.b, got)
		}
	}
}

// TestCanonicalEquivalence: every letter is the same composed and decomposed,
// as a token, for a stemmer after folding, and as a folded word.
func TestCanonicalEquivalence(t *testing.T) {
	for r := rune(0x80); r <= unicode.MaxRune; r++ {
		if !utf8.ValidRune(r) || unicode.IsSymbol(r) || r == 0x212A { // its K would begin a part of a name
			continue
		}
		s := string(r)
		for _, other := range []string{norm.NFC.String(s), norm.NFD.String(s)} {
			if other == s {
				continue
			}
			for _, frame := range []string{"%", "a%b", "ак%а", "か%か"} {
				a, b := strings.ReplaceAll(frame, "%", s), strings.ReplaceAll(frame, "%", other)
				if got, want := words(a), words(b); !slices.Equal(got, want) {
					t.Errorf("%U: %+q gives %+q, %+q gives %+q", r, a, got, b, want)
				}
			}
		}
	}
}

// TestFoldingTwice: what is folded stays as it is, through a stemmer's form
// too.
func TestFoldingTwice(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		once := AppendFolded(nil, string(r))
		if strings.Contains(string(once), "/") {
			continue // a fraction is not the word of its letters
		}
		if twice := AppendFolded(nil, once); string(twice) != string(once) {
			t.Errorf("%U folds to %+q, then to %+q", r, once, twice)
		}
		if through := AppendFolded(nil, AppendLower(nil, string(r))); string(through) != string(once) {
			t.Errorf("%U folds to %+q, in lower case to %+q", r, once, through)
		}
	}
}
