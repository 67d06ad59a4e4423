package text

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// words scans a text and answers the folded light words.
func words(s string) []string {
	var sc Scanner
	sc.Reset(s)
	var out []string
	for sc.Next() {
		folded := AppendFolded(nil, s[sc.Start:sc.End])
		out = append(out, string(folded))
	}
	return out
}

func TestTokens(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"words and digits", "The 3 little pigs, part2!", "the 3 little pigs part2"},
		{"possessive", "John's dogs' James's", "john dogs james"},
		{"possessive behind long words", "collections' collection's sourdough'S abcdefgh's", "collections collection sourdough abcdefgh"},
		{"possessive at the end", "the dog's", "the dog"},
		{"possessive that goes on", "dog's' dog'sx dog's\u0301 dog'sé", "dog dogsx dogs dogse"},
		{"curly possessive", "John’s house", "john house"},
		{"contraction", "don't can’t", "dont cant"},
		{"elision", "l'eau d’orange o'clock", "l eau d orange o clock"},
		{"elision before a combining accent", "l'e\u0301te\u0301", "l ete"},
		{"trailing apostrophe", "rock' roll'", "rock roll"},
		{"hyphen and underscore", "well-known snake_case", "well known snake case"},
		{"compound names", "getUserName YouTube's iPhone utf8Text", "getusername get user name youtube you tube iphone i phone utf8text utf8 text"},
		{"capitals alone", "The USA mRNA IgG PhD DNAs siRNA pH", "the usa mrna igg phd dnas sirna ph"},
		{"capitals before a word", "HTTPServer XMLHttpRequest APIKey", "httpserver http server xmlhttprequest xml http request apikey api key"},
		{"capitals behind a word", "userID parseJSON getURL", "userid user id parsejson parse json geturl get url"},
		{"long compound name", "averylongprefixThenMore", "averylongprefixthenmore averylongprefix then more"},
		{"hump at the eighth letter", "abcdefgHij abcdefghIjk", "abcdefghij abcdefg hij abcdefghijk abcdefgh ijk"},
		{"accents", "Café RÉSUMÉ naïve Łódź", "cafe resume naive lodz"},
		{"decomposed accents", "cafe\u0301 nai\u0308ve", "cafe naive"},
		{"em dash", "one—two…three", "one two three"},
		{"soft hyphen and joiner", "co\u00adoperate zero\u200dwidth", "cooperate zerowidth"},
		{"zero-width space separates", "a\u200bb", "a b"},
		{"hebrew final letters", "שלום עולם", "שלומ עולמ"},
		{"niqqud", "שָׁלוֹם", "שלומ"},
		{"presentation forms", "שׁלום", "שלומ"},
		{"maqaf", "בית־ספר", "בית ספר"},
		{"gershayim", "צה״ל צה\"ל ארה\"ב צה''ל צה”ל צה׳׳ל", "צה״ל צה״ל ארה״ב צה״ל צה״ל צה״ל"},
		{"gershayim before several letters", "דו״חות ה\"הארץ\" מנכ״לית", "דוחות ההארצ מנכלית"},
		{"gershayim after a prefix", "הרו״ח בת״א", "הרו״ח בת״א"},
		{"an inch is no abbreviation", "מסך 24\" חדש", "מסכ 24 חדש"},
		{"geresh and its look-alikes", "ג‘ירפה ג′ירפה ג`ירפה ג´ירפה", "גירפה גירפה גירפה גירפה"},
		{"Latin words are not joined by those", "a`b c′d", "a b c d"},
		{"geresh", "ג׳ירפה ג'ירפה צ'", "גירפה גירפה צ"},
		{"quoted hebrew", "אמר \"שלום\" והלך", "אמר שלומ והלכ"},
		{"hebrew prefix on a latin word", "הFBI ב1946", "ה fbi ב 1946"},
		{"direction marks", "\u200fשלום\u200e \u202babc\u202c", "שלומ abc"},
		{"arabic", "الْكِتَابُ أحمد مدرسة ١٢٣", "الكتاب احمد مدرسه 123"},
		{"cyrillic", "Ёлка МОСКВА", "елка москва"},
		{"greek", "Οδός ΟΔΟΣ", "οδοσ οδοσ"},
		{"han", "北京大学", "北京 京大 大学"},
		{"single han", "学 a", "学 a"},
		{"kana and han", "東京タワー", "東京 京タ タワ ワー"},
		{"hangul", "한국어", "한국 국어"},
		{"thai", "ภาษาไทย", "ภาษ าษา ษาไ าไท ไทย"},
		{"short thai", "ไป", "ไป"},
		{"latin then han", "abc漢字", "abc 漢字"},
		{"devanagari keeps its signs", "हिन्दी", "हिन्दी"},
		{"full width", "ＡＢＣ１２", "abc12"},
		{"emoji", "👩‍👩‍👧 ok 🎉", "ok"},
		{"invalid bytes separate", "a\xffb\xc3(c", "a b c"},
		{"NUL", "a\x00b", "a b"},
		{"nothing", " \t\n—", ""},
		{"empty", "", ""},
	} {
		if got := strings.Join(words(c.text), " "); got != c.want {
			t.Errorf("%s: %q gives %q, want %q", c.name, c.text, got, c.want)
		}
	}
}

// equalLight reports whether two words share their light form.
func equalLight(a, b string) bool {
	var x, y Scanner
	x.Reset(a)
	y.Reset(b)
	return x.Next() && y.Next() && x.Light == y.Light && x.Prefix == y.Prefix
}

func TestLight(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"dogs", "dog", true},
		{"Computers", "computer", true},
		{"computing", "computer", false},
		{"glass", "glas", false},
		{"virus", "viru", false},
		{"cafés", "cafe", true},
		{"12345678s", "12345678", true},
		{"abcdefghs", "ABCDEFGH", true},
		{"הבית", "בית", true},
		{"ובבית", "בבית", true},
		{"כשבית", "בית", true},
		{"והילדים", "ילדים", true},
		{"של", "ל", false},
		{"الكتاب", "كتاب", true},
		{"والكتاب", "كتاب", true},
	} {
		if got := equalLight(c.a, c.b); got != c.want {
			t.Errorf("%q and %q share their light form: %v, want %v", c.a, c.b, got, c.want)
		}
	}
}

func TestFastAndSlowPathAgree(t *testing.T) {
	for _, w := range []string{"a", "ab", "seven77", "eightabc", "nineabcde", "words", "longerwords", "abcdefghijklmnops"} {
		var fast, slow Scanner
		fast.Reset(w)
		slow.Reset("\u200d" + w + "\u200d")
		if !fast.Next() || !slow.Next() {
			t.Fatalf("%q: no token", w)
		}
		if fast.Exact != slow.Exact || fast.Light != slow.Light || fast.Prefix != slow.Prefix {
			t.Errorf("%q: %+v and %+v differ", w, fast.Token, slow.Token)
		}
	}
}

func TestAppendLower(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"ÉTÉ", "été"},
		{"E\u0301te\u0301", "été"},
		{"a\u0300", "à"},
		{"don't", "dont"},
		{"МОСКВА", "москва"},
		{"co\u00adop", "coop"},
		{"北京", "北京"},
		{"パン", "パン"},
		{"ภาษ", "ภาษ"},
	} {
		if got := string(AppendLower(nil, c.in)); got != c.want {
			t.Errorf("%q gives %q, want %q", c.in, got, c.want)
		}
	}
}

// slowTokens is the oracle of FuzzScanner: every rune through fold, no fast
// path, no reuse of memory.
func slowTokens(s string) []Token {
	sc := Scanner{text: s}
	var out []Token
	for sc.pos < len(s) {
		next, found := sc.nextRunes(sc.pos)
		if found {
			out = append(out, sc.Token)
			for sc.part < sc.whole {
				sc.nextPart()
				out = append(out, sc.Token)
			}
			next = sc.pos
		}
		sc.pos = next
	}
	return out
}

func FuzzScanner(f *testing.F) {
	for _, s := range []string{"John's café", "צה\"ל־בית", "北京大学", "ภาษาไทย", "a\xff\x00b", "o'clock l'eau", "abcdefghs", "getUserName's YouTube", "dogs' dog's", "dog'", "abcdefgs' abcdefghijklmnos bas 2s", "don'ts'x", "naïve déjà's"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var sc Scanner
		sc.Reset(s)
		var got []Token
		last := -1
		for sc.Next() {
			if sc.Start < last || sc.End <= sc.Start || sc.End > len(s) {
				t.Fatalf("token %+v out of place in %q", sc.Token, s)
			}
			if utf8.ValidString(s) && !utf8.ValidString(s[sc.Start:sc.End]) {
				t.Fatalf("token %+v cuts a rune of %q", sc.Token, s)
			}
			last = sc.Start
			got = append(got, sc.Token)
		}
		if want := slowTokens(s); !slices.Equal(got, want) {
			t.Fatalf("%q:\n got %+v\nwant %+v", s, got, want)
		}
	})
}

func BenchmarkScanner(b *testing.B) {
	s := strings.Repeat("The quick brown foxes jumped over the lazy dogs, and nobody's keeping count. ", 8)
	var sc Scanner
	b.SetBytes(int64(len(s)))
	for b.Loop() {
		sc.Reset(s)
		for sc.Next() {
		}
	}
}
